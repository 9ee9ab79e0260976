/** A running timer, of any runtime. */
export type Timer = ReturnType<typeof setTimeout>;

/** Calls a function after a time in milliseconds. Unlike `setTimeout`, does not keep a process running. */
export function startBackgroundTimer(run: () => void, milliseconds: number): Timer {
  const timer: unknown = setTimeout(run, milliseconds);
  // In Node and Bun, timers are objects; elsewhere, they are numbers.
  if (typeof timer === "object" && timer !== null && "unref" in timer) {
    (timer as { unref(): void }).unref();
  }
  return timer as Timer;
}

/** Time between two looks at what is active, in milliseconds. */
const INTERVAL = 20;

/** Waits until nothing is active or a time in milliseconds has passed. */
export async function untilIdle(active: () => number, grace: number): Promise<void> {
  const until = performance.now() + grace;
  while (active() > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}
