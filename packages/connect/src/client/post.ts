import type { Header, HeaderReader } from "../headers.js";
import type { ChunkQueue } from "./chunk-queue.js";

/** A request with the method POST. */
export interface PostRequest {
  /** The path of the rpc, with a slash at its start. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

/** An answer whose body is still arriving. */
export interface PostAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: ChunkQueue;
}

/** Sends a request. Settles when the answer has begun. */
export type Post = (request: PostRequest) => Promise<PostAnswer>;

/** The headers of an answer, as an HTTP client has them. */
export class AnswerHeaders implements HeaderReader, Iterable<Header> {
  readonly #headers: Readonly<Record<string, string | string[] | undefined>>;

  /** @param headers names in lower case; those that begin with a colon are ignored. */
  constructor(headers: Readonly<Record<string, string | string[] | undefined>>) {
    this.#headers = headers;
  }

  get(name: string): string | null {
    const value = this.#headers[name];
    return typeof value === "string" ? value : (value?.join(", ") ?? null);
  }

  *[Symbol.iterator](): Generator<Header, void> {
    for (const name of Object.keys(this.#headers)) {
      const value = this.#headers[name];
      if (!name.startsWith(":") && value !== undefined) {
        for (const each of typeof value === "string" ? [value] : value) {
          yield [name, each];
        }
      }
    }
  }
}
