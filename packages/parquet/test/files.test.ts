import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { DocumentSchema } from "@stepwire/core";
import { jsonDifference, projectRoot } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { ArchiveError } from "@stepwire/wire";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { isOwnFile, readOtherFile, readOwnFile } from "../src/index.js";
import { readAll, sourceOf, writeFile } from "./support/files.js";

const names = ["all-tools", "failed", "message", "waiting", "responses/tools", "chat/tools"];
const samples = names.map((name) =>
  readFileSync(join(projectRoot, "samples", `${name}.json`), "utf8").replaceAll("\n", " "),
);
/** Three pages in two row groups. */
const blocks = [samples.slice(0, 2), samples.slice(2, 5), samples.slice(5)];
const file = writeFile(blocks, 4_500);
/** Not every byte is tried, to save time; it has no divisor in common with sizes in the file. */
const STEP = 17;
const empty = writeFile([]);

function randomAccess(bytes: Uint8Array) {
  return {
    size: bytes.length,
    readAt: (buffer: Uint8Array, position: number) => {
      const piece = bytes.subarray(position, position + buffer.length);
      buffer.set(piece);
      return Promise.resolve(piece.length);
    },
  };
}

function bufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

const compressors = { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) };

/** Expects the first documents, in their order. */
function expectFirst(lines: readonly string[]): void {
  for (const [index, line] of lines.entries()) {
    expect(jsonDifference(line, samples[index] ?? "")).toBeUndefined();
  }
}

describe("a file", () => {
  it("gives back every document", async () => {
    const { lines, blocks: read, error } = await readAll(readOwnFile(sourceOf(file)));
    expect(error).toBeUndefined();
    expect(lines).toHaveLength(samples.length);
    expectFirst(lines);
    expect(read.map(({ number, documents, type }) => [number, documents, type])).toEqual([
      [1, 2, "stepwire.v1.Document"],
      [3, 3, "stepwire.v1.Document"],
      [6, 1, "stepwire.v1.Document"],
    ]);
    expect(isOwnFile(file)).toBe(true);
  });

  it("may have no document", async () => {
    expect(await readAll(readOwnFile(sourceOf(empty)))).toMatchObject({
      lines: [],
      error: undefined,
    });
    expect(parquetMetadata(bufferOf(empty)).num_rows).toBe(0n);
  });

  it("is Parquet for other readers, with statistics and the message type", async () => {
    const metadata = parquetMetadata(bufferOf(file));
    expect(metadata.created_by).toBe("stepwire version 1.2.3");
    expect(metadata.key_value_metadata).toEqual([
      { key: "stepwire.type", value: "stepwire.v1.Document" },
      { key: "stepwire.version", value: "1.2.3" },
    ]);
    expect(metadata.row_groups.map(({ num_rows }) => num_rows)).toEqual([5n, 1n]);
    const statistics = (group: number, name: string) =>
      metadata.row_groups[group]?.columns.find(
        ({ meta_data }) => meta_data?.path_in_schema.join(".") === name,
      )?.meta_data?.statistics;
    expect(statistics(0, "kind")).toMatchObject({
      null_count: 0n,
      min_value: "response",
      max_value: "run_step",
    });
    expect(statistics(0, "input_tokens")).toMatchObject({
      null_count: 1n,
      min_value: 380n,
      max_value: 1893n,
    });
    expect(statistics(0, "created_at")).toMatchObject({
      min_value: new Date("2026-09-01T22:00:00Z"),
      max_value: new Date("2026-09-01T22:07:40Z"),
    });
    const rows = await parquetReadObjects({ file: bufferOf(file), compressors, utf8: false });
    expect(rows.map(({ kind, tools, input_tokens }) => [kind, tools, input_tokens])).toEqual([
      ["run_step", ["code_interpreter", "file_search", "function"], 1893n],
      ["run_step", [], 380n],
      ["run_step", [], 412n],
      ["run_step", ["function"], null],
      [
        "response",
        [
          "web_search_call",
          "file_search_call",
          "code_interpreter_call",
          "mcp_call",
          "function_call",
        ],
        412n,
      ],
      ["chat_completion", ["function", "custom"], 88n],
    ]);
  });
});

describe("a file that was cut off", () => {
  it("gives back all whole pages before, and names the place, wherever it was cut", async () => {
    const whole = await readAll(readOwnFile(sourceOf(file)));
    const ends = whole.blocks.map(({ documents, number }) => number + documents - 1);
    for (let size = 0; size < file.length; size += STEP) {
      const { lines, error } = await readAll(readOwnFile(sourceOf(file.subarray(0, size))));
      expect([0, ...ends]).toContain(lines.length);
      if (!(error instanceof ArchiveError)) {
        throw new TypeError(`cut at ${size}: no error`);
      }
      expect(error.code).toBe("cut_off");
      expect(error.offset).toBeLessThanOrEqual(size);
      expect(error.document).toBe(lines.length + 1);
    }
    expectFirst(whole.lines);
  });

  it("keeps every page that ends before the cut", async () => {
    const { blocks: read } = await readAll(readOwnFile(sourceOf(file)));
    for (const { offset, number } of read) {
      const { lines } = await readAll(readOwnFile(sourceOf(file.subarray(0, offset))));
      expect(lines).toHaveLength(number - 1);
    }
  });
});

describe("a file with a changed byte", () => {
  it("gives back the documents before it, and never a wrong one", async () => {
    const whole = await readAll(readOwnFile(sourceOf(file)));
    for (let at = 0; at < file.length; at += STEP) {
      const changed = Uint8Array.from(file);
      changed[at] = (changed[at] ?? 0) ^ 0x5a;
      const { lines, error } = await readAll(readOwnFile(sourceOf(changed)));
      expect(whole.lines.slice(0, lines.length)).toEqual(lines);
      if (error !== undefined && !(error instanceof ArchiveError)) {
        throw error;
      }
      const before = whole.blocks.filter(({ offset }) => offset <= at).at(-1);
      // The page with the byte is lost, but none before it.
      expect(lines.length).toBeGreaterThanOrEqual((before?.number ?? 1) - 1);
      expect(lines.length === samples.length || error instanceof ArchiveError).toBe(true);
    }
  });
});

describe("limits", () => {
  it("refuses a page that is too large", async () => {
    const { error } = await readAll(readOwnFile(sourceOf(file), { maxPageBytes: 1_000 }));
    expect(error).toMatchObject({ code: "too_large", document: 3 });
  });
});

describe("the limit for how far a file expands", () => {
  const line = JSON.stringify({ text: " ".repeat(10_000) });
  const spaces = writeFile([[line], [line], [line]]);
  const limits = { maxPageBytes: 25_000 };

  it("is for all pages together", async () => {
    const { lines, error } = await readAll(
      readOwnFile(sourceOf(spaces), { ...limits, maxExpansion: 10 }),
    );
    expect(lines).toHaveLength(2);
    expect(error).toMatchObject({
      code: "too_large",
      document: 3,
      message: "the file expands to more than 10 times its size",
    });
    const raised = await readAll(readOwnFile(sourceOf(spaces), limits));
    expect(raised.error).toBeUndefined();
  });

  it("is for equal rows of another program, whose dictionary has them once", async () => {
    const document = createTranscoder(DocumentSchema, { mode: "archive" }).toBinary(
      Buffer.from(line),
    );
    const bytes = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          {
            name: "document",
            data: Array.from({ length: 300 }, () => document),
            type: "BYTE_ARRAY",
            nullable: false,
          },
        ],
      }),
    );
    expect(bytes.length).toBeLessThan(25_000);
    const { error } = await readAll(
      readOtherFile(randomAccess(bytes), { ...limits, maxExpansion: 10 }),
    );
    expect(error).toMatchObject({ code: "too_large" });
    const raised = await readAll(
      readOtherFile(randomAccess(bytes), { ...limits, maxExpansion: 1_000_000 }),
    );
    expect(raised.error).toBeUndefined();
    expect(raised.lines).toHaveLength(300);
  });
});

describe("the header of a page of another program", () => {
  it("may not tell a larger size than the limit", async () => {
    const document = createTranscoder(DocumentSchema, { mode: "archive" }).toBinary(
      Buffer.from(JSON.stringify({ text: "x".repeat(10_000) })),
    );
    const bytes = new Uint8Array(
      parquetWriteBuffer({
        columnData: [{ name: "document", data: [document], type: "BYTE_ARRAY", nullable: false }],
      }),
    );
    const metadata = parquetMetadata(bytes.buffer);
    const column = metadata.row_groups[0]?.columns[0]?.meta_data ?? expect.unreachable();
    const size = Number(column.total_uncompressed_size);
    const at = Number(column.data_page_offset);
    // The type of the page, then its size before compression, as a zigzag varint of 3 bytes.
    const [, , field, , , last = 0xff] = bytes.subarray(at, at + 6);
    expect([field, last < 0x80]).toEqual([0x15, true]);
    bytes[at + 5] = 0x7f;
    const limits = { maxPageBytes: size + 1000 };
    const { error } = await readAll(readOtherFile(randomAccess(bytes), limits));
    expect(error).toMatchObject({ code: "too_large", document: 1 });
  });
});

describe("a file of another program", () => {
  const transcoder = createTranscoder(DocumentSchema, { mode: "archive" });
  const documents = samples.map((sample) => transcoder.toBinary(Buffer.from(sample)));

  it("gives back the column `document`", async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: "note", data: documents.map((_, index) => `n${index}`), type: "STRING" },
        { name: "document", data: documents, type: "BYTE_ARRAY", nullable: false },
      ],
      rowGroupSize: 4,
    });
    const other = new Uint8Array(bytes);
    expect(isOwnFile(other)).toBe(false);
    const { lines, blocks: read, error } = await readAll(readOtherFile(randomAccess(other)));
    expect(error).toBeUndefined();
    expect(lines).toHaveLength(samples.length);
    expectFirst(lines);
    expect(read.map(({ number, documents: count }) => [number, count])).toEqual([
      [1, 4],
      [5, 2],
    ]);
  });

  it("our own files can be read in this way too", async () => {
    const { lines } = await readAll(readOtherFile(randomAccess(file)));
    expect(lines).toHaveLength(samples.length);
    expectFirst(lines);
  });

  it("is refused without such a column, with nulls, and without a footer", async () => {
    const without = parquetWriteBuffer({
      columnData: [{ name: "document", data: [1, 2], type: "INT32" }],
    });
    const nulls = parquetWriteBuffer({
      columnData: [{ name: "document", data: [documents[0], null], type: "BYTE_ARRAY" }],
    });
    const read = async (bytes: ArrayBuffer) =>
      (await readAll(readOtherFile(randomAccess(new Uint8Array(bytes))))).error;
    expect(await read(without)).toMatchObject({
      code: "malformed",
      message: "the Parquet file has no column `document` of binary values",
    });
    expect(await read(nulls)).toMatchObject({ message: "the column `document` has a null" });
    expect(await read(nulls.slice(0, -9))).toMatchObject({
      message: "the footer of the Parquet file cannot be read",
    });
  });
});
