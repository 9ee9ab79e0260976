import { ENDED, type Polled } from "@stepwire/connect/fetch";
import { nextOf } from "@stepwire/connect/internal";
import { joinBytes } from "@stepwire/wire/internal";

/** Pauses, resumes and aborts the arrival of a body. */
export interface BodyControl {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Number of buffered bytes at which the sender is paused. */
const HIGH_WATER_MARK = 64 * 1024;

/**
 * The body of an answer, as an iterator. Each element is all that has arrived since the last one. If the
 * connection breaks, the chunks that arrived before are delivered before the error; the streams of HTTP
 * clients drop them.
 */
export class AnswerBody implements Polled<Uint8Array> {
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
    this.#wakeSoon();
  }

  /** Marks the end of the body. */
  end(error?: unknown): void {
    this.#ended = true;
    this.#error ??= error;
    this.#wakeSoon();
  }

  /** Returns all chunks as one: each HTTP chunk comes by itself, although many are read at once. */
  take(): Uint8Array | typeof ENDED | undefined {
    const [first] = this.#chunks;
    if (first !== undefined) {
      const all = this.#chunks.length > 1 ? joinBytes(this.#chunks) : first;
      this.#chunks = [];
      this.#length = 0;
      if (this.#paused) {
        this.#paused = false;
        this.#control.resume();
      }
      return all;
    }
    if (this.#error !== undefined) {
      throw this.#error;
    }
    return this.#ended ? ENDED : undefined;
  }

  wait(wake: () => void): void {
    this.#wake = wake;
    if (this.#ended || this.#chunks.length > 0) {
      this.#wakeSoon();
    }
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return nextOf(this);
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

  /** Wakes the reader after the chunks that were read from the connection together. */
  #wakeSoon(): void {
    const wake = this.#wake;
    if (wake !== undefined) {
      this.#wake = undefined;
      queueMicrotask(wake);
    }
  }
}
