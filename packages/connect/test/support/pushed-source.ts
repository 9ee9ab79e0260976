import type { OpenedStream } from "../../src/index.js";
import { event } from "./server.js";

/** A source of one stream. The test pushes its events one by one. */
export class PushedSource {
  /** How often a stream was opened. */
  opened = 0;
  /** Whether the stream was told to end. */
  aborted = false;
  #number = 0;
  #ended = false;
  #wake = (): void => {};

  /** Gives so many events more, and no more after them if it is said so. */
  push(count: number, options: { readonly end?: boolean; readonly size?: number } = {}): void {
    this.#waiting.push(...Array.from({ length: count }, () => event(++this.#number, options.size)));
    this.#ended = options.end ?? false;
    this.#wake();
  }

  async streamRunEvents(_start: unknown, call: { signal: AbortSignal }): Promise<OpenedStream> {
    this.opened++;
    call.signal.addEventListener("abort", () => {
      this.aborted = true;
      this.#ended = true;
      this.#wake();
    });
    return await Promise.resolve({ events: this.#events() });
  }

  readonly #waiting: Uint8Array[] = [];

  /** Ends without an error when it is aborted, as many sources do. */
  async *#events(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        yield next;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
