import type { HeaderReader } from "../headers.js";

/**
 * A request of Node's servers, or a `Request` of the Fetch API. That its caller has left is reported
 * by the `ResponseSink` of its answer.
 */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query, as the caller sent them. */
  readonly url: string;
  readonly headers: HeaderReader & Iterable<[name: string, value: string]>;
  /**
   * Reads the body. May be called once.
   *
   * @param limit the maximum size, in bytes.
   * @throws {ConnectError} 413 (see `requestTooLarge`) if it is larger. The rest is then dropped, so
   * that the caller gets the answer.
   * @throws {Error} if the caller leaves before the end.
   */
  readBody(limit: number): Promise<Uint8Array>;
}
