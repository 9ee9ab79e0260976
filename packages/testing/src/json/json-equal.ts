import { pointerSegment } from "./pointer.js";
import { JsonDecimal, type JsonNode, readJson } from "./read-json.js";

/**
 * Returns whether two texts are the same JSON value. Numbers are compared as decimals of any size,
 * strings by their UTF-16 code units; the order of members is ignored.
 */
export function jsonEqual(left: string | Uint8Array, right: string | Uint8Array): boolean {
  return jsonDifference(left, right) === undefined;
}

/**
 * Returns the JSON Pointer of the first difference between two texts; undefined if they are the
 * same JSON value.
 */
export function jsonDifference(
  left: string | Uint8Array,
  right: string | Uint8Array,
): string | undefined {
  return nodeDifference(readJson(left), readJson(right));
}

/**
 * Returns the JSON Pointer of the first difference between two values; undefined if they are equal.
 */
export function nodeDifference(left: JsonNode, right: JsonNode): string | undefined {
  if (Array.isArray(left)) {
    return Array.isArray(right) ? elementDifference(left, right) : "";
  }
  if (left instanceof Map) {
    return right instanceof Map ? memberDifference(left, right) : "";
  }
  const equal =
    left instanceof JsonDecimal
      ? right instanceof JsonDecimal && left.normal === right.normal
      : left === right;
  return equal ? undefined : "";
}

function elementDifference(
  left: readonly JsonNode[],
  right: readonly JsonNode[],
): string | undefined {
  for (const [index, element] of left.entries()) {
    const other = right[index];
    const inner = other === undefined ? "" : nodeDifference(element, other);
    if (inner !== undefined) {
      return `/${index}${inner}`;
    }
  }
  return right.length > left.length ? `/${left.length}` : undefined;
}

function memberDifference(
  left: ReadonlyMap<string, JsonNode>,
  right: ReadonlyMap<string, JsonNode>,
): string | undefined {
  for (const [name, member] of left) {
    const other = right.get(name);
    const inner = other === undefined ? "" : nodeDifference(member, other);
    if (inner !== undefined) {
      return `/${pointerSegment(name)}${inner}`;
    }
  }
  for (const name of right.keys()) {
    if (!left.has(name)) {
      return `/${pointerSegment(name)}`;
    }
  }
  return undefined;
}
