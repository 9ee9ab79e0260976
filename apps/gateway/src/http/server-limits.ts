/** Limits of a server. Times are in milliseconds. */
export interface ServerLimits {
  readonly maxHeaderBytes: number;
  /** Maximum time for the first headers of a connection, or for the HTTP/2 preface. */
  readonly headersTimeout: number;
  /** Maximum time for a complete request to arrive. */
  readonly requestTimeout: number;
  /** Maximum time for which a connection may be unused. */
  readonly idleTimeout: number;
  /** Maximum number of connections, for all versions of HTTP. */
  readonly maxConnections: number;
  /** Maximum number of HTTP/2 connections. */
  readonly maxSessions: number;
  /**
   * Maximum number of concurrent streams of one HTTP/2 connection. A stream is a request with its
   * answer.
   */
  readonly maxConcurrentStreams: number;
  /** Maximum number of concurrent requests over all HTTP/2 connections. */
  readonly maxRequests: number;
  /** Maximum number of bytes of a request that are read and dropped after its answer was sent. */
  readonly maxDiscardBytes: number;
}

/** The defaults of the command line options. */
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
