import { joinBytes } from "@stepwire/wire/internal";
import { ENDED, nextOf } from "../streams/polled.js";

/** Controls the arrival of a body. */
export interface BodyControl {
  pause(): void;
  resume(): void;
  /** Ends the request of the body. */
  cancel(): void;
}

/** Size of the chunks that wait for their reader at which the sender is paused, in bytes. */
const HIGH_WATER_MARK = 64 * 1024;

/** The body of an answer. Its reader takes all that has arrived since the last time. */
export class ChunkQueue {
  readonly #control: BodyControl;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #isPaused = false;
  #hasEnded = false;
  #failure: { readonly reason: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(control: BodyControl) {
    this.#control = control;
  }

  /** Adds a chunk. It must not change afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#hasEnded) {
      return;
    }
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length > HIGH_WATER_MARK && !this.#isPaused) {
      this.#isPaused = true;
      this.#control.pause();
    }
    this.#wakeSoon();
  }

  /** Marks the end of the body. */
  end(): void {
    this.#hasEnded = true;
    this.#wakeSoon();
  }

  /** Ends the body with an error, unless it has ended. */
  fail(reason: unknown): void {
    if (!this.#hasEnded) {
      this.#failure ??= { reason };
      this.#wakeSoon();
    }
  }

  /**
   * Returns all chunks that have arrived, as one; `ENDED` at the end of the body, and undefined if
   * nothing has arrived yet.
   *
   * @throws the error that ended the body, after the last chunk.
   */
  take(): Uint8Array | typeof ENDED | undefined {
    const chunk = this.#take();
    if (chunk !== undefined) {
      return chunk;
    }
    if (this.#failure !== undefined) {
      throw this.#failure.reason;
    }
    return this.#hasEnded ? ENDED : undefined;
  }

  /** Calls a function once, soon after `take` may return something. */
  wait(wake: () => void): void {
    this.#wake = wake;
    if (this.#hasEnded || this.#failure !== undefined || this.#chunks.length > 0) {
      this.#wakeSoon();
    }
  }

  /** Yields the chunks like `take`. Leaving the loop ends the request; the rest is not needed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const { done, value } = await nextOf(this);
        if (done === true) {
          return;
        }
        yield value;
      }
    } finally {
      this.cancel();
    }
  }

  /** Ends the request immediately, even while its reader waits. */
  cancel(): void {
    this.#chunks = [];
    this.#length = 0;
    if (!this.#hasEnded) {
      this.#hasEnded = true;
      this.#wakeSoon();
      this.#control.cancel();
    }
  }

  /** Wakes the reader after the chunks that were read from the connection together. */
  #wakeSoon(): void {
    const wake = this.#wake;
    if (wake !== undefined) {
      this.#wake = undefined;
      queueMicrotask(wake);
    }
  }

  #take(): Uint8Array | undefined {
    const [first] = this.#chunks;
    if (first === undefined) {
      return undefined;
    }
    const all = this.#chunks.length === 1 ? first : joinBytes(this.#chunks);
    this.#chunks = [];
    this.#length = 0;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#control.resume();
    }
    return all;
  }
}
