import { pointerTo } from "@stepwire/json";
import type { ReportMistake } from "../error.js";
import { shorten } from "../read/reference.js";
import type { SchemaObject } from "./shape.js";

interface Rule {
  readonly expected: string;
  readonly check: (value: unknown) => boolean;
}

const SCHEMAS_BY_NAME: Rule = {
  expected: "an object with schemas by name",
  check: isRecord,
};

const SCHEMAS: Rule = {
  expected: "a list of schemas",
  check: (value) => Array.isArray(value) && value.length > 0,
};

const RULES: Readonly<Record<string, Rule>> = {
  properties: SCHEMAS_BY_NAME,
  patternProperties: SCHEMAS_BY_NAME,
  allOf: SCHEMAS,
  anyOf: SCHEMAS,
  oneOf: SCHEMAS,
  enum: {
    expected: "a list of values",
    check: (value) => Array.isArray(value) && value.length > 0,
  },
  required: {
    expected: "a list of names",
    // Old documents have `required: true` in a member.
    check: (value) => typeof value === "boolean" || isStrings(value),
  },
  type: {
    expected: "a type of JSON Schema, or a list of them",
    check: (value) => typeof value === "string" || isStrings(value),
  },
};

/** How many parts `allOf` may have: the time to merge them grows with the square of their number. */
const MAX_PARTS = 1000;

/**
 * Reports keywords of a schema whose values are no JSON Schema. Schemas within it are not checked.
 *
 * @returns false if mapping the schema would take too long.
 */
export function checkKeywords(
  schema: SchemaObject,
  pointer: string,
  report: ReportMistake,
): boolean {
  for (const [keyword, { expected, check }] of Object.entries(RULES)) {
    const value = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
    if (value !== undefined && !check(value)) {
      report({
        code: "not_a_document",
        pointer: pointerTo(pointer, keyword),
        expected,
        found: describeValue(value),
      });
    }
  }
  const { allOf } = schema;
  const parts = Array.isArray(allOf) ? allOf.length : 0;
  if (parts > MAX_PARTS) {
    report({
      code: "too_large",
      pointer: pointerTo(pointer, "allOf"),
      expected: `at most ${MAX_PARTS} schemas in a list of allOf`,
      found: `${parts}`,
    });
  }
  return parts <= MAX_PARTS;
}

/** Names a value of the document for a message, without what is in it. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") {
    return shorten(value);
  }
  if (value === null || typeof value !== "object") {
    return String(value);
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "an empty list" : "a list";
  }
  return "an object";
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
