import type { DescMessage } from "@bufbuild/protobuf";
import { RunStepDeltaSchema, RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { isObject } from "./document.js";
import { recordedBodies, recordedPayloads } from "./recordings.js";

/** A document that is converted to binary and back in several ways. */
export interface LossDocument {
  readonly json: string;
  readonly schema: DescMessage;
  /** The full name of its message in `losses/plain.proto`. */
  readonly plain: string;
}

/** A document with something that many converters lose. */
export interface HardCase {
  /** In Markdown. */
  readonly name: string;
  readonly document: LossDocument;
}

const types: Readonly<Record<string, Omit<LossDocument, "json">>> = {
  "thread.run.step": { schema: RunStepSchema, plain: "plain.RunStep" },
  "thread.run.step.delta": { schema: RunStepDeltaSchema, plain: "plain.RunStepDelta" },
  list: { schema: RunStepListSchema, plain: "plain.RunStepList" },
};

/** One hard case in each document, and nothing else that is hard. */
export const hardCases: readonly HardCase[] = [
  step("a member or a tool that the schema does not know", `"trace":{"id":"4bf92f"}`),
  step("`null` or an empty list, where absent is usual", `"last_error":null`),
  numberedStep(
    "an integer above 2<sup>53</sup>, such as an identifier",
    `"serial":9007199254740993`,
  ),
  numberedStep("a number beyond a double: `1e400`", `"grams":1e400`),
  step("half of a surrogate pair, from a text that was cut", `"assistant_id":"asst_\\ud83d"`),
  step("a member that comes twice", `"status":"failed","status":"completed"`),
];

function step(name: string, members: string): HardCase {
  const json = `{"id":"step_1","object":"thread.run.step","created_at":1788300000,${members}}`;
  return { name, document: documentOf(json, "thread.run.step") };
}

/** A hard number. The plain schema has a member for it, so that it is not lost as an unknown one. */
function numberedStep(name: string, members: string): HardCase {
  const { document } = step(name, members);
  return { name, document: { ...document, plain: "plain.NumberedRunStep" } };
}

/** The recorded run steps, their deltas and lists, each once. */
export function recordedSteps(): LossDocument[] {
  const texts = new Set([...recordedPayloads(), ...recordedBodies()]);
  return [...texts].flatMap((json) => {
    const value: unknown = JSON.parse(json);
    const type = isObject(value) ? stepType(value) : undefined;
    return type === undefined ? [] : [documentOf(json, type)];
  });
}

function stepType({ object, data }: { object?: unknown; data?: unknown }): string | undefined {
  if (object === "list") {
    const [first]: unknown[] = Array.isArray(data) ? data : [];
    return isObject(first) && first["object"] === "thread.run.step" ? "list" : undefined;
  }
  return typeof object === "string" && Object.hasOwn(types, object) ? object : undefined;
}

function documentOf(json: string, object: string): LossDocument {
  const type = types[object];
  if (type === undefined) {
    throw new TypeError(`no type for ${object}`);
  }
  return { json, ...type };
}
