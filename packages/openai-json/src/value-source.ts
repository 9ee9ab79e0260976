import { isJsonObject, quote, writeValue } from "@stepwire/json/internal";
import type { IntegerMapping } from "@stepwire/mapping";
import { INEXACT, type JsonSource, toFieldInteger } from "./source.js";

/**
 * Lets the decoders read JSON values as `JSON.parse` returns them. Undefined properties count as
 * absent, as in `JSON.stringify`.
 */
export const valueSource: JsonSource<unknown> = {
  namesAreChecked: false,
  isNull: (node) => node === null,
  string: (node) => {
    if (typeof node !== "string") {
      return undefined;
    }
    return node.isWellFormed() ? node : INEXACT;
  },
  boolean: (node) => (typeof node === "boolean" ? node : undefined),
  double: (node) => (typeof node === "number" && Number.isFinite(node) ? node : undefined),
  integer,
  isArray: (node) => Array.isArray(node),
  isObject: isJsonObject,
  parts: (node) => [node],
  elements: (part) => (Array.isArray(part) ? part : []),
  // Only called for an object.
  names: (part) => Object.keys(part as object),
  member: (node, name) => (node as Readonly<Record<string, unknown>>)[name],
  text: writeValue,
  checkText: writeValue,
  describe,
  offset: () => undefined,
};

function integer(
  node: unknown,
  type: IntegerMapping,
): number | bigint | typeof INEXACT | undefined {
  if (typeof node !== "number" || !Number.isFinite(node)) {
    return undefined;
  }
  return toFieldInteger(Number.isInteger(node) ? BigInt(node) : undefined, type);
}

function describe(node: unknown): string {
  if (Array.isArray(node)) {
    return `an array of ${node.length}`;
  }
  switch (typeof node) {
    case "string":
      return quote(node);
    case "number":
    case "boolean":
      return String(node);
    case "object":
      return node === null ? "null" : isJsonObject(node) ? "an object" : "an instance of a class";
    default:
      return `a value of type ${typeof node}`;
  }
}
