import type { Readable } from "node:stream";
import { Code, ConnectError } from "@connectrpc/connect";

/** Size of the chunks that wait for their reader at which the sender is paused, in bytes. */
const HIGH_WATER_MARK = 64 * 1024;

/**
 * The body of an answer, as an iterator. Each element is all that has arrived since the last one.
 */
export class ChunkQueue implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #body: Readable;
  readonly #cancel: () => void;
  #chunks: Buffer[] = [];
  #length = 0;
  #hasEnded = false;
  #failure: { readonly reason: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param cancel ends the request of the body. */
  constructor(body: Readable, cancel: () => void) {
    this.#body = body;
    this.#cancel = cancel;
    body.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      if (this.#length > HIGH_WATER_MARK) {
        body.pause();
      }
      this.#wake?.();
    });
    body.on("end", () => {
      this.#hasEnded = true;
      this.#wake?.();
    });
    body.on("error", (error) => this.fail(error));
    body.on("close", () => {
      this.fail(new ConnectError("the connection to the service broke", Code.Unavailable));
    });
    body.resume();
  }

  /** Ends the body with an error, unless it has ended. */
  fail(reason: unknown): void {
    if (!this.#hasEnded) {
      this.#failure ??= { reason };
      this.#wake?.();
    }
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const value = this.#take();
      if (value !== undefined) {
        return { done: false, value };
      }
      if (this.#failure !== undefined) {
        throw this.#failure.reason;
      }
      if (this.#hasEnded) {
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** Ends the request; the rest is not needed. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.cancel();
    return await Promise.resolve({ done: true, value: undefined });
  }

  /** Ends the request immediately, even during a pending `next`. */
  cancel(): void {
    this.#chunks = [];
    this.#length = 0;
    if (!this.#hasEnded) {
      this.#hasEnded = true;
      this.#wake?.();
      this.#cancel();
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): Buffer | undefined {
    const [first] = this.#chunks;
    if (first === undefined) {
      return undefined;
    }
    const all = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#length);
    this.#chunks = [];
    this.#length = 0;
    if (this.#body.isPaused()) {
      this.#body.resume();
    }
    return all;
  }
}
