import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { ArchiveWriter, readArchiveBlocks } from "@stepwire/wire";
import { zstdCodec } from "@stepwire/wire/compressed";
import { afterAll, describe, expect, it } from "vitest";
import { runStep, sample } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";
import { succeed } from "../support/transcripts.js";

/** Lines of which a block of an archive has many, and the archive several blocks. */
const lines = Array.from({ length: 3000 }, (_, index) =>
  runStep({ id: `step_${index + 1}`, thread_id: "x".repeat((index * 7) % 3000) }),
);
const text = `${lines.join("\n")}\n`;
const directory = mkdtempSync(join(tmpdir(), "stepwire-test-"));
afterAll(() => rmSync(directory, { recursive: true }));
writeFileSync(join(directory, "in.jsonl"), text);
writeFileSync(join(directory, "run.sse"), sample("stream.sse"));
await succeed(["pack", "in.jsonl", "-o", "all.archive"], directory);
await succeed(["pack", "in.jsonl", "--compress=zstd", "-o", "zstd.archive"], directory);

interface Block {
  readonly number: number;
  readonly documents: number;
  readonly offset: number;
  readonly isCompressed?: true;
}

async function blocksOf(file: string): Promise<Block[]> {
  const blocks: Block[] = [];
  const bytes = readFileSync(join(directory, file));
  const chunks = (async function* () {
    yield await Promise.resolve(bytes);
  })();
  for await (const { bytes: _, ...block } of readArchiveBlocks(chunks, { codecs: [zstdCodec] })) {
    blocks.push(block);
  }
  return blocks;
}

const read = (name: string): Buffer => readFileSync(join(directory, name));

/** The lines of the documents from one number to another. */
const linesOf = (first: number, last: number): string =>
  lines
    .slice(first - 1, last)
    .map((line) => `${line}\n`)
    .join("");

describe("an archive", () => {
  it.each(["all.archive", "zstd.archive"])("has several blocks: %s", async (name) => {
    const blocks = await blocksOf(name);
    expect(blocks.length).toBeGreaterThan(2);
    expect(blocks.every(({ isCompressed = false }) => isCompressed === (name[0] === "z"))).toBe(
      true,
    );
    expect(await succeed(["unpack", name], directory)).toBe(text);
    const piped = await stepwire(["unpack"], { stdin: read(name) });
    expect(piped.stdout.toString()).toBe(text);
  });

  it("is smaller with zstd", () => {
    expect(read("zstd.archive").length * 4).toBeLessThan(read("all.archive").length);
  });

  it("may be compressed as a whole", async () => {
    await succeed(["pack", "in.jsonl", "-o", "whole.archive.gz"], directory);
    expect(await succeed(["unpack", "whole.archive.gz"], directory)).toBe(text);
  });

  it("may be concatenated", async () => {
    const stdin = Buffer.concat([read("all.archive"), read("zstd.archive")]);
    expect((await stepwire(["unpack"], { stdin })).stdout.toString()).toBe(text + text);
  });

  it("may be concatenated with an archive of another type", async () => {
    const [thread, assistant] = ["thread", "assistant"].map((object) =>
      JSON.stringify({ id: `${object}_1`, object, created_at: 1 }),
    );
    const types = createFolder({
      "t.jsonl": `${thread}\n${thread}\n`,
      "a.jsonl": `${assistant}\n`,
    });
    await succeed(["pack", "--type=thread", "t.jsonl", "-o", "t.archive"], types);
    await succeed(["pack", "--type=assistant", "a.jsonl", "-o", "a.archive"], types);
    const parts = ["t.archive", "a.archive", "t.archive"].map((name) =>
      readFileSync(join(types, name)),
    );
    writeFileSync(join(types, "all.archive"), Buffer.concat(parts));
    const all = [thread, thread, assistant, thread, thread];
    const linesFrom = (first: number): string => `${all.slice(first - 1).join("\n")}\n`;
    expect(await succeed(["unpack", "all.archive"], types)).toBe(linesFrom(1));
    expect(await succeed(["unpack", "all.archive", "--documents=3.."], types)).toBe(linesFrom(3));
    const stdin = Buffer.concat(parts);
    const piped = await stepwire(["unpack", "--documents=3.."], { stdin });
    expect(piped.stdout.toString()).toBe(linesFrom(3));
    const named = await stepwire(["unpack", "all.archive", "--type=thread"], { directory: types });
    expect(named.exitCode).toBe(1);
    expect(named.stdout.toString()).toBe(`${thread}\n${thread}\n`);
    expect(named.stderr).toBe(
      "stepwire: all.archive: document 3: the archive has messages of the type stepwire.v1.Assistant, not stepwire.v1.Thread; leave out --type\nstepwire: 2 whole documents before that are written\n",
    );
  });

  it("may be concatenated with events of another type", async () => {
    await succeed(["pack", "run.sse", "--type=event", "-o", "typed.archive"], directory);
    await succeed(["pack", "run.sse", "-o", "document.archive"], directory);
    const events = Buffer.concat([read("document.archive"), read("typed.archive")]);
    const written = await stepwire(["unpack", "--to=sse"], { stdin: events });
    expect(written.stdout.toString()).toBe(sample("stream.sse").repeat(2));
    const other = await stepwire(["pack", "--type=run-step"], { stdin: `${runStep()}\n` });
    const stdin = Buffer.concat([read("typed.archive"), other.stdout]);
    const { exitCode, stdout, stderr } = await stepwire(["unpack", "--to=sse"], { stdin });
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toBe(sample("stream.sse"));
    expect(stderr).toContain("document 53: run-step is not an event message");
  });

  it("is written to a pipe and read from one", async () => {
    const packed = await stepwire(["pack"], { stdin: text });
    const { stdout } = await stepwire(["unpack"], { stdin: packed.stdout });
    expect(stdout.toString()).toBe(text);
  });

  it("has lines and events in their order", async () => {
    const short = createFolder({ "1.jsonl": '{"n":1}\n', "2.sse": sample("stream.sse") });
    await succeed(["pack", "1.jsonl", "2.sse", "1.jsonl", "-o", "all.archive"], short);
    const unpacked = await succeed(["unpack", "all.archive"], short);
    expect(unpacked.startsWith('{"n":1}\n{"event":')).toBe(true);
    expect(unpacked.endsWith('\n{"n":1}\n')).toBe(true);
  });

  it("names its type, so that unpack needs none", async () => {
    await succeed(["pack", "run.sse", "--type=event", "-o", "run.archive"], directory);
    expect(await succeed(["unpack", "run.archive", "--to=sse"], directory)).toBe(
      sample("stream.sse"),
    );
    const { exitCode, stderr } = await stepwire(["unpack", "run.archive", "--type=run-step"], {
      directory,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "stepwire: the archive has messages of the type stepwire.v1.StreamEvent, not stepwire.v1.RunStep; leave out --type\n",
    );
  });

  it("names a type that the schema does not have", async () => {
    const writer = new ArchiveWriter("acme.v1.Thing");
    const stdin = Buffer.concat([writer.write([Uint8Array.of(8, 1)]), writer.end()]);
    const { exitCode, stderr } = await stepwire(["unpack"], { stdin });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "stepwire: the archive has messages of the type acme.v1.Thing, which the schema does not have; name its schema with --descriptor\n",
    );
  });

  it("may lack its end", async () => {
    const header = read("all.archive").subarray(0, 40);
    const { exitCode, stderr } = await stepwire(["unpack"], { stdin: header });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("offset 40 (0x28), document 1: the archive ends before its index");
  });

  it("is not compressed if it is size-delimited", async () => {
    const parameters = ["pack", "--to=delimited", "--compress=zstd"];
    const { exitCode, stderr } = await stepwire(parameters, { stdin: text });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--compress is only for --to archive");
  });

  it("is size-delimited if its name says so", async () => {
    await succeed(["pack", "in.jsonl", "-o", "all.delimited"], directory);
    expect(read("all.delimited").subarray(0, 3).toString()).not.toContain("SW");
    expect(await succeed(["unpack", "all.delimited"], directory)).toBe(text);
    const { stderr } = await stepwire(["unpack", "--from=archive", "all.delimited"], { directory });
    expect(stderr).toContain("all.delimited: offset 0 (0x0), document 1: the bytes do not start");
  });
});

describe("unpack --documents", () => {
  it.each([
    ["1..1", 1, 1],
    ["7", 7, 7],
    ["2990..", 2990, 3000],
    ["..3", 1, 3],
    ["500..1500", 500, 1500],
    ["2999..9999", 2999, 3000],
    ["3001..", 3001, 3000],
  ])("%s of a file, a pipe and size-delimited documents", async (range, first, last) => {
    const expected = linesOf(first, last);
    const parameters = ["unpack", `--documents=${range}`];
    for (const name of ["all.archive", "zstd.archive"]) {
      expect(await succeed([...parameters, name], directory)).toBe(expected);
    }
    const piped = await stepwire(parameters, { stdin: read("all.archive") });
    expect(piped.stdout.toString()).toBe(expected);
    const { stdout } = await stepwire(["pack", "--to=delimited"], { stdin: text });
    expect((await stepwire(parameters, { stdin: stdout })).stdout.toString()).toBe(expected);
  });

  it("reads only the blocks of a file that have them", async () => {
    const blocks = await blocksOf("all.archive");
    const spoiled = read("all.archive");
    const last = blocks.at(-1);
    spoiled.fill(0, blocks[0]?.offset, (blocks[0]?.offset ?? 0) + 100);
    writeFileSync(join(directory, "spoiled.archive"), spoiled);
    const parameters = ["unpack", "spoiled.archive", `--documents=${last?.number}..`];
    expect(await succeed(parameters, directory)).toBe(linesOf(last?.number ?? 0, 3000));
  });

  it.each(["0", "5..4", "..", "a", "-1", "1..2..3"])("refuses %s", async (range) => {
    const { exitCode, stderr } = await stepwire(["unpack", `--documents=${range}`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Expected numbers from 1");
  });
});

describe("a damaged archive", () => {
  it("gives back what is before the damage, and names it", async () => {
    const [, second, third] = await blocksOf("all.archive");
    const spoiled = read("all.archive");
    const at = (second?.offset ?? 0) + 1000;
    spoiled[at] = (spoiled[at] ?? 0) ^ 1;
    writeFileSync(join(directory, "a.archive"), spoiled);
    const first = second?.number ?? 0;
    const last = first + (second?.documents ?? 0) - 1;
    const place = (second?.offset ?? 0) - 44;
    const damage = `a.archive: offset ${place} (0x${place.toString(16)}), document ${first}: the checksum of a block with the documents ${first} to ${last} is wrong`;
    const stop = await stepwire(["unpack", "a.archive", "-o", "out.jsonl"], { directory });
    expect(stop.exitCode).toBe(1);
    expect(stop.stderr).toBe(
      `stepwire: ${damage}\nstepwire: ${(first - 1).toLocaleString("en-US")} whole documents before that are kept in out.jsonl\n`,
    );
    expect(read("out.jsonl").toString()).toBe(linesOf(1, first - 1));
    const skip = await stepwire(["unpack", "a.archive", "--on-error=skip"], { directory });
    expect(skip.exitCode).toBe(1);
    expect(skip.stdout.toString()).toBe(linesOf(1, first - 1) + linesOf(last + 1, 3000));
    const written = (3000 - (last - first + 1)).toLocaleString("en-US");
    expect(skip.stderr).toBe(
      `stepwire: ${damage}; lost are bytes ${place} to ${(third?.offset ?? 0) - 44}, with the documents ${first} to ${last}\n` +
        `stepwire: 1 damaged part skipped, ${written} documents written\n`,
    );
  });

  it("gives back every whole document before a cut", async () => {
    const short = ['{"n":1}', runStep({ id: "a" }), '{"n":3}'];
    const { stdout: archive } = await stepwire(["pack"], { stdin: short.join("\n") });
    const [block] = await readBlocks(archive);
    const ends: number[] = [];
    let end = block?.offset ?? 0;
    for (let at = 0; at < (block?.bytes.length ?? 0); ) {
      const size = 1 + (block?.bytes[at] ?? 0);
      at += size;
      end += size;
      ends.push(end);
    }
    expect(ends).toHaveLength(3);
    // The tests of @stepwire/wire cut everywhere.
    for (let length = 1; length < archive.length; length += 3) {
      const whole = ends.filter((each) => each <= length).length;
      const { exitCode, stdout, stderr } = await stepwire(["unpack"], {
        stdin: archive.subarray(0, length),
      });
      const expected = short.slice(0, whole).map((line) => `${line}\n`);
      expect([length, exitCode, stdout.toString()]).toEqual([length, 1, expected.join("")]);
      expect(stderr).toMatch(
        /^stepwire: standard input: offset \d+ \(0x[0-9a-f]+\), document \d: the archive ends /,
      );
    }
  });

  it("never writes a wrong document if a bit is wrong", async () => {
    const short = ['{"n":1}', '{"n":2}'];
    const { stdout: archive } = await stepwire(["pack"], { stdin: short.join("\n") });
    for (let bit = 0; bit < archive.length * 8; bit += 37) {
      const spoiled = Uint8Array.from(archive);
      spoiled[bit >> 3] = (spoiled[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { exitCode, stdout, stderr } = await stepwire(["unpack", "--from=archive"], {
        stdin: spoiled,
      });
      expect([bit, exitCode]).toEqual([bit, 1]);
      expect(stderr).toContain("stepwire: standard input: offset ");
      expect(["", '{"n":1}\n{"n":2}\n']).toContain(stdout.toString());
    }
  });
});

async function readBlocks(archive: Uint8Array): Promise<{ offset: number; bytes: Uint8Array }[]> {
  const blocks: { offset: number; bytes: Uint8Array }[] = [];
  const chunks = (async function* () {
    yield await Promise.resolve(archive);
  })();
  for await (const block of readArchiveBlocks(chunks)) {
    blocks.push(block);
  }
  return blocks;
}

describe("stepwire inspect of an archive", () => {
  it("shows type, documents, blocks and sizes", async () => {
    const blocks = await blocksOf("all.archive");
    const shown = await succeed(["inspect", "all.archive"], directory);
    expect(shown.split("\n")).toEqual([
      "archive of stepwire.v1.Document",
      expect.stringMatching(
        new RegExp(`^ {2}3,000 documents in ${blocks.length} blocks, [\\d.]+ MiB$`),
      ),
      "",
    ]);
    const piped = await stepwire(["inspect"], { stdin: read("all.archive") });
    expect(piped.stdout.toString()).toMatch(/^ {2}3,000 documents in \d blocks, .* of documents$/m);
  });

  it("shows each of several archives", async () => {
    writeFileSync(
      join(directory, "both.archive"),
      Buffer.concat([read("all.archive"), read("zstd.archive")]),
    );
    const shown = await succeed(["inspect", "both.archive"], directory);
    expect(shown.match(/^archive of stepwire\.v1\.Document$/gm)).toHaveLength(2);
  });

  it("tells what is damaged", async () => {
    writeFileSync(join(directory, "cut.archive"), read("all.archive").subarray(0, -1));
    const { exitCode, stdout, stderr } = await stepwire(["inspect", "cut.archive"], { directory });
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toContain("3,000 documents");
    expect(stderr).toMatch(/cut\.archive: offset \d+ .*the archive ends within a trailer/);
  });
});
