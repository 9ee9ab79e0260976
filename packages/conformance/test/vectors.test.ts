import { describe, expect, test } from "vitest";
import { deriveFile } from "../src/derive.js";
import { FEATURES, formatFile, readFiles } from "../src/files.js";
import { topics } from "../src/topics.js";

const committed = new Map([...readFiles(), ...readFiles(FEATURES)]);
const current = topics();

describe("the committed vectors are what the engines say now (else: pnpm vectors)", () => {
  test("there is a file for each topic", () => {
    expect([...committed.keys()].sort()).toEqual(current.map(({ topic }) => topic).sort());
  });

  test.each(current.map((topic) => ({ name: topic.topic, topic })))("$name", ({ name, topic }) => {
    const drifted = differingLines(committed.get(name) ?? "", formatFile(deriveFile(topic)));
    expect(drifted).toEqual([]);
  });

  test("all of them are modest in size", () => {
    const size = [...committed.values()].reduce((sum, text) => sum + text.length, 0);
    expect(size).toBeLessThan(2_000_000);
  });
});

/** The first lines of each that the other does not have, cut short. */
function differingLines(before: string, after: string): string[] {
  const [old, now] = [new Set(before.split("\n")), new Set(after.split("\n"))];
  const gone = [...old].filter((line) => !now.has(line)).map((line) => `- ${line.slice(0, 200)}`);
  const come = [...now].filter((line) => !old.has(line)).map((line) => `+ ${line.slice(0, 200)}`);
  return [...gone.slice(0, 5), ...come.slice(0, 5)];
}
