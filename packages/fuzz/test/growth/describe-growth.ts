import { describe, expect, it } from "vitest";
import { type Growth, LARGEST_RATIO, measure } from "./measure.js";

/** Tests that ten times the input costs at most twelve times the time and the memory. */
export function describeGrowth(growths: readonly Growth[]): void {
  describe("ten times the input costs at most twelve times as much", () => {
    const cases = growths.map((growth) => ({ ...growth, names: growth.of.join(", ") }));
    it.each(cases)("$names: $shape", { timeout: 120_000 }, async (growth) => {
      const measured = await measure(growth);
      const worst = Math.max(measured.timeRatio, measured.memoryRatio);
      expect(worst, JSON.stringify(measured)).toBeLessThanOrEqual(LARGEST_RATIO);
    });
  });
}
