import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runStep } from "./support/documents.js";
import { createFolder } from "./support/folder.js";
import { ended, startStepwire } from "./support/process.js";

/** More than is converted before workers start. */
const COUNT = 60_000;

const lines = Array.from({ length: COUNT }, (_, index) => runStep({ id: `step_${index}` }));

async function stepwire(
  directory: string,
  ...parameters: readonly string[]
): Promise<{ exitCode: number | null; stderr: string }> {
  const { exitCode, stderr } = await ended(startStepwire(parameters, { directory }));
  return { exitCode, stderr };
}

describe("several jobs", { timeout: 120_000 }, () => {
  it("write what one writes, in the same order", async () => {
    const directory = createFolder({ "a.jsonl": `${lines.join("\n")}\n` });
    const good = { exitCode: 0, stderr: "" };
    expect(await stepwire(directory, "pack", "a.jsonl", "-o", "1.pb", "--jobs", "1")).toEqual(good);
    expect(await stepwire(directory, "pack", "a.jsonl", "-o", "3.pb", "--jobs", "3")).toEqual(good);
    const archive = readFileSync(join(directory, "3.pb"));
    expect(archive.equals(readFileSync(join(directory, "1.pb")))).toBe(true);
    expect(await stepwire(directory, "unpack", "3.pb", "-o", "b.jsonl", "--jobs", "3")).toEqual(
      good,
    );
    const back = readFileSync(join(directory, "b.jsonl"));
    expect(back.equals(readFileSync(join(directory, "a.jsonl")))).toBe(true);
  });

  it("tell of every bad line by its number, in order", async () => {
    const bad = [1_000, 50_000, 59_999];
    const spoiled = lines.map((line, index) => (bad.includes(index + 1) ? "[]" : line));
    const directory = createFolder({ "a.jsonl": spoiled.join("\n") });
    const pack = ["pack", "a.jsonl", "-o", "a.pb", "--jobs", "2"];
    const skip = await stepwire(directory, ...pack, "--on-error", "skip");
    expect(skip.exitCode).toBe(1);
    expect(skip.stderr.match(/a\.jsonl:\d+/g)).toEqual(bad.map((line) => `a.jsonl:${line}`));
    expect(skip.stderr).toContain(
      `3 lines skipped, ${(COUNT - 3).toLocaleString("en")} documents packed`,
    );
    const stop = await stepwire(directory, ...pack);
    expect(stop.stderr).toMatch(/^stepwire: a\.jsonl:1000:1: the document: not_an_object/);
  });

  it("keep what came before the damage of an archive", async () => {
    const directory = createFolder({ "a.jsonl": `${lines.join("\n")}\n` });
    await stepwire(directory, "pack", "a.jsonl", "-o", "a.pb");
    const archive = readFileSync(join(directory, "a.pb"));
    const broken = createFolder({ "a.pb": archive.subarray(0, -10) });
    const { exitCode, stderr } = await stepwire(
      broken,
      "unpack",
      "a.pb",
      "-o",
      "a.jsonl",
      "--jobs",
      "2",
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain("the archive ends within a document");
    expect(stderr).toContain(`${(COUNT - 1).toLocaleString("en")} whole documents before`);
    const back = readFileSync(join(broken, "a.jsonl"), "utf8");
    expect(back === `${lines.slice(0, -1).join("\n")}\n`).toBe(true);
  });
});
