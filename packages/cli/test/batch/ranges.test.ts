import { spawnSync } from "node:child_process";
import {
  closeSync,
  createReadStream,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { DocumentSchema } from "@stepwire/core";
import { createFolder } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { readArchiveBlocks, readArchiveIndex } from "@stepwire/wire";
import { zstdCodec } from "@stepwire/wire/compressed";
import { describe, expect, it } from "vitest";
import { fileOf } from "../../src/archive/archive-input.js";
import { convertRanges } from "../../src/batch/convert-ranges.js";
import { planConversion } from "../../src/batch/plan.js";
import { RANGE_BYTES, RangeFileError, type RangeResult } from "../../src/batch/range.js";
import { RangeState } from "../../src/batch/range-state.js";
import { builtIn } from "../../src/schema/model.js";
import { runStep } from "../support/documents.js";
import { nodeParameters } from "../support/process.js";
import { stepwire } from "../support/stepwire.js";

const conversion = planConversion(builtIn, DocumentSchema, {
  direction: "packLines",
  mode: "archive",
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 100,
  stops: false,
  maxReports: 3,
});
const transcoder = createTranscoder(DocumentSchema, { mode: "archive" });

/** Returns a line of a size, with its line feed. */
function line(size: number): string {
  const step = runStep({ thread_id: "" });
  return `${step.replace('"thread_id":""', `"thread_id":"${"x".repeat(size - step.length - 1)}"`)}\n`;
}

interface Converted {
  readonly results: readonly RangeResult[];
  readonly output: Buffer;
  /** Where the converted part of the text ends. */
  readonly end: number;
}

/**
 * Converts the ranges of a text.
 *
 * @param size the size that the file had when it was opened.
 */
async function convert(text: string, size = text.length, isWritable = true): Promise<Converted> {
  const folder = createFolder({ in: text, out: "" });
  const input = openSync(join(folder, "in"), "r");
  const output = openSync(join(folder, "out"), isWritable ? "r+" : "r");
  const results: RangeResult[] = [];
  try {
    const converting = convertRanges({
      conversion,
      input: { descriptor: input, size },
      output: { descriptor: output, position: 0, documents: 0 },
      jobs: 1,
      signal: new AbortController().signal,
    });
    for await (const result of converting) {
      results.push(result);
    }
    return { results, output: readFileSync(join(folder, "out")), end: results.at(-1)?.end ?? 0 };
  } finally {
    closeSync(input);
    closeSync(output);
  }
}

describe("ranges of a file", () => {
  it.each([
    ["end with a line", 1024, 0],
    ["end one byte before a line feed", 1024, 1],
    ["end one byte after a line feed", 1024, -1],
    ["end within lines", 1009, 0],
    ["end within long lines", 900_001, 0],
    ["have a whole line as their excess", RANGE_BYTES / 2 - 2048, 0],
  ])("%s", async (_name, size, shift) => {
    const count = Math.ceil((RANGE_BYTES * 3) / size) + 2;
    const lines = Array.from({ length: count }, (_, index) =>
      line(index === 0 ? size + shift : size),
    );
    const text = lines.join("");
    const { output, end, results } = await convert(text);
    expect(results.length).toBeGreaterThanOrEqual(3);
    expect(end).toBeGreaterThanOrEqual(RANGE_BYTES * results.length);
    expect(text[end - 1]).toBe("\n");
    const expected = transcoder.packLines(Buffer.from(text.slice(0, end)));
    expect(output.equals(expected.output)).toBe(true);
    expect(results.reduce((sum, { documents }) => sum + documents, 0)).toBe(expected.documents);
  });

  it("end before a line that is too long for them", async () => {
    const regular = line(1000).repeat(Math.ceil(RANGE_BYTES / 1000) * 2);
    const text = `${regular}${line(RANGE_BYTES * 3)}${regular}`;
    const { results, end, output } = await convert(text);
    expect(results.length).toBe(2);
    expect(end).toBeLessThanOrEqual(regular.length);
    const expected = transcoder.packLines(Buffer.from(text.slice(0, end)));
    expect(output.equals(expected.output)).toBe(true);
  });

  it("end before a last line without line feed", async () => {
    const text = line(1024)
      .repeat((RANGE_BYTES / 1024) * 2)
      .slice(0, -1);
    const { results, end } = await convert(text);
    expect([results.length, end]).toEqual([1, RANGE_BYTES]);
  });

  it("end where the file was cut off after its size was read", async () => {
    const text = line(1024).repeat((RANGE_BYTES / 1024) * 2);
    const { results } = await convert(text.slice(0, RANGE_BYTES + 10_000), text.length);
    expect(results.map(({ end }) => end)).toEqual([RANGE_BYTES]);
  });

  it("have refused documents, by the line of the range", async () => {
    const lines = Array.from({ length: (RANGE_BYTES / 1024) * 2 + 2 }, () => line(1024));
    // The second range starts with line 2,048.
    const text = lines.with(2050, "[]\n").with(2051, "{\n").join("");
    const { results } = await convert(text);
    expect(results[0]?.refused).toEqual([]);
    expect(results[1]?.refused.map(({ index }) => index)).toEqual([2, 3]);
    expect(results[1]?.documents).toBeGreaterThan(2000);
  });

  it("tell of a file that cannot be written", async () => {
    const text = line(1024).repeat((RANGE_BYTES / 1024) * 2);
    const converting = convert(text, text.length, false);
    await expect(converting).rejects.toBeInstanceOf(RangeFileError);
    await expect(converting).rejects.toMatchObject({ failure: { side: "output", code: "EBADF" } });
  });
});

describe("the state of ranges", () => {
  it("gives each its turn, and each output its place", () => {
    const state = new RangeState();
    state.place = { position: 100, documents: 7 };
    const other = new RangeState(state.memory);
    expect([state.take(), other.take(), state.take()]).toEqual([0, 1, 2]);
    expect([other.waitForTurn(1, 1), state.waitForTurn(0, 1)]).toEqual([false, true]);
    expect(state.pass(0, 50, 3)).toEqual({ position: 100, documents: 7 });
    expect(other.waitForTurn(1, 1)).toBe(true);
    expect(other.pass(1, 7, 1)).toEqual({ position: 150, documents: 10 });
    expect(state.place).toEqual({ position: 157, documents: 11 });
  });

  it("stops all, also while one is writing", () => {
    const state = new RangeState();
    const other = new RangeState(state.memory);
    other.stop();
    state.pass(0, 50, 1);
    expect([state.isStopped, state.waitForTurn(1, 1000)]).toEqual([true, false]);
  });
});

describe("pack of several files", { timeout: 60_000 }, () => {
  const large = line(2000).repeat(9000);
  const files = {
    "a.jsonl": large,
    "b.jsonl": `${line(500)}{}`,
    "c.txt": `${line(700).repeat(10_000)}\n\n${line(RANGE_BYTES * 2)}${line(800)}`,
    "d.jsonl": large,
  };
  const names = Object.keys(files);
  const text = Object.values(files).join("\n");

  it.each([
    [2, "none"],
    [3, "zstd"],
  ])(
    "writes one after the other as blocks of an archive, %i jobs, compressed: %s",
    async (jobs, compression) => {
      const directory = createFolder(files);
      const options = ["-o", "out", `--jobs=${jobs}`, `--compress=${compression}`];
      const { status, stderr } = spawnSync(
        process.execPath,
        [...nodeParameters, "pack", ...names, ...options],
        { cwd: directory, encoding: "utf8" },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const parts: Uint8Array[] = [];
      const archive = createReadStream(join(directory, "out"));
      for await (const { bytes } of readArchiveBlocks(archive, { codecs: [zstdCodec] })) {
        parts.push(bytes);
      }
      const expected = transcoder.packLines(Buffer.from(text)).output;
      expect(Buffer.concat(parts).equals(expected)).toBe(true);
      const descriptor = openSync(join(directory, "out"), "r");
      const { size } = statSync(join(directory, "out"));
      const index = await readArchiveIndex(fileOf({ descriptor, size, seek: () => {} }));
      closeSync(descriptor);
      expect(index.blocks.length).toBe(parts.length);
    },
  );

  it("writes one after the other, size-delimited", () => {
    const jobs = 2;
    const directory = createFolder(files);
    const { status, stderr } = spawnSync(
      process.execPath,
      [...nodeParameters, "pack", "--to=delimited", ...names, "-o", "out", `--jobs=${jobs}`],
      { cwd: directory, encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const expected = transcoder.packLines(Buffer.from(text)).output;
    expect(readFileSync(join(directory, "out")).equals(expected)).toBe(true);
  });

  it("tells why a large file cannot be written", () => {
    const directory = createFolder({ in: large });
    const { status, stderr } = spawnSync(
      "sh",
      [
        "-c",
        'ulimit -f 8000; exec "$@"',
        "sh",
        process.execPath,
        ...nodeParameters,
        "pack",
        "in",
        "-o",
        "out",
        "--jobs=2",
      ],
      { cwd: directory, encoding: "utf8" },
    );
    expect(status).toBe(1);
    expect(stderr).toBe(
      "stepwire: out: larger than a file may be here; raise the limit (ulimit -f), or write to another place\n",
    );
    expect(readdirSync(directory)).toEqual(["in"]);
  });

  it("replaces a file only when all is written", async () => {
    const directory = createFolder({ in: `${large}[]\n`, out: "before" });
    const { exitCode, stderr } = await stepwire(["pack", "in", "-o", "out", "--jobs=1"], {
      directory,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: in:9001:1: the document: not_an_object/);
    expect(statSync(join(directory, "out")).size).toBe("before".length);
  });
});
