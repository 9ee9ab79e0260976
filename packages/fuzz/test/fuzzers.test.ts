import { describe, expect, it } from "vitest";
import { targets } from "../src/run/targets.js";

/** Inputs of each target: about a second, but the same ones on every machine. */
const cases: Readonly<Record<string, number>> = {
  accumulator: 400,
  sse: 1000,
  "sse-responses": 1000,
};

describe("a fuzzer with a fixed seed", () => {
  it.each(targets)("finds nothing: $name", { timeout: 60_000 }, async ({ name, run }) => {
    const { finds } = await run({ seed: 1, cases: cases[name] ?? 20, shrinkSeconds: 5 });
    const shown = finds.map(({ number, find, input }) => ({
      again: `pnpm fuzz ${name} --seed 1 --case ${number}`,
      message: find.message,
      input: JSON.stringify(input),
    }));
    expect(shown).toEqual([]);
  });
});
