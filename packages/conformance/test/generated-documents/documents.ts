import { Random } from "@stepwire/testing";
import { generateSync } from "json-schema-faker";
import { isSchema, mapValues, referredName, type Schema, type Schemas } from "./schema.js";
import type { Validator } from "./validator.js";

/** How often a document is made anew because the schema does not accept it. */
const ATTEMPTS = 30;
/** How much longer than its least length a text or a list may be, unless its schema says less. */
const MORE_TEXT = 40;
const MORE_ITEMS = 3;

/** The format of strings that may be any text. */
const ANY_TEXT = "any-text";
const texts = [
  "",
  " ",
  "\u0000\t\n",
  'a "b" \\ c/',
  "naïve",
  "日本語",
  "😀 ok",
  "null",
  "{}",
  "1.50",
] as const;
const integers = [
  0,
  -1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  -(2 ** 31) - 1,
  2 ** 53,
  1e18,
  1e19,
  -1e20,
] as const;
const numbers = [0, -1, 0.1, 1e-7, 1.5e300, 123456789.125, 1e21] as const;
const anything = [null, true, 7, "text", [1, [2]], { a: { b: null } }, {}, []] as const;

/** Makes documents of JSON Schemas: by json-schema-faker, with more unusual values than it makes. */
export class DocumentMaker {
  readonly #validator: Validator;
  readonly #bounded: Schemas;
  readonly #inputs = new Map<string, Schema>();

  constructor(schemas: Schemas, validator: Validator) {
    this.#validator = validator;
    this.#bounded = mapValues(schemas, bound);
  }

  /** Returns a document that its schema accepts; undefined if none was found. */
  make(name: string, seed: number): unknown {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const document = this.#generate(name, seed + attempt * 0x10001, attempt);
      if (document !== undefined && this.#validator.accepts(name, document)) {
        return document;
      }
    }
    return undefined;
  }

  #generate(name: string, seed: number, attempt: number): unknown {
    const random = new Random(seed);
    // What is unusual may be what the schema did not accept.
    const unusual = 0.1 / (attempt + 1);
    try {
      return generateSync(this.#inputOf(name), {
        seed,
        maxDepth: 12,
        refDepthMax: 10,
        optionalsProbability: random.pick([0.2, 0.5, 0.8]),
        formats: { [ANY_TEXT]: () => random.pick(texts) },
        outputTransform: (value, schema) =>
          isSchema(schema) && random.chance(unusual) ? vary(value, schema, random) : value,
      });
    } catch {
      // The library throws for some combinations of alternatives that no value satisfies.
      return undefined;
    }
  }

  /** Returns the schema with those that it refers to, because the library reads all it is given. */
  #inputOf(name: string): Schema {
    let input = this.#inputs.get(name);
    if (input === undefined) {
      const reached = new Map<string, Schema>();
      this.#reach(name, reached);
      input = { $defs: Object.fromEntries(reached), $ref: `#/$defs/${name}` };
      this.#inputs.set(name, input);
    }
    return input;
  }

  #reach(name: string, reached: Map<string, Schema>): void {
    const schema = this.#bounded[name];
    if (schema !== undefined && !reached.has(name)) {
      reached.set(name, schema);
      for (const reference of referencesIn(schema)) {
        this.#reach(reference.replace("#/$defs/", ""), reached);
      }
    }
  }
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(referencesIn);
  }
  if (!isSchema(value)) {
    return [];
  }
  return Object.entries(value).flatMap(([key, each]) =>
    key === "$ref" && typeof each === "string" ? [each] : referencesIn(each),
  );
}

/** Keeps documents small, and lets texts be anything. */
function bound(schema: Schema): Schema {
  const bounded: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "$ref" && typeof value === "string") {
      bounded["$ref"] = `#/$defs/${referredName(value)}`;
    } else if (keyword === "properties" && isSchema(value)) {
      bounded["properties"] = mapValues(value, (each) => (isSchema(each) ? bound(each) : each));
    } else if (Array.isArray(value) && keyword.endsWith("Of")) {
      bounded[keyword] = value.map((each) => bound(each));
    } else {
      bounded[keyword] = isSchema(value) && keyword !== "const" ? bound(value) : value;
    }
  }
  limit(bounded, ["minLength", "maxLength"], MORE_TEXT);
  limit(bounded, ["minItems", "maxItems"], MORE_ITEMS);
  if (isAnyText(bounded)) {
    bounded["format"] = ANY_TEXT;
  }
  if (isSchema(bounded["additionalProperties"]) && bounded["properties"] === undefined) {
    bounded["minProperties"] ??= 1;
  }
  return bounded;
}

function limit(
  schema: Record<string, unknown>,
  [least, most]: readonly [string, string],
  more: number,
): void {
  const { [least]: from = 0, [most]: to } = schema;
  if (typeof from === "number" && typeof to === "number") {
    schema[most] = Math.min(to, from + more);
  }
}

function isAnyText(schema: Schema): boolean {
  const restrictions = ["format", "pattern", "enum", "const", "minLength", "maxLength", "allOf"];
  return schema["type"] === "string" && restrictions.every((each) => schema[each] === undefined);
}

/** Returns a value that is less usual, which the schema may not accept. */
function vary(value: unknown, schema: Schema, random: Random): unknown {
  if (schema["enum"] !== undefined || schema["const"] !== undefined) {
    return value;
  }
  if (Array.isArray(value)) {
    return [];
  }
  if (isSchema(value)) {
    return { ...value, [`x_${random.below(3)}`]: random.pick(anything) };
  }
  if (typeof value !== "number") {
    return value;
  }
  return schema["type"] === "integer" ? random.pick(integers) : random.pick(numbers);
}
