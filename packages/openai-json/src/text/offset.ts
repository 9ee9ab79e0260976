import type { Violation } from "../violation.js";

const encoder = new TextEncoder();

/** How many bytes of UTF-8 a text has. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Violations in the order in which they stand in a text. */
export function inTextOrder(violations: readonly Violation[]): Violation[] {
  return violations.toSorted((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
}

/** Turns the offsets of violations, which rise, into offsets in bytes of UTF-8. */
export function withByteOffsets(violations: readonly Violation[], text: string): Violation[] {
  let units = 0;
  let bytes = 0;
  return violations.map((violation) => {
    const { offset } = violation;
    if (offset === undefined) {
      return violation;
    }
    // Only what lies between two violations is encoded, so that many cost no more than one.
    bytes += byteLength(text.slice(units, offset));
    units = offset;
    return { ...violation, offset: bytes };
  });
}
