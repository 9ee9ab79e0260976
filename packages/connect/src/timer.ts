/** Longest delay of a timer, in milliseconds; a longer one would be over at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A running timer, of Node or of a browser. */
export type Timer = ReturnType<typeof setTimeout>;

/** Calls a function after a time in milliseconds, or after 24 days if that is shorter. */
export function startTimer(run: () => void, milliseconds: number): Timer {
  return setTimeout(run, Math.min(milliseconds, LONGEST_DELAY));
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
