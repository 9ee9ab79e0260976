import type { AccumulationCode as Code } from "@stepwire/mapping/stepwire/json/v1/accumulation_pb.js";

/** Error codes; docs/accumulation.md explains each. Events that are messages are never malformed. */
export type AccumulationCode = Lowercase<
  Exclude<keyof typeof Code & string, "UNSPECIFIED" | "MALFORMED_EVENT">
>;

/** The details of an `AccumulationError`. */
export interface AccumulationProblem {
  readonly code: AccumulationCode;
  /** The full name of the object's message, including the package. */
  readonly objectType: string;
  /** The identifier of the object; empty if the event has none. */
  readonly objectId: string;
  /**
   * The place of the error, as a JSON Pointer (RFC 6901). It refers to the object or delta in the
   * event; if the event changes a part of the object, it refers to the object.
   */
  readonly pointer: string;
  /** What was expected there. */
  readonly expected: string;
  /** What was found. */
  readonly found: string;
}

/**
 * An event could not be applied. It changed nothing: all snapshots are as before, and the next
 * event can be applied.
 */
export class AccumulationError extends Error implements AccumulationProblem {
  readonly code: AccumulationCode;
  readonly objectType: string;
  readonly objectId: string;
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;

  constructor({ code, objectType, objectId, pointer, expected, found }: AccumulationProblem) {
    const object = objectId === "" ? objectType : `${objectType} ${JSON.stringify(objectId)}`;
    const place = pointer === "" ? "" : ` at ${pointer}`;
    super(`${object}${place}: ${code}: expected ${expected}, found ${found}`);
    this.name = "AccumulationError";
    this.code = code;
    this.objectType = objectType;
    this.objectId = objectId;
    this.pointer = pointer;
    this.expected = expected;
    this.found = found;
  }
}
