import { StreamLostError, type StreamState } from "@stepwire/connect";

/**
 * What the process of a stream says of it. `silent`: it does not answer. `gone`: it does not exist
 * any more. `unknown`: it could not be asked.
 */
export type Answer = StreamState | "silent" | "gone" | "unknown";

const states: ReadonlySet<string> = new Set<StreamState>(["stored", "not stored", "forgotten"]);

/** Returns whether a text is what a process says of a stream. */
export function isState(text: string): text is StreamState {
  return states.has(text);
}

/** How often the process of a stream is asked while another one reads it, in milliseconds. */
const ASK_INTERVAL = 1000;

/** Knows whether the process of a stream still stores it. */
export class Liveness {
  readonly #ask: () => Promise<Answer>;
  readonly #lossTimeout: number;
  #nextQuestion = 0;
  #silentSince: number | undefined;
  /** Set once no further block will come. */
  failure: StreamLostError | undefined;

  /**
   * @param lossTimeout time without an answer after which the process counts as gone, in
   *   milliseconds.
   */
  constructor(lossTimeout: number, ask: () => Promise<Answer>) {
    this.#ask = ask;
    this.#lossTimeout = lossTimeout;
  }

  /** How long to wait until the next check, in milliseconds. */
  get pause(): number {
    return Math.max(1, this.#nextQuestion - performance.now());
  }

  /** Asks, if it is time to. */
  async check(): Promise<void> {
    const now = performance.now();
    if (this.failure !== undefined || now < this.#nextQuestion) {
      return;
    }
    const answer = await this.#ask();
    if (answer === "silent") {
      this.#silentSince ??= now;
      if (performance.now() - this.#silentSince >= this.#lossTimeout) {
        this.failure = new StreamLostError(true);
      }
    } else {
      this.#silentSince = undefined;
      if (answer === "not stored" || answer === "forgotten" || answer === "gone") {
        this.failure = new StreamLostError(answer === "gone");
      }
    }
    const interval = this.#silentSince === undefined ? ASK_INTERVAL : this.#lossTimeout / 10;
    this.#nextQuestion = performance.now() + interval;
  }
}
