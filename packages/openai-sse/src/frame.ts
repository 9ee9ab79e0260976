/** One server-sent event. Its bytes are those of the stream, and not checked. */
export interface EventFrame {
  /** The name; empty where the stream gives none. */
  readonly name: Uint8Array;
  /** The payload; undefined where the event has not even an empty one. */
  readonly data: Uint8Array | undefined;
  /** The identifier that the event itself has. */
  readonly id: Uint8Array | undefined;
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
