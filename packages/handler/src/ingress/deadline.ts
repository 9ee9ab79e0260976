import { startBackgroundTimer, type Timer } from "@stepwire/connect/internal";

/**
 * The time limit of a stream, with a signal that is aborted when it is reached or when the caller
 * leaves. `AbortSignal.any` and `AbortSignal.timeout` do the same at ten times the cost.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: Timer;
  #isReached = false;

  /** @param milliseconds the time limit. */
  constructor(caller: AbortSignal, milliseconds: number) {
    this.#timer = startBackgroundTimer(() => {
      this.#isReached = true;
      this.#controller.abort(new DOMException("The stream took too long.", "TimeoutError"));
    }, milliseconds);
    const leave = (): void => {
      this.stop();
      this.#controller.abort(caller.reason);
    };
    caller.addEventListener("abort", leave, { once: true });
    if (caller.aborted) {
      leave();
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  /** Stops the clock, because the stream has ended. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
