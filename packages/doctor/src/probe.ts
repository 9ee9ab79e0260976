/** An HTTP request below the base URL of an OpenAI-compatible server. */
export interface ProbeRequest {
  readonly method: "GET" | "POST";
  /** Starts with a slash, such as `/chat/completions`. */
  readonly path: string;
  /** JSON text; undefined for a GET. */
  readonly body: string | undefined;
}

/** A document, a stream or a request that is hard to pass on without a loss. */
export interface Probe {
  /** Unique within a family and form: `nulls`. */
  readonly name: string;
  /** The API that it belongs to: `chat`; `files` for those of the user. */
  readonly family: string;
  /** What is sent. A request is compared with what the upstream gets. */
  readonly form: "document" | "stream" | "request";
  /** Why it matters, in one sentence. */
  readonly why: string;
  /** What is compared, if that is not everything. */
  readonly compares?: string;
  /** The bytes of the document, or of the stream in the chunks in which they are sent. */
  readonly chunks: readonly Uint8Array[];
  /** How a server is asked for it; undefined if that is unknown. */
  readonly request: ProbeRequest | undefined;
  /** Whether refusing it is as good as passing it on, because its meaning is not defined. */
  readonly mayRefuse: boolean;
  /**
   * The same without what may be refused. A target that refuses this too has not passed the probe: it
   * refuses everything.
   */
  readonly plain?: Probe;
  /** Whether the connection is cut after the last chunk. */
  readonly isCut: boolean;
  /** What must come back, if that is not all that is sent. */
  readonly complete?: Uint8Array;
  /** Whether the event that ends the stream, `[DONE]`, is not compared. */
  readonly ignoresEnd: boolean;
  /** Whether the lines `event:` are not compared. */
  readonly ignoresNames?: boolean;
  /**
   * Whether identifiers of events may be others: a proxy that resumes streams itself has its own. An
   * event that had one must still have one.
   */
  readonly ignoresIds?: boolean;
  /** Whether each event must arrive before the next one is sent. */
  readonly isLive: boolean;
}

/** Returns the full name of a probe: `chat/stream/nulls`. */
export function probeId({ family, form, name }: Probe): string {
  return `${family}/${form}/${name}`;
}

/** Returns all bytes that a probe sends. */
export function probeBytes({ chunks }: Probe): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}
