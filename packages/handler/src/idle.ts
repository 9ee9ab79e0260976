/** Time between two looks at what is active, in milliseconds. */
const INTERVAL = 20;

/** Waits until nothing is active or a time in milliseconds has passed. */
export async function untilIdle(active: () => number, grace: number): Promise<void> {
  const until = performance.now() + grace;
  while (active() > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}
