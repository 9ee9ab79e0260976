/** Bounds of a server. Times are in milliseconds. */
export interface ServerLimits {
  readonly maxHeaderBytes: number;
  /** How long the first headers of a connection, or the preface of HTTP/2, may take. */
  readonly headersTimeout: number;
  /** How long all of a request may take to arrive. */
  readonly requestTimeout: number;
  /** How long a connection may stay unused. */
  readonly idleTimeout: number;
  /** Connections at once, of any version of HTTP. */
  readonly maxConnections: number;
  /** HTTP/2 connections at once. */
  readonly maxSessions: number;
  /** Streams of one HTTP/2 connection, as HTTP/2 calls a request and its answer. */
  readonly maxConcurrentStreams: number;
  /** Requests at once, over all HTTP/2 connections. */
  readonly maxRequests: number;
  /** How many bytes of a request are read and dropped after its answer was sent. */
  readonly maxDiscardBytes: number;
}

/** The defaults of the command line. */
export const defaultServerLimits: ServerLimits = {
  maxHeaderBytes: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  idleTimeout: 300_000,
  maxConnections: 10_000,
  maxSessions: 200,
  maxConcurrentStreams: 1000,
  maxRequests: 2000,
  maxDiscardBytes: 64 * 1024 * 1024,
};
