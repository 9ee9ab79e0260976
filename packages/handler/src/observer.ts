import type { Header } from "@stepwire/connect";

/** Which side of the inner wire a handler is on. */
export type Role = "egress" | "ingress";

/**
 * Observes what a handler does, for logs, metrics and traces. Every function is optional. They are
 * called while requests are answered, so they should return at once. An observer that throws changes no
 * answer.
 */
export interface Observer {
  /** Called when a request arrives. Returns the observer of this request; undefined for none. */
  request?(request: ObservedRequest): RequestObserver | undefined;
  /** Called for something that is no answer, but worth a look. */
  incident?(incident: Incident): void;
  /**
   * Called with the first error that a function of this observer, or of one of its requests, throws.
   * Later ones are ignored. By default, it is written to the console.
   */
  failed?(error: unknown): void;
}

/** A request that a handler begins to answer. */
export interface ObservedRequest {
  readonly role: Role;
  /** The HTTP method. */
  readonly method: string;
  /** The path, without the query. It may contain identifiers. */
  readonly path: string;
  /**
   * The URL of the next server: that of the ingress, or of the upstream. Undefined if it is not known.
   */
  readonly next?: string | undefined;
  /** Returns a header of the request; null if it has none of this name, which is in lower case. */
  header(name: string): string | null;
}

/** Observes one request. */
export interface RequestObserver {
  /** Called once, when it is known what the request asks for. */
  operation?(operation: Operation): void;
  /**
   * Returns the headers of the request to the next server, such as those with a trace context. By
   * default, they are those of the client.
   */
  headers?(headers: readonly Header[]): readonly Header[];
  /** Called with the number of events that were passed on together, and their size in bytes. */
  events?(count: number, bytes: number): void;
  /**
   * Called for something in this request that is worth a look, such as a resumed stream. The observer's
   * own `incident` is called too.
   */
  incident?(kind: IncidentKind): void;
  /** Called once, when the answer was written, or cannot be. */
  end?(end: RequestEnd): void;
}

/** What a request asks for. */
export interface Operation {
  /**
   * The name of the operation, from the schema: such as `get_kettle`. Requests that are passed
   * through have `pass_through`, and those that nothing answers `other`.
   */
  readonly name: string;
  /** `document`, `stream`, or `none` for requests without an rpc. */
  readonly kind: "document" | "stream" | "none";
  /**
   * The path template, such as `/v1/kettles/{kettle_id}`; undefined if there is none. For the ingress,
   * the path below the base URL of the upstream.
   */
  readonly route?: string | undefined;
  /** The HTTP method of the endpoint, such as `GET`; undefined if there is none. */
  readonly httpMethod?: string | undefined;
  /** The rpc, such as `kettle.v1.KettleService/GetKettle`. */
  readonly rpc?: string | undefined;
  /** The protocol on the inner wire, if the handler serves it: such as `connect` or `stream`. */
  readonly protocol?: string | undefined;
}

/** How an answer ended. */
export interface RequestEnd {
  /**
   * The status for logs and metrics, of which there are few. For the egress and for requests that are
   * passed through: the HTTP status, `broken_502` and the like for an answer that was cut off, or
   * `client_left`. For calls of services: `ok`, or the code of the error, such as `unavailable`.
   */
  readonly status: string;
  /** The HTTP status that was sent; undefined if none was. */
  readonly httpStatus?: number | undefined;
  /** The duration, in seconds. */
  readonly seconds: number;
  /** The error that the client was told, or that cut off the answer; undefined if there was none. */
  readonly error?: unknown;
}

/** Something that is no answer, but worth a look. */
export interface Incident {
  readonly kind: IncidentKind;
  readonly role: Role;
  /** The cause, if it is an error. */
  readonly error?: unknown;
}

/** The kinds of incidents. */
export type IncidentKind =
  /** The inner wire broke in a stream, and the stream was resumed. */
  | "stream_resumed"
  /** A client resumed a stream. */
  | "client_resumed"
  /** Streams are read over Connect, because the service does not serve the stream format. */
  | "stream_fallback"
  /** A stream is continued from the store by another server than the one that began it. */
  | "stream_taken_over"
  /** A stream cannot be stored. */
  | "stream_not_stored";
