import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RunStepSchema, ThreadSchema } from "@stepwire/core";
import { createFolder, jsonDifference } from "@stepwire/testing";
import { archiveSizeAt } from "@stepwire/wire";
import { parquetMetadata } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { ParquetOutput } from "../../src/parquet/parquet-output.js";
import { runStep, sample } from "../support/documents.js";
import { ended, startStepwire } from "../support/process.js";
import { stepwire } from "../support/stepwire.js";

const lines = [
  runStep({ id: "a" }),
  '{"object":"anything","n":1.50}',
  ...sample("deltas.jsonl").trimEnd().split("\n"),
  runStep({ id: "b", extra: 1 }),
];
const text = lines.map((line) => `${line}\n`).join("");

async function packed(stdin: string): Promise<Buffer> {
  const { exitCode, stdout } = await stepwire(["pack", "--to=parquet"], { stdin });
  expect(exitCode).toBe(0);
  return stdout;
}

function metadataOf(bytes: Uint8Array): ReturnType<typeof parquetMetadata> {
  return parquetMetadata(new Uint8Array(bytes).buffer);
}

describe("stepwire pack --to parquet", () => {
  it("writes a file that unpack gives back line for line, from a file or a pipe", async () => {
    const directory = createFolder({ "in.jsonl": text });
    const written = await stepwire(["pack", "in.jsonl", "-o", "all.parquet"], { directory });
    expect(written.exitCode).toBe(0);
    const file = readFileSync(join(directory, "all.parquet"));
    expect(metadataOf(file).num_rows).toBe(BigInt(lines.length));
    const read = await stepwire(["unpack", "all.parquet", "-o", "out.jsonl"], { directory });
    expect(read).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(directory, "out.jsonl"), "utf8")).toBe(text);
    const piped = await stepwire(["unpack"], { stdin: file });
    expect(piped.stdout.toString()).toBe(text);
  });

  it("means the same as --format parquet, and works with threads", async () => {
    const filler = JSON.stringify({ object: "anything", text: "x".repeat(100_000) });
    const many = `${[...lines, filler].join("\n")}\n`.repeat(190);
    const directory = createFolder({ "in.jsonl": many });
    const options = ["--format=parquet", "--jobs=2", "-o", "all.pq"];
    const child = startStepwire(["pack", "in.jsonl", ...options], { directory });
    expect(await ended(child)).toMatchObject({ exitCode: 0, stderr: "" });
    const { stdout } = await stepwire(["unpack", "all.pq", "--jobs=1"], { directory });
    expect(stdout.equals(Buffer.from(many))).toBe(true);
  }, 60_000);

  it("writes an empty file for no documents", async () => {
    const file = await packed("\n\n");
    expect(metadataOf(file).num_rows).toBe(0n);
    const { exitCode, stdout } = await stepwire(["unpack"], { stdin: file });
    expect([exitCode, stdout.length]).toEqual([0, 0]);
  });

  it("leaves out refused lines with --on-error skip", async () => {
    const options = ["pack", "--to=parquet", "--on-error=skip"];
    const { exitCode, stdout, stderr } = await stepwire(options, {
      stdin: `${lines[0]}\n[1]\n${lines[1]}\n`,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("standard input:2:");
    expect(metadataOf(stdout).num_rows).toBe(2n);
    const unpacked = await stepwire(["unpack"], { stdin: stdout });
    expect(unpacked.stdout.toString()).toBe(`${lines[0]}\n${lines[1]}\n`);
  });

  it("packs transcripts, and gives them back as such", async () => {
    const sse = sample("stream.sse");
    const directory = createFolder({ "run.sse": sse });
    await stepwire(["pack", "run.sse", "-o", "run.parquet"], { directory });
    const { exitCode, stdout } = await stepwire(["unpack", "run.parquet", "--to=sse"], {
      directory,
    });
    expect(exitCode).toBe(0);
    const payloads = (transcript: string) =>
      transcript.split("\n").filter((line) => line.startsWith("data: {"));
    const [written, original] = [payloads(stdout.toString()), payloads(sse)];
    expect(written).toHaveLength(original.length);
    for (const [index, line] of written.entries()) {
      expect(jsonDifference(line.slice(6), original[index]?.slice(6) ?? "")).toBeUndefined();
    }
  });

  it("packs lines and transcripts into one file, if they are documents of one type", async () => {
    const directory = createFolder({ "in.jsonl": text, "run.sse": sample("stream.sse") });
    const files = ["in.jsonl", "run.sse"];
    const { exitCode } = await stepwire(["pack", ...files, "-o", "a.parquet"], { directory });
    expect(exitCode).toBe(0);
    const { stdout } = await stepwire(["unpack", "a.parquet"], { directory });
    expect(stdout.toString().startsWith(text)).toBe(true);
    expect(stdout.toString()).toContain('"event":"thread.run.step.created"');
  });

  it("refuses documents of several types", async () => {
    const written: Uint8Array[] = [];
    const write = (bytes: Uint8Array) => Promise.resolve(void written.push(bytes));
    const output = new ParquetOutput({ write }, (type) =>
      Promise.resolve(type === RunStepSchema.typeName ? RunStepSchema : ThreadSchema),
    );
    await output.begin(RunStepSchema.typeName);
    await output.begin(RunStepSchema.typeName);
    await expect(output.begin(ThreadSchema.typeName)).rejects.toThrow(
      "a Parquet file has documents of one type, but these inputs have stepwire.v1.RunStep and stepwire.v1.Thread",
    );
  });

  it("has no pages that are not compressed", async () => {
    const run = (compress: string) =>
      stepwire(["pack", "--to=parquet", `--compress=${compress}`], { stdin: text });
    expect((await run("zstd")).exitCode).toBe(0);
    const { exitCode, stderr } = await run("none");
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "stepwire: the pages of a Parquet file are always compressed; leave out --compress\n",
    );
  });

  it("refuses to compress the whole file", async () => {
    const directory = createFolder({ "in.jsonl": text });
    const compressed = await stepwire(["pack", "in.jsonl", "-o", "a.parquet.zst"], { directory });
    expect(compressed.exitCode).toBe(2);
    expect(compressed.stderr).toContain("compressed already");
    expect(existsSync(join(directory, "a.parquet.zst"))).toBe(false);
  });
});

describe("stepwire unpack of a Parquet file", () => {
  it("writes what is before the damage, names the place, and exits with 1", async () => {
    const file = await packed(text);
    const directory = createFolder({ "cut.parquet": file.subarray(0, -20) });
    const { exitCode, stderr } = await stepwire(["unpack", "cut.parquet", "-o", "out.jsonl"], {
      directory,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^stepwire: cut\.parquet: offset \d+ \(0x[0-9a-f]+\), document \d+: the footer/,
    );
    expect(stderr).toContain(`${lines.length} whole documents before that are kept in out.jsonl`);
    expect(readFileSync(join(directory, "out.jsonl"), "utf8")).toBe(text);
  });

  it("reads a file of another program with a column `document`, but not from a pipe", async () => {
    const delimited = await stepwire(["pack", "--to=delimited"], { stdin: `${lines[0]}\n` });
    const document = delimited.stdout.subarray(archiveSizeAt(delimited.stdout).start);
    const bytes = parquetWriteBuffer({
      columnData: [{ name: "document", data: [document], type: "BYTE_ARRAY" }],
    });
    const directory = createFolder({ "other.parquet": new Uint8Array(bytes) });
    const read = await stepwire(["unpack", "other.parquet"], { directory });
    expect(read.stderr).toBe("");
    expect(read.stdout.toString()).toBe(`${lines[0]}\n`);
    const piped = await stepwire(["unpack"], { stdin: new Uint8Array(bytes) });
    expect(piped.exitCode).toBe(1);
    expect(piped.stderr).toContain("it must be a file");
  });

  it("selects documents by their numbers", async () => {
    const file = await packed(text);
    const { stdout } = await stepwire(["unpack", "--documents=2..3"], { stdin: file });
    expect(stdout.toString()).toBe(`${lines[1]}\n${lines[2]}\n`);
  });

  it("refuses a document that is malformed", async () => {
    const bytes = parquetWriteBuffer({
      columnData: [{ name: "document", data: [Uint8Array.of(0x0a, 0x05)], type: "BYTE_ARRAY" }],
    });
    const directory = createFolder({ "bad.parquet": new Uint8Array(bytes) });
    const { exitCode, stderr } = await stepwire(["unpack", "bad.parquet"], { directory });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("bad.parquet: document 1: ");
  });
});
