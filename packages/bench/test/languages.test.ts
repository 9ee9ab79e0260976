import { describe, expect, it } from "vitest";
import type { SetTiming } from "../src/speed/blocks.js";
import { nativeRust, usualGo } from "../src/speed/language-programs.js";
import { formatLanguages } from "../src/speed/language-report.js";
import type { LanguageResult } from "../src/speed/languages.js";

const timing = (name: string, least: number): SetTiming => ({
  name,
  least,
  median: 2 * least,
  lowerQuartile: least,
  upperQuartile: 3 * least,
});

function result(language: string, peers: Readonly<Record<string, number>>): LanguageResult {
  const timings = [
    timing("ours", 2),
    ...Object.entries(peers).map(([name, least]) => timing(name, least)),
  ];
  return { language, versions: `${language} 1`, rows: [{ set: "deltas", timings }] };
}

const node = result("Node", { "JSON.parse": 3 });
const rust: LanguageResult = {
  ...result("Rust", { [nativeRust]: 1 }),
  rows: result("Rust", { [nativeRust]: 1 }).rows.map((row) => ({ ...row, refused: 7 })),
};
const go = result("Go", { [usualGo]: 9 });

function cellsOf(text: string, first: string): string[] {
  const row = text.split("\n").find((line) => line.startsWith(`| ${first} `)) ?? "";
  return row.split("|").map((cell) => cell.trim());
}

describe("the table of languages", () => {
  const text = formatLanguages({ languages: [node, rust, go], missing: ["Java"] });

  it("has times of ours and ratios of peers, also where we lose", () => {
    expect(cellsOf(text, "**Node**, ours, µs")[2]).toBe("2.00 (4.00)");
    expect(cellsOf(text, "JSON.parse").slice(2, 4)).toEqual(["1.50 × (1.50)", "**1.50 × (1.50)**"]);
    expect(cellsOf(text, nativeRust)[2]).toBe("0.50 × (0.50)");
  });

  it("compares what is measured in lines with ours in lines", () => {
    const java = result("Java", { Jackson: 1, "ours, lines": 4, "Jackson, lines": 8 });
    const lines = formatLanguages({ languages: [node, java], missing: [] });
    expect(cellsOf(lines, "Jackson")[2]).toBe("0.50 × (0.50)");
    expect(cellsOf(lines, "**Java**, ours, lines, µs")[2]).toBe("4.00 (8.00)");
    expect(cellsOf(lines, "Jackson, lines")[2]).toBe("2.00 × (2.00)");
  });

  it("says how Node's transcoder stands beside native Rust and Go, for each set", () => {
    expect(cellsOf(text, `Rust: ${nativeRust}`)[2]).toBe("0.50 × (0.50)");
    expect(cellsOf(text, `Go: ${usualGo}`)[2]).toBe("4.50 × (4.50)");
  });

  it("names what is refused and missing", () => {
    expect(text).toContain('types refuse 7 of "deltas"');
    expect(text).toContain("Node 1; Rust 1; Go 1. Java is not installed here, and left out.");
    const alone = formatLanguages({ languages: [node], missing: [] });
    expect(alone).not.toMatch(/left out|refuse/);
  });
});
