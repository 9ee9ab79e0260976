import { describe, expect, it } from "vitest";
import { measureSet, type SetTiming, summarizeBlocks } from "../src/speed/blocks.js";
import { formatKernels, type KernelRow } from "../src/speed/kernels.js";
import { formatSets, summarizeSets } from "../src/speed/set-report.js";
import type { SetRow } from "../src/speed/transcoding.js";

describe("measureSet", () => {
  it("lets every contender convert a block before the next block, all in turn", () => {
    const calls: { name: string; documents: readonly number[] }[] = [];
    const contenders = ["a", "b", "c"].map((name) => ({
      name,
      run(documents: readonly number[]) {
        calls.push({ name, documents });
        // Longer than a block, so that the set is divided.
        for (const end = performance.now() + 0.25 * documents.length; performance.now() < end; );
      },
    }));
    const timings = measureSet(contenders, 10, { milliseconds: 1 });

    const measured = calls.slice(3);
    const rounds = Array.from({ length: measured.length / 3 }, (_, turn) =>
      measured.slice(3 * turn, 3 * turn + 3),
    );
    for (const turns of rounds) {
      expect(turns.map(({ name }) => name).sort()).toEqual(["a", "b", "c"]);
      expect(new Set(turns.map(({ documents }) => documents.join())).size).toBe(1);
    }
    expect(
      new Set(rounds.map((turns) => turns.map(({ name }) => name).join())).size,
    ).toBeGreaterThan(1);
    const visited = new Set(measured.flatMap(({ documents }) => documents));
    expect([...visited].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(measured.every(({ documents }) => documents.length < 10)).toBe(true);
    expect(timings.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  it("adds the least times of blocks, and their medians, for one document", () => {
    const timing = summarizeBlocks(
      "a",
      [
        [3, 1, 2],
        [10, 30, 20],
      ],
      4,
    );
    // Milliseconds of 4 documents to microseconds of one.
    expect(timing).toMatchObject({ name: "a", least: 2_750, median: 5_500 });
  });
});

function row(set: string, ...least: readonly number[]): SetRow {
  const timings = least.map(
    (time, index): SetTiming => ({
      name: index === 0 ? "ours" : `peer ${index}`,
      least: time,
      median: time * 10 ** index,
      lowerQuartile: time,
      upperQuartile: time,
    }),
  );
  return { set, documents: 1_000, size: 1_234.5, timings };
}

describe("the tables of sets", () => {
  const rows = [row("steps, wire order", 1, 2, 4), row("runs", 2, 16, 2)];

  it("have the geometric mean of each peer, and its worst set", () => {
    const [first, second] = summarizeSets(rows);
    expect(first?.mean.least).toBeCloseTo(4);
    expect(first?.mean.median).toBeCloseTo(40);
    expect(first?.worst).toMatchObject({ set: "steps, wire order", least: 2 });
    expect(second?.worst).toMatchObject({ set: "runs", least: 1 });
  });

  it("show the ratio of the medians beside that of the least times", () => {
    const text = formatSets(rows);
    expect(text).toMatch(
      /\| runs +\| +1,000 \| 1,235 \| +2\.00 \(2\.00\) \| +8\.00 × \(80\.0\) \|/,
    );
    expect(text).toMatch(/\*\*geometric mean\*\* .*\*\*4\.00 × \(40\.0\)\*\*/);
    expect(text).toMatch(/\*\*worst set\*\* .*\*\*2\.00 × \(20\.0\)\*\*/);
    expect(text).toContain("The worst sets are, for peer 1: steps, wire order; peer 2: runs.");
  });

  it("compare the first peer also with our form that has a buffer of the caller", () => {
    const into = { name: "into", least: 0.5, median: 0.5, lowerQuartile: 0.5, upperQuartile: 0.5 };
    const [, , summary] = summarizeSets(rows.map((each) => ({ ...each, into })));
    expect(summary).toMatchObject({ name: "into: peer 1", worst: { least: 4 } });
    expect(summary?.mean.least).toBeCloseTo(Math.sqrt(4 * 32));
  });
});

describe("the comparison of kernels", () => {
  const rows: readonly KernelRow[] = [
    { set: "runs", direction: "to-json", before: 2, now: 1, slower: -50 },
    { set: "deltas", direction: "to-json", before: 1, now: 2, slower: 100 },
  ];

  it("names the sets that are slower", () => {
    const text = formatKernels(rows);
    expect(text).toContain("SLOWER by 100.0 %");
    expect(text).toContain("to-json: geometric mean 1.00 ×; slower by more than 3 %: deltas.");
    expect(formatKernels(rows.slice(0, 1))).toContain("no set slower by more than 3 %");
  });
});
