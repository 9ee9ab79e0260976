import type { ChunkQueue } from "./chunk-queue.js";
import type { AnsweredHeaders } from "./stream-wire.js";

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
  readonly headers: AnsweredHeaders;
  readonly body: ChunkQueue;
}

/** Sends a request. Settles when the answer has begun. */
export type Post = (request: PostRequest) => Promise<PostAnswer>;
