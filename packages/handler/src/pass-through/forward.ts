import type { Header } from "@stepwire/connect/web";

/** A request to the next server. */
export interface ForwardedRequest {
  readonly method: string;
  /** Path and query at the next server, with all escapes as the client wrote them. */
  readonly path: string;
  /** Names in lower case, each once. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null if there is none. */
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | string | null;
  /** Whether it may be sent twice, because it has no body and changes nothing. */
  readonly isRepeatable: boolean;
  /** Ends the request, and its answer. */
  readonly signal: AbortSignal;
}

/** An answer whose body is still arriving. */
export interface ForwardedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: readonly Header[];
  /** If the iteration is ended early, so is the answer. */
  readonly body: AsyncIterableIterator<Uint8Array, undefined>;
}

/**
 * Sends a request to the next server. Settles when the answer has begun.
 *
 * @throws {ForwardTimeout} if the server exceeds a time limit; any other error means that it cannot be
 * reached, or broke off. The same is true of the iterator of the body.
 */
export type Forward = (request: ForwardedRequest) => Promise<ForwardedAnswer>;

/** The next server exceeded a time limit. */
export class ForwardTimeout extends Error {
  override readonly name = "ForwardTimeout";
}
