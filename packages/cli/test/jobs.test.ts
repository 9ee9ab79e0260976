import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DocumentSchema } from "@stepwire/core";
import { createFolder } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { describe, expect, it } from "vitest";
import { runStep } from "./support/documents.js";
import { ended, type ProcessEnd, startStepwire } from "./support/process.js";
import { stepwire } from "./support/stepwire.js";

/** So many lines, and documents in an archive, that workers start before the first half is done. */
const COUNT = 30_000;
const LONG_LINE = 22_500;
const BLANK_LINES = [1, 20_000, 25_001];

/** The line of each number, in a text of 25 MB: long ones and blank ones, most without `\r`. */
const lines = Array.from({ length: COUNT }, (_, index) => {
  if (BLANK_LINES.includes(index + 1)) {
    return "";
  }
  const length = index + 1 === LONG_LINE ? 5_000_000 : (index * 7) % 1_000;
  return `${runStep({ id: `step_${index}`, thread_id: "x".repeat(length) })}${index % 10 === 0 ? "\r" : ""}`;
});
const text = lines.join("\n");
const transcoder = createTranscoder(DocumentSchema, { mode: "archive" });
const archive = Buffer.from(transcoder.packLines(Buffer.from(text)).output);
const back = lines.map((line) => (line === "" ? "" : `${line.replace("\r", "")}\n`)).join("");

interface Run {
  readonly exitCode: number | null;
  readonly stderr: string;
  /** The output, if there is any. */
  readonly output: Buffer | undefined;
}

const ways = [
  { jobs: 1, from: "a file" },
  { jobs: 2, from: "a file" },
  { jobs: 2, from: "standard input" },
];

/**
 * Runs a command on an input, from a file called `in` or by standard input. One job runs in this
 * process, which is faster.
 */
async function run(
  parameters: readonly string[],
  { jobs, from }: { jobs: number; from: string },
  input: string | Uint8Array,
): Promise<Run> {
  const isFile = from === "a file";
  const directory = createFolder(isFile ? { in: input } : {});
  const named = isFile ? ["in"] : [];
  const all = [...parameters, ...named, "-o", "out", `--jobs=${jobs}`];
  const stdin = isFile ? "" : input;
  const { exitCode, stderr } =
    jobs === 1
      ? await stepwire(all, { directory, stdin })
      : await runProcess(all, directory, stdin);
  const output = join(directory, "out");
  return { exitCode, stderr, output: existsSync(output) ? readFileSync(output) : undefined };
}

async function runProcess(
  parameters: readonly string[],
  directory: string,
  stdin: string | Uint8Array,
): Promise<ProcessEnd> {
  const child = startStepwire(parameters, { directory });
  child.stdin.end(stdin);
  return await ended(child);
}

/** Returns the name and number of each reported line. */
function places(stderr: string): string[] {
  return [...stderr.matchAll(/^stepwire: ([^:\n]*:\d+):/gm)].map(([, place]) => place ?? "");
}

describe.each(ways)("$jobs jobs, from $from", { timeout: 120_000 }, (way) => {
  const name = way.from === "a file" ? "in" : "standard input";

  it("pack what one call of the transcoder packs, and unpack it", async () => {
    const packed = await run(["pack", "--to=delimited"], way, text);
    expect(packed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(packed.output?.equals(archive)).toBe(true);
    const unpacked = await run(["unpack"], way, archive);
    expect(unpacked).toMatchObject({ exitCode: 0, stderr: "" });
    expect(unpacked.output?.equals(Buffer.from(back))).toBe(true);
  });

  it("tell of every bad line by its number, in order", async () => {
    const bad = [2, 15_000, 19_999, 29_999, COUNT];
    const spoiled = lines.map((line, index) => (bad.includes(index + 1) ? "[]" : line)).join("\n");
    const skipped = await run(
      ["pack", "--to=delimited", "--on-error=skip", "--max-bytes=1M"],
      way,
      spoiled,
    );
    expect(skipped.exitCode).toBe(1);
    const told = [2, 15_000, 19_999, LONG_LINE, 29_999, COUNT];
    expect(places(skipped.stderr)).toEqual(told.map((line) => `${name}:${line}`));
    expect(skipped.stderr).toContain(`${name}:${LONG_LINE}: too_large: more than 1.0 MiB`);
    expect(skipped.stderr).toContain("6 lines skipped, 29,991 documents packed");
    const good = lines.filter((_, index) => !told.includes(index + 1)).join("\n");
    const expected = transcoder.packLines(Buffer.from(good)).output;
    expect(skipped.output?.equals(expected)).toBe(true);
  });

  it("stop at the first bad line, and leave no file", async () => {
    const spoiled = lines.with(20_500, "[]").with(20_501, "{").join("\n");
    const { exitCode, stderr, output } = await run(["pack", "--to=delimited"], way, spoiled);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^stepwire: [^\n]*in[^\n]*:20501:1: the document: not_an_object[^\n]*\n$/,
    );
    expect(output).toBeUndefined();
  });

  it("keep what came before the damage of an archive", async () => {
    const { exitCode, stderr, output } = await run(["unpack"], way, archive.subarray(0, -10));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("the archive ends within a document");
    expect(stderr).toContain("29,996 whole documents before");
    const before = back.slice(0, back.lastIndexOf("\n", back.length - 2) + 1);
    expect(output?.equals(Buffer.from(before))).toBe(true);
  });

  it("tell of a document that is no message by its number and place", async () => {
    const half = transcoder.packLines(Buffer.from(lines.slice(0, 25_000).join("\n"))).output;
    const spoiled = Buffer.concat([half, Buffer.from("030a2012", "hex"), archive]);
    const { exitCode, stderr, output } = await run(["unpack", "--on-error=skip"], way, spoiled);
    expect(exitCode).toBe(1);
    // Two of the lines before are blank.
    expect(stderr).toContain(`${name}: document 24999 at offset ${half.length + 1}: malformed`);
    expect(stderr).toContain("1 document skipped, 54,995 documents written");
    expect(output?.subarray(-back.length).equals(Buffer.from(back))).toBe(true);
  });
});

describe("a bad line", { timeout: 120_000 }, () => {
  it.each([1, 2])("ends %i jobs although standard input stays open", async (jobs) => {
    const directory = createFolder();
    const child = startStepwire(["pack", "--to=delimited", "-o", "out", `--jobs=${jobs}`], {
      directory,
    });
    child.stdin.write(lines.with(20_500, "[]").join("\n"));
    const { exitCode, stderr } = await ended(child);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("standard input:20501:1: the document: not_an_object");
    expect(readdirSync(directory)).toEqual([]);
  });
});
