import type { JsonFault } from "@stepwire/json";
import type { ViolationName } from "@stepwire/mapping";

/**
 * Why a document is refused. `ViolationCode` in proto/stepwire/json/v1/conversion.proto lists the
 * reasons, and docs/mapping.md explains them.
 */
export type ViolationCode = ViolationName;

/** A single problem of a document, with its place. */
export interface Violation {
  readonly code: ViolationCode;
  /** The place in the document, as a JSON Pointer (RFC 6901); "" is the document itself. */
  readonly pointer: string;
  /** The full proto name of the message, field, oneof or enum that the place maps to. */
  readonly path: string;
  /** What was expected there. */
  readonly expected: string;
  /** What was found, shortened. */
  readonly found: string;
  /**
   * Its offset in the text: in bytes if the input is bytes, in UTF-16 code units if it is a string.
   * Absent for values that were parsed elsewhere.
   */
  readonly offset?: number;
}

/** Returns what is wrong with JSON as a violation. It belongs to no message or field. */
export function toViolation({ code, pointer, expected, found, offset }: JsonFault): Violation {
  const violation = { code, pointer, path: "", expected, found };
  return offset === undefined ? violation : { ...violation, offset };
}
