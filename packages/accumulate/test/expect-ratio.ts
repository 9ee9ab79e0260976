import { expect } from "vitest";

/**
 * Returns how long something keeps the processor busy, in milliseconds. What other programs do in
 * the meantime does not count.
 */
export function processorTime(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Expects that one thing takes not much longer than another, in one try of several. */
export function expectRatio(few: () => number, many: () => number, most: number): void {
  let smallest = Number.POSITIVE_INFINITY;
  // Collecting garbage and compiling make single measurements longer.
  for (let attempt = 0; attempt < 5 && smallest >= most; attempt++) {
    few();
    smallest = Math.min(smallest, many() / few());
  }
  expect(smallest).toBeLessThan(most);
}
