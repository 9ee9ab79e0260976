import { type ExactValue, readExactly } from "./exact-value.js";

/** Where two documents differ first. */
export interface Difference {
  /** The place, as a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  /** What the first document has there. */
  readonly expected: string;
  /** What the second document has there. */
  readonly found: string;
}

/**
 * Compares two JSON texts as values: the order of members does not count, numbers
 * are equal if they are the same decimal number, however they are spelled.
 *
 * @returns nothing if they are equal.
 */
export function compareJson(expected: string, found: string): Difference | undefined {
  return compare(readExactly(expected), readExactly(found), "");
}

function compare(expected: ExactValue, found: ExactValue, pointer: string): Difference | undefined {
  if (expected.kind === "array" && found.kind === "array") {
    return compareArrays(expected.items, found.items, pointer);
  }
  if (expected.kind === "object" && found.kind === "object") {
    return compareObjects(expected.members, found.members, pointer);
  }
  const [first, second] = [describe(expected), describe(found)];
  return first === second ? undefined : { pointer, expected: first, found: second };
}

function compareArrays(
  expected: readonly ExactValue[],
  found: readonly ExactValue[],
  pointer: string,
): Difference | undefined {
  const length = Math.max(expected.length, found.length);
  for (let index = 0; index < length; index++) {
    const difference = compareParts(expected[index], found[index], `${pointer}/${index}`);
    if (difference !== undefined) {
      return difference;
    }
  }
  return undefined;
}

function compareObjects(
  expected: ReadonlyMap<string, ExactValue>,
  found: ReadonlyMap<string, ExactValue>,
  pointer: string,
): Difference | undefined {
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    const escaped = name.replaceAll("~", "~0").replaceAll("/", "~1");
    const difference = compareParts(expected.get(name), found.get(name), `${pointer}/${escaped}`);
    if (difference !== undefined) {
      return difference;
    }
  }
  return undefined;
}

function compareParts(
  expected: ExactValue | undefined,
  found: ExactValue | undefined,
  pointer: string,
): Difference | undefined {
  if (expected !== undefined && found !== undefined) {
    return compare(expected, found, pointer);
  }
  return { pointer, expected: describe(expected), found: describe(found) };
}

/** A scalar in full, because two of them are equal if this is. */
function describe(value: ExactValue | undefined): string {
  switch (value?.kind) {
    case undefined:
      return "nothing";
    case "boolean":
    case "number":
      return String(value.value);
    case "null":
      return "null";
    case "array":
      return "an array";
    case "object":
      return "an object";
    case "string":
      return JSON.stringify(value.value);
  }
}
