/** A file of vectors for server-sent events. vectors/README.md describes it for implementers. */
export interface EventVectorFile {
  readonly topic: string;
  readonly about: string;
  readonly cases: readonly (ReadVector | WriteVector)[];
}

/** Options other than the default. */
export interface EventVectorOptions {
  /** Default: `preserve`. */
  readonly mode?: "strict" | "preserve" | "archive";
  readonly framing?: "lenient";
  /** The largest size of an event. Default: 16 MiB. */
  readonly maxEventBytes?: number;
  /** The levels of the document of an event: one more than those of its payload. Default: 100. */
  readonly maxDepth?: number;
}

/** A stream, and what a reader makes of it. */
export interface ReadVector {
  readonly name: string;
  /** The full name of the event message. */
  readonly schema: string;
  readonly options?: EventVectorOptions;
  /** The stream: its UTF-8 bytes, or its bytes in base64 if it is not UTF-8. */
  readonly sse?: string;
  readonly sseBase64?: string;
  /** The messages in hexadecimal. */
  readonly events: readonly string[];
  /** The refused events. Reading continues after each. */
  readonly refusals?: readonly EventRefusal[];
  /** Whether the last refusal ends the stream. */
  readonly isBroken?: true;
  /** The events as they are written, if that is not the stream itself. */
  readonly written?: string;
}

export interface EventRefusal {
  /** The number of the event, from 0. */
  readonly event: number;
  /** Why it is refused; a reader that stops at the first violation reports one of them. */
  readonly violations: readonly EventViolation[];
}

export interface EventViolation {
  readonly code: string;
  /** A JSON Pointer into `{"event": name, "data": payload}`. */
  readonly pointer: string;
  /** The offset in the payload, in bytes; absent if the violation is not in it. */
  readonly offset?: number;
}

/** A message, and what a writer makes of it. */
export interface WriteVector {
  readonly name: string;
  readonly schema: string;
  /** The message in hexadecimal. */
  readonly event: string;
  /** The lines of the event; absent if it is refused. */
  readonly written?: string;
  readonly violations?: readonly EventViolation[];
}
