/** Longest delay of a timer, in milliseconds; a longer one would be over at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A running timer, of Node or of a browser. */
export type Timer = ReturnType<typeof setTimeout>;

/** Calls a function after a time in milliseconds, or after 24 days if that is shorter. */
export function startTimer(run: () => void, milliseconds: number): Timer {
  return setTimeout(run, Math.min(milliseconds, LONGEST_DELAY));
}

/** Like `startTimer`, but does not keep a process of Node alive. */
export function startBackgroundTimer(run: () => void, milliseconds: number): Timer {
  const timer = startTimer(run, milliseconds);
  if (isOfNode(timer)) {
    timer.unref();
  }
  return timer;
}

/** The types say that all timers are Node's. In browsers, they are numbers. */
function isOfNode(timer: unknown): timer is NodeJS.Timeout {
  return typeof timer === "object" && timer !== null && "unref" in timer && "refresh" in timer;
}

/** Calls a function when a time has passed since `restart` was last called. */
export class RestartableTimer {
  readonly #run: () => void;
  readonly #milliseconds: number;
  readonly #start: typeof startTimer;
  #timer: Timer | undefined;
  /** When the time will have passed; only used without `refresh`. */
  #due = 0;

  /**
   * Starts the time.
   *
   * @param milliseconds the time; 24 days if that is shorter.
   * @param start starts a timer. @defaultValue startTimer
   */
  constructor(run: () => void, milliseconds: number, start: typeof startTimer = startTimer) {
    this.#run = run;
    this.#milliseconds = milliseconds;
    this.#start = start;
    this.restart();
  }

  restart(): void {
    const timer = this.#timer;
    if (isOfNode(timer)) {
      timer.refresh();
      return;
    }
    this.#due = performance.now() + this.#milliseconds;
    // A timer that is over too early starts another one. That is cheaper than a new one each time.
    this.#timer ??= this.#start(() => this.#check(), this.#milliseconds);
  }

  #check(): void {
    if (isOfNode(this.#timer)) {
      this.#run();
      return;
    }
    const rest = this.#due - performance.now();
    this.#timer = rest > 0 ? this.#start(() => this.#check(), rest) : undefined;
    if (rest <= 0) {
      this.#run();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Waits for a time in milliseconds, or until a signal is aborted. */
export function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = startTimer(end, milliseconds);
    signal?.addEventListener("abort", end, { once: true });
    if (signal?.aborted === true) {
      end();
    }
  });
}
