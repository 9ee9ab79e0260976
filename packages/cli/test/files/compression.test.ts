import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import zlib, { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it, vi } from "vitest";
import { expanded } from "../../src/files/compression.js";
import { Pushback } from "../../src/files/pushback.js";
import { runStep, sample } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";
import { succeed } from "../support/transcripts.js";

const step = runStep();
const lines = `${step}\n`.repeat(3);
const binary = (await stepwire(["encode"], { stdin: step })).stdout;
const json = (await stepwire(["decode", "--type=run-step"], { stdin: binary })).stdout;
const archive = (await stepwire(["pack", "--to=delimited"], { stdin: lines })).stdout;
const unpacked = (await stepwire(["unpack"], { stdin: archive })).stdout.toString();

const compressions = [
  {
    ending: ".gz",
    compress: (content: string | Uint8Array) => gzipSync(content),
    expandSync: gunzipSync,
  },
  {
    ending: ".zst",
    compress: (content: string | Uint8Array) => zstdCompressSync(content),
    expandSync: zstdDecompressSync,
  },
] as const;

/** An empty zstd frame of 4 bytes that says nothing, such as the index of a seekable file. */
const skippable = Buffer.from("502a4d1804000000aabbccdd", "hex");

describe.each(compressions)(
  "input that is compressed as $ending",
  ({ ending, compress, expandSync }) => {
    const inputs = [
      ["encode", "step.json", step, []],
      ["decode", "step.binpb", binary, ["--type=run-step"]],
      ["inspect", "step.binpb", binary, ["--type=run-step"]],
      ["pack", "steps.jsonl", lines, ["--to=delimited"]],
      ["pack", "run.sse", sample("stream.sse"), ["--to=delimited"]],
      ["unpack", "steps.archive", archive, []],
      ["roundtrip", "steps.jsonl", lines, ["--json"]],
      ["roundtrip", "run.sse", sample("stream.sse"), ["--json"]],
    ] as const;

    it.each(inputs)(
      "is read by %s %s, with and without its name",
      async (name, file, text, more) => {
        const directory = createFolder({
          [file]: text,
          [file + ending]: compress(text),
          other: compress(text),
        });
        const run = async (path: string, stdin?: Uint8Array): Promise<string> =>
          (await succeed([name, path, ...more], directory, stdin)).replaceAll(
            `: "${path}`,
            ': "NAME',
          );
        const plain = await run(file);
        expect(await run(file + ending)).toBe(plain);
        if (name !== "roundtrip") {
          expect(await run("-", compress(text))).toBe(plain);
          expect(await run("other")).toBe(plain);
        }
      },
    );

    it.each([
      ["encode step.json -o out", (text: Buffer) => expect(text).toEqual(binary)],
      [
        "decode step.binpb --type=run-step -o out.json",
        (text: Buffer) => expect(text).toEqual(json),
      ],
      [
        "pack steps.jsonl --to=delimited -o out.archive",
        (text: Buffer) => expect(text).toEqual(archive),
      ],
      [
        "unpack steps.archive -o out.jsonl",
        (text: Buffer) => expect(text.toString()).toBe(unpacked),
      ],
      [
        "unpack run.archive -o out.sse",
        (text: Buffer) => expect(text.toString()).toMatch(/^event: thread\.run\.step\./),
      ],
    ])("is written by %s%s", async (command, check) => {
      const directory = createFolder({
        "step.json": step,
        "step.binpb": binary,
        "steps.jsonl": lines,
        "steps.archive": archive,
        "run.archive": (await stepwire(["pack", "--to=delimited"], { stdin: sample("stream.sse") }))
          .stdout,
      });
      const words = `${command}${ending}`.split(" ");
      await succeed(words, directory);
      const name = words.at(-1) ?? "";
      check(expandSync(readFileSync(join(directory, name))));
      expect(readdirSync(directory)).toHaveLength(6);
    });

    it("is found in folders", async () => {
      const directory = createFolder({});
      writeFileSync(join(directory, `a.jsonl${ending}`), compress(lines));
      writeFileSync(join(directory, `b.sse${ending}`), compress(sample("stream.sse")));
      writeFileSync(join(directory, `c.txt${ending}`), compress("no JSON"));
      const table = await succeed(["roundtrip", "."], directory);
      expect(table).toContain(`a.jsonl${ending}:3`);
      expect(table).toContain(`b.sse${ending}`);
      expect(table).not.toContain("c.txt");
    });

    it("may have several members, wherever chunks begin", async () => {
      const whole = Buffer.concat([
        compress(`${step}\n`),
        compress(""),
        ...(ending === ".zst" ? [skippable] : []),
        compress(`${step}\n${step}\n`),
      ]);
      for (const size of [1, 2, 7, whole.length]) {
        const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
          whole.subarray(index * size, (index + 1) * size),
        );
        const { stdout, stderr } = await stepwire(["pack", "--to=delimited"], { stdin: chunks });
        expect(stderr).toBe("");
        expect(stdout).toEqual(archive);
      }
    });

    it("is refused if it is cut off, and nothing is written", async () => {
      const whole = compress(lines);
      for (const size of [6, 20, whole.length - 1]) {
        const directory = createFolder({ in: whole.subarray(0, size) });
        const { exitCode, stderr } = await stepwire(["pack", "--to=delimited", "in"], {
          directory,
        });
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(/^stepwire: in: the (gzip|zstd) data is cut off; copy or download/);
      }
    });

    it("is refused if it is damaged", async () => {
      const damaged = compress(sample("stream.sse"));
      damaged.fill(0xff, 40, 60);
      const { exitCode, stderr } = await stepwire(["pack", "--to=delimited"], { stdin: damaged });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^stepwire: standard input: the (gzip|zstd) data is damaged \(/);
    });

    it("is refused if other bytes follow it", async () => {
      const whole = compress(lines);
      const stdin = Buffer.concat([whole, Buffer.from("more")]);
      const { exitCode, stderr } = await stepwire(["pack", "--to=delimited"], { stdin });
      expect(exitCode).toBe(1);
      if (ending === ".zst") {
        expect(stderr).toContain(
          `has other bytes after the end of the zstd data, at offset ${whole.length}`,
        );
      } else {
        expect(stderr).toMatch(/the gzip data is damaged \(incorrect header check\)|cut off/);
      }
    });

    it("has the limits of other input", async () => {
      const stdin = compress(" ".repeat(70_000));
      const { exitCode, stderr } = await stepwire(["encode", "--max-bytes", "64K"], { stdin });
      expect(exitCode).toBe(1);
      expect(stderr).toContain("too_large: more than 64.0 KiB; --max-bytes raises the limit");
    });
  },
);

describe("compressed input", () => {
  it("may be padded with zeros, as gzip allows", async () => {
    const member = gzipSync(lines);
    const zeros = Buffer.alloc(512);
    const { stdout } = await stepwire(["pack", "--to=delimited"], {
      stdin: Buffer.concat([member, zeros]),
    });
    expect(stdout).toEqual(archive);
    const between = Buffer.concat([gzipSync(`${step}\n${step}\n`), zeros, gzipSync(step), zeros]);
    expect((await stepwire(["pack", "--to=delimited"], { stdin: between })).stdout).toEqual(
      archive,
    );
  });

  it("expands no further than the limit", async () => {
    // 80 MB in a few kilobytes; 64 MiB are always allowed.
    const bomb = zstdCompressSync(new Uint8Array(80 * 2 ** 20));
    const read = async (maxExpansion?: number): Promise<number> => {
      let size = 0;
      for await (const chunk of expanded("a.zst", new Pushback(Readable.from([bomb])), {
        ...(maxExpansion && { maxExpansion }),
      })) {
        size += chunk.length;
      }
      return size;
    };
    await expect(read()).rejects.toThrow(
      "a.zst: too_large: the zstd data expands to more than 1,100 times its size; --max-expansion raises the limit",
    );
    expect(await read(100_000)).toBe(80 * 2 ** 20);
  });

  it("is not what only looks like it", async () => {
    // Flags that no version of gzip and zstd defines.
    for (const start of ["1f8b08ff", "28b52ffd08"]) {
      const stdin = Buffer.from(start, "hex");
      const { stderr } = await stepwire(["decode", "--type=run-step"], { stdin });
      expect(stderr).toContain("malformed_binary");
    }
  });
});

describe("zstd with a Node that lacks it", () => {
  it("says which Node has it, and what works without", async () => {
    const before = { ...zlib };
    const packed = (await stepwire(["pack", "--compress=zstd"], { stdin: lines })).stdout;
    vi.resetModules();
    vi.doMock("node:zlib", () => ({
      default: {
        ...before,
        createZstdDecompress: undefined,
        createZstdCompress: undefined,
        zstdCompressSync: undefined,
        zstdDecompressSync: undefined,
      },
    }));
    const { stepwire: run } = await import("../support/stepwire.js");
    const directory = createFolder({ "a.jsonl.zst": zstdCompressSync(lines) });
    const { exitCode, stderr } = await run(["pack", "--to=delimited", "a.jsonl.zst"], {
      directory,
    });
    const write = await run(["pack", "-o", "a.zst"], { directory, stdin: lines });
    const blocks = await run(["pack", "--compress=zstd"], { stdin: lines });
    const unpack = await run(["unpack"], { stdin: packed });
    vi.doUnmock("node:zlib");
    // Other tests in this process would get the modules without zstd.
    vi.resetModules();
    expect(blocks.stderr).toMatch(/^stepwire: Node [\d.]+ cannot write zstd; use Node 22\.15/);
    expect(unpack.stderr).toMatch(
      /^stepwire: standard input: offset 40 .*: a block is compressed with zstd, which Node [\d.]+ cannot read; use Node 22\.15 or newer\n/,
    );
    expect(write.stderr).toMatch(
      /^stepwire: a\.zst: Node [\d.]+ cannot write zstd; use Node 22\.15/,
    );
    expect(readdirSync(directory)).toEqual(["a.jsonl.zst"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^stepwire: a\.jsonl\.zst: is compressed with zstd, which Node [\d.]+ cannot read; use Node 22\.15 or newer/,
    );
  });
});
