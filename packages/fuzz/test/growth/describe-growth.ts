import { describe, expect, it } from "vitest";
import { type Growth, LARGEST_RATIO, measure } from "./measure.js";

/**
 * Every shape of input takes minutes: `pnpm test:growth` measures them all. Otherwise each
 * function is measured with the first shape that is listed for it.
 */
const measuresAll = process.env["GROWTH_TESTS"] === "all";

/**
 * Maximum ratio of times for ten times the input while other programs run. Under load, linear work was
 * measured to take up to 19 times as long, because it no longer fits into the caches. Quadratic work
 * takes 100 times as long. `pnpm test:growth` has the exact bound.
 */
const LARGEST_RATIO_UNDER_LOAD = 36;
const bound = measuresAll ? LARGEST_RATIO : LARGEST_RATIO_UNDER_LOAD;

/** Tests that the time and the memory for an input grow with its size, not with its square. */
export function describeGrowth(growths: readonly Growth[]): void {
  describe("ten times the input does not cost a hundred times as much", () => {
    const selected = measuresAll ? growths : firstOfEachFunction(growths);
    const cases = selected.map((growth) => ({ ...growth, names: growth.of.join(", ") }));
    it.each(cases)("$names: $shape", { timeout: 120_000 }, async (growth) => {
      const measured = await measure(growth, bound);
      const { size, memory, timeRatio, largestRatio, memoryRatio } = measured;
      const context = JSON.stringify(measured);
      expect(timeRatio, `time: ${context}`).toBeLessThanOrEqual(largestRatio);
      expect(memoryRatio, `memory: ${context}`).toBeLessThanOrEqual(LARGEST_RATIO);
      const mostBytes = growth.maxBytes?.(size * 10) ?? Number.POSITIVE_INFINITY;
      expect(memory[1], `memory for the input: ${context}`).toBeLessThanOrEqual(mostBytes);
    });
  });
}

function firstOfEachFunction(growths: readonly Growth[]): Growth[] {
  const measured = new Set<string>();
  return growths.filter(({ of }) => {
    const adds = of.some((name) => !measured.has(name));
    for (const name of of) {
      measured.add(name);
    }
    return adds;
  });
}
