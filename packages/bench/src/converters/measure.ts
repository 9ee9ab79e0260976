import { compareJson, type Difference } from "@stepwire/json";
import { type ConverterCase, converterCases } from "./cases.js";
import { compile, NotCompilingError } from "./compile.js";
import { type Converter, RefusedSchemaError, type Returned, type Way } from "./converter.js";

/** What a converter does with a case. */
export type Outcome =
  | { readonly state: "refuses the schema" | "does not compile"; readonly reason: string }
  | Conversion;

/** What becomes of the documents of a case, if all are converted in the same way. */
interface Conversion {
  readonly state: "converts";
  /** How many documents come back equal. */
  readonly equal: number;
  readonly documents: number;
  /** What happens to the others, each once. */
  readonly losses: readonly string[];
}

/**
 * Returns what a converter does with each case, by its name. All documents of a case are converted in
 * the same way: the one with which most of them come back equal.
 */
export function measureConverter(
  converter: Converter,
  cases: readonly ConverterCase[] = converterCases,
): ReadonlyMap<string, Outcome> {
  return new Map(cases.map((each) => [each.name, measureCase(converter, each)]));
}

function measureCase(converter: Converter, converterCase: ConverterCase): Outcome {
  try {
    const schema = compile(converter.convert(converterCase));
    const [first, ...others] = converter.waysOf(schema);
    return others.reduce(
      (best, way) => {
        const found = convertAll(way, converterCase.documents);
        return losesLess(found, best) ? found : best;
      },
      convertAll(first, converterCase.documents),
    );
  } catch (error) {
    if (error instanceof RefusedSchemaError) {
      return { state: "refuses the schema", reason: firstLine(error.message) };
    }
    if (error instanceof NotCompilingError) {
      return { state: "does not compile", reason: firstLine(error.message) };
    }
    throw error;
  }
}

function convertAll(way: Way, documents: readonly string[]): Conversion {
  const losses = documents.map((json) => lossesOf(way, json));
  return {
    state: "converts",
    equal: losses.filter((each) => each.length === 0).length,
    documents: documents.length,
    losses: [...new Set(losses.flat())],
  };
}

function losesLess(one: Conversion, other: Conversion): boolean {
  return one.equal === other.equal
    ? one.losses.length < other.losses.length
    : one.equal > other.equal;
}

/** Returns what happens to a document; nothing if it comes back equal. */
function lossesOf(way: Way, json: string): readonly string[] {
  let returned: Returned;
  try {
    returned = way(json);
  } catch {
    return ["a document is refused"];
  }
  const losses = compareJson(json, returned.json).map((difference) =>
    describeLoss(difference, json),
  );
  return returned.ignoring ? [...losses, "refused unless unknown fields are ignored"] : losses;
}

function describeLoss({ pointer, expected, found }: Difference, json: string): string {
  if (expected === "nothing") {
    return `${kindOf(found)} is added`;
  }
  const kind = isEmpty(json, pointer)
    ? kindOf(expected).replace("an", "an empty")
    : kindOf(expected);
  const becomes = kindOf(found);
  return found === "nothing"
    ? `${kind} is lost`
    : `${kind} becomes ${becomes === kind ? kind.replace("a ", "another ") : becomes}`;
}

/** Returns what a side of a difference is, in general. */
function kindOf(shown: string): string {
  if (shown === "null") {
    return "`null`";
  }
  if (shown === "an array" || shown === "an object") {
    return shown;
  }
  if (shown.startsWith('"')) {
    return shown === '""' ? "an empty string" : "a string";
  }
  if (shown === "0") {
    return "0";
  }
  return shown === "true" || shown === "false" ? `\`${shown}\`` : "a number";
}

/** Whether a pointer, without escapes, leads to an empty list or object. */
function isEmpty(json: string, pointer: string): boolean {
  let value: unknown = JSON.parse(json);
  for (const name of pointer.split("/").slice(1)) {
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** Returns the first line of a message, without the place in a file of which nobody has heard. */
function firstLine(message: string): string {
  const [line = ""] = message.trim().split("\n");
  return line.replace(/^(?:\S+\.proto:\d+:\d+:|schema '\w+': )/, "");
}
