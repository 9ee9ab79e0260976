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
   * Yields the parts of the body as they arrive. If the iteration ends early, the rest stays unread, and
   * the caller still gets the answer. The body can be read once: whole, or by this.
   *
   * @throws {ConnectError} 500, at once, if something else has read the body.
   * @throws {Error} if the caller leaves before the end.
   */
  chunks(): AsyncIterable<Uint8Array>;
  /**
   * Reads the whole body.
   *
   * @param limit the maximum size, in bytes.
   * @throws {ConnectError} 413 (see `requestTooLarge`) if it is larger. The rest is then dropped, so
   * that the caller gets the answer.
   * @throws {ConnectError} 500 if something else has read the body.
   * @throws {Error} if the caller leaves before the end.
   */
  readBody(limit: number): Promise<Uint8Array>;
}
