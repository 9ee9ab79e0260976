/** What can be wrong with JSON text or a JSON value. */
export type JsonFaultCode =
  | "not_json"
  | "duplicate_member"
  | "lone_surrogate"
  | "too_deep"
  | "too_large";

/** One thing that is wrong with JSON, and where. */
export interface JsonFault {
  readonly code: JsonFaultCode;
  /** The place in the document, as a JSON Pointer (RFC 6901); "" is the document itself. */
  readonly pointer: string;
  /** What was expected there. */
  readonly expected: string;
  /** What was found, cut short. */
  readonly found: string;
  /**
   * The place in the text, in UTF-16 code units; in bytes for bytes that are not UTF-8.
   * Absent for values and for texts that are too large.
   */
  readonly offset?: number;
}

/** The input is not JSON, or exceeds a bound. */
export class JsonError extends SyntaxError {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    const { code, pointer, expected, found, offset } = fault;
    const place = offset === undefined ? "" : ` (offset ${offset})`;
    super(`${pointer || "the document"}: ${code}: expected ${expected}, found ${found}${place}`);
    this.name = "JsonError";
    this.fault = fault;
  }
}
