/**
 * The name of an event that has none. Clients take it for `message`, by the standard; an
 * event that says so is told apart, and is written as it was.
 */
export const NO_NAME = "";

/** The event that ends a stream. */
export const DONE_NAME = "done";

/** The payload that ends a stream. It is no JSON, but known under every name. */
export const DONE_TEXT = "[DONE]";

/** One server-sent event, its payload not yet looked into. */
export interface EventFrame {
  /** The name; empty where the stream gives none. */
  readonly event: string;
  /** The text of the payload; undefined where the event has not even an empty one. */
  readonly data: string | undefined;
  /** The identifier that the event itself has. */
  readonly id: string | undefined;
}

/** Why a frame, or a part of it, is refused. The caller knows the number of the event. */
export class FrameRefusal extends Error {
  readonly code: "not_json" | "too_large" | "not_representable";
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
  /** Where it is in the payload, in UTF-16 code units. */
  readonly offset: number | undefined;

  constructor(
    code: FrameRefusal["code"],
    pointer: string,
    expected: string,
    found: string,
    offset?: number,
  ) {
    super(code);
    this.name = "FrameRefusal";
    this.code = code;
    this.pointer = pointer;
    this.expected = expected;
    this.found = found;
    this.offset = offset;
  }
}
