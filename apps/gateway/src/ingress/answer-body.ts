/** Pauses, resumes and aborts the arrival of a body. */
export interface BodyControl {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Number of buffered bytes at which the sender is paused. */
const HIGH_WATER_MARK = 64 * 1024;

/**
 * The body of an answer, as an iterator. Each element is all that has arrived since the last one. If the connection breaks, the chunks that
 * arrived before are delivered before the error; the streams of HTTP clients drop them.
 */
export class AnswerBody implements AsyncIterableIterator<Uint8Array> {
  readonly #control: BodyControl;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #paused = false;
  #ended = false;
  #error: unknown;
  #wake: (() => void) | undefined;

  constructor(control: BodyControl) {
    this.#control = control;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length > HIGH_WATER_MARK && !this.#paused) {
      this.#paused = true;
      this.#control.pause();
    }
    this.#wake?.();
  }

  /** Marks the end of the body. */
  end(error?: unknown): void {
    this.#ended = true;
    this.#error ??= error;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const value = this.#take();
      if (value !== undefined) {
        if (this.#paused) {
          this.#paused = false;
          this.#control.resume();
        }
        return { done: false, value };
      }
      if (this.#error !== undefined) {
        throw this.#error;
      }
      if (this.#ended) {
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** Returns all chunks as one: each HTTP chunk comes by itself, although many are read at once. */
  #take(): Uint8Array | undefined {
    const [first] = this.#chunks;
    const all = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#length) : first;
    this.#chunks = [];
    this.#length = 0;
    return all;
  }

  /** Aborts the body; the rest is not needed. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#chunks = [];
    this.#length = 0;
    if (!this.#ended) {
      this.end();
      this.#control.abort(new Error("the rest of the answer is not wanted"));
    }
    return await Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
