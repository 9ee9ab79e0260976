/** What is wrong with a stream. */
export type StreamErrorCode =
  /** The bytes do not start like a stream. */
  | "bad_magic"
  /** The stream has a newer version of the format. */
  | "newer_version"
  /** The input ends before the end mark. */
  | "cut_off"
  /** There are bytes after the end mark. */
  | "trailing_bytes"
  /** A record is malformed. */
  | "malformed"
  /** A field is left out, but the previous payload does not have it. */
  | "missing_reference"
  /** The number of an event is not greater than that of the event before. */
  | "number_order"
  /** An event or the description of a failure is larger than `maxEventBytes`. */
  | "too_large"
  /** The payloads to remember are larger than `maxStateBytes`. */
  | "state_too_large"
  /** The input becomes larger than `maxBlockBytes` and `maxExpansion` allow. */
  | "expands_too_much"
  /** The compressed input is malformed. */
  | "malformed_compression";

/** A stream is malformed or exceeds a limit. The events before the place are complete. */
export class StreamFormatError extends Error {
  readonly code: StreamErrorCode;
  /** Offset of the record in the stream, after decompression, in bytes. */
  readonly offset: number;
  /** Number of the event that would have been next. */
  readonly event: number;
  readonly expected: string;
  readonly found: string;

  constructor(
    code: StreamErrorCode,
    place: { readonly offset: number; readonly event: number },
    expected: string,
    found: string,
    options?: ErrorOptions,
  ) {
    const at = `offset ${place.offset}, event ${place.event}`;
    super(`${code} in the stream (${at}): expected ${expected}, found ${found}`, options);
    this.name = "StreamFormatError";
    this.code = code;
    this.offset = place.offset;
    this.event = place.event;
    this.expected = expected;
    this.found = found;
  }
}

/** The writer of a stream ended it with a failure. The events before it are complete. */
export class StreamFailure extends Error {
  /** The bytes that describe the failure. The transport defines their meaning. */
  readonly detail: Uint8Array;

  constructor(detail: Uint8Array) {
    super("the writer of the stream reported a failure");
    this.name = "StreamFailure";
    this.detail = detail;
  }
}
