import type { JsonFault } from "@stepwire/json";

/** What is wrong with a document, in a word. docs/mapping.md explains each. */
export type ViolationCode =
  | "not_json"
  | "not_an_object"
  | "duplicate_member"
  | "lone_surrogate"
  | "too_deep"
  | "too_large"
  | "missing_member"
  | "wrong_type"
  | "unknown_member"
  | "unknown_value"
  | "unknown_variant"
  | "tag_mismatch"
  | "not_representable"
  | "invalid_residue"
  | "malformed_binary";

/** One thing that is wrong with a document, and where. */
export interface Violation {
  readonly code: ViolationCode;
  /** The place in the document, as a JSON Pointer (RFC 6901); "" is the document itself. */
  readonly pointer: string;
  /** The full proto name of the message, field, oneof or enum that the place maps to. */
  readonly path: string;
  /** What was expected there. */
  readonly expected: string;
  /** What was found, cut short. */
  readonly found: string;
  /**
   * Where it stands in a text: a byte offset into bytes, an offset in UTF-16 code
   * units into a string. Absent for values that were parsed elsewhere.
   */
  readonly offset?: number;
}

/** Returns what is wrong with JSON as a violation. It belongs to no message or field. */
export function toViolation({ code, pointer, expected, found, offset }: JsonFault): Violation {
  const violation = { code, pointer, path: "", expected, found };
  return offset === undefined ? violation : { ...violation, offset };
}
