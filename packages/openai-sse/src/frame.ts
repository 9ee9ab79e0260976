/** One server-sent event, as unchecked bytes of the stream. */
export interface EventFrame {
  /** The value of the `event:` line; empty if there is none. */
  readonly name: Uint8Array;
  /** The payload; undefined if the event has no `data:` line. */
  readonly data: Uint8Array | undefined;
  /** The identifier from the event's own `id:` line. */
  readonly id: Uint8Array | undefined;
}

/** The reason why a frame, or a part of it, is refused. The caller adds the number of the event. */
export class FrameRefusal extends Error {
  readonly code: "not_json" | "too_large" | "not_representable";
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
  /** Offset in the payload, in UTF-16 code units. */
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
