import { describe, expect, it } from "vitest";
import { type Growth, LARGEST_RATIO, measure } from "./measure.js";

/**
 * Every shape of input takes minutes: `pnpm test:growth` measures them all. Otherwise each
 * function is measured with the first shape that is listed for it.
 */
const measuresAll = process.env["GROWTH_TESTS"] === "all";

/** Tests that ten times the input costs at most twelve times the time and the memory. */
export function describeGrowth(growths: readonly Growth[]): void {
  describe("ten times the input costs at most twelve times as much", () => {
    const selected = measuresAll ? growths : firstOfEachFunction(growths);
    const cases = selected.map((growth) => ({ ...growth, names: growth.of.join(", ") }));
    it.each(cases)("$names: $shape", { timeout: 120_000 }, async (growth) => {
      const measured = await measure(growth);
      const { size, memory, timeRatio, largestRatio, memoryRatio } = measured;
      const context = JSON.stringify(measured);
      expect(timeRatio, `time: ${context}`).toBeLessThanOrEqual(largestRatio);
      expect(memoryRatio, `memory: ${context}`).toBeLessThanOrEqual(LARGEST_RATIO);
      const most = growth.maxBytes?.(size * 10) ?? Number.POSITIVE_INFINITY;
      expect(memory[1], `memory for the input: ${context}`).toBeLessThanOrEqual(most);
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
