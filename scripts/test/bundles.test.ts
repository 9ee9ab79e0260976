import { expect, it } from "vitest";
import { bundleProblems, bundleTable, type MeasuredBundle } from "../library/bundles.ts";

const bundle: MeasuredBundle = { what: "a parser", code: "", maxKilobytes: 30, kilobytes: 27.3 };

it("issue 16: accepts a bundle below its bound, of about the size in the table", () => {
  const table = bundleTable([bundle]);
  expect(table).toContain("| a parser | 28 | 30 |");
  expect(bundleProblems([bundle], table)).toEqual([]);
  expect(bundleProblems([{ ...bundle, kilobytes: 29.1 }], table)).toEqual([]);
});

it("issue 16: reports a bundle above its bound, and a table that is stale or has no row", () => {
  const table = bundleTable([bundle]);
  expect(bundleProblems([{ ...bundle, kilobytes: 31.2 }], table)).toEqual([
    "the bundle of a parser has 31.2 kB; the bound is 30 kB",
    "docs/packages.md is stale: a parser has 31.2 kB; run: pnpm bundle-sizes",
  ]);
  expect(bundleProblems([{ ...bundle, kilobytes: 20 }], table)).toHaveLength(1);
  expect(bundleProblems([bundle], "")).toHaveLength(1);
});
