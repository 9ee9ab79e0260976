import type { Polled } from "@stepwire/connect/fetch";
import type { Header } from "@stepwire/connect/web";

/**
 * An iterator over the parts of a body. `return` ends it immediately, even while a part is awaited. It is
 * read without a promise for each part if it is also `Polled`.
 */
export type Body = AsyncIterableIterator<Uint8Array, undefined>;

/** A request to the upstream, with its credentials. */
export interface ClientRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case, each once. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Ends the request and its answer. */
  readonly signal: AbortSignal;
}

/** An answer whose body is still arriving. */
export interface ClientAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: readonly Header[];
  readonly body: Body & Partial<Polled<Uint8Array>>;
}

/** The HTTP client for the upstream. */
export interface UpstreamClient {
  /**
   * Sends a request. Settles when the answer has begun. Does not follow redirects.
   *
   * @throws {ForwardTimeout} if the upstream exceeds a time limit. All other errors mean that it cannot
   * be reached, or broke off. The same applies to the iterator of the body.
   */
  send(request: ClientRequest): Promise<ClientAnswer>;
  /**
   * Returns the body of an answer without its content-encoding.
   *
   * @throws {EncodingError} if the encoding is unknown. The iterator throws it too, if the bytes are not
   * valid in the encoding.
   */
  decode(body: Body, headers: readonly Header[]): Body;
  /** Returns whether an error means that an established connection broke before the answer. */
  isBroken(error: unknown): boolean;
  /** Ends all requests. */
  close(): Promise<void>;
}

/** A body cannot be decoded. The message may be shown to the client. */
export class EncodingError extends Error {
  override readonly name = "EncodingError";

  /** Returns the error for a content-encoding that is not known. */
  static unknown(encoding: string): EncodingError {
    // The name is quoted only if it could be that of an encoding.
    return new EncodingError(
      /^[a-z0-9-]{1,20}$/.test(encoding)
        ? `the content-encoding '${encoding}', which is unknown`
        : "an unknown content-encoding",
    );
  }
}

/** Returns the content-encodings of a body, in the order in which they were applied. */
export function encodingsIn(headers: readonly Header[]): string[] {
  return headers
    .filter(([name]) => name === "content-encoding")
    .flatMap(([, value]) => value.split(","))
    .map((value) => value.trim().toLowerCase())
    .filter((value) => value !== "" && value !== "identity");
}
