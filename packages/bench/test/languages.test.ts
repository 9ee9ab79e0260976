import { describe, expect, it } from "vitest";
import type { LanguageResult } from "../src/speed/languages.js";
import type { Timing } from "../src/speed/measure.js";
import { formatLanguages } from "../src/speed/report.js";

const timing = (name: string, median: number): Timing => ({
  name,
  median,
  lowerQuartile: median,
  upperQuartile: median,
});

const node: LanguageResult = {
  language: "Node",
  versions: "Node 24",
  rows: ["delta", "list"].map((fixture) => ({
    fixture,
    timings: [timing("ours", 2), timing("JSON.parse", 3)],
  })),
};

const native = "serde_json to async-openai's types";
const rust: LanguageResult = {
  language: "Rust",
  versions: "Rust 1",
  rows: [
    { fixture: "delta", timings: [timing("ours", 4), timing(native, 1)] },
    { fixture: "list", timings: [timing("ours", 4)] },
  ],
};

function cellsOf(text: string, first: string): string[] {
  const row = text.split("\n").find((line) => line.startsWith(`| ${first} `)) ?? "";
  return row.split("|").map((cell) => cell.trim());
}

describe("the table of languages", () => {
  const text = formatLanguages({ languages: [node, rust], missing: ["Go"] });

  it("has times of ours and ratios of peers, also where we lose", () => {
    expect(cellsOf(text, "**Node**, ours, µs")).toContain("2.00 ± 0.00");
    expect(cellsOf(text, "JSON.parse").slice(2, 5)).toEqual(["1.50 ×", "1.50 ×", "**1.50 ×**"]);
    expect(cellsOf(text, native).slice(2, 5)).toEqual(["0.25 ×", "–", "**0.25 ×**"]);
  });

  it("says how Node's transcoder stands beside native Rust", () => {
    expect(text).toContain("takes 0.50 × to 0.50 ×, in the median of 1 documents 0.50 ×");
  });

  it("names what is missing", () => {
    expect(text).toContain("Node 24; Rust 1. Go is not installed here, and left out.");
    expect(formatLanguages({ languages: [node], missing: [] })).not.toContain("left out");
  });
});
