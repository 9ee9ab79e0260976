import { expect } from "vitest";

/** Expects that one thing takes not much longer than another, in one try of several. */
export function expectRatio(few: () => number, many: () => number, most: number): void {
  let smallest = Number.POSITIVE_INFINITY;
  // Other programs make a single measurement as long as they like.
  for (let attempt = 0; attempt < 5 && smallest >= most; attempt++) {
    few();
    smallest = Math.min(smallest, many() / few());
  }
  expect(smallest).toBeLessThan(most);
}
