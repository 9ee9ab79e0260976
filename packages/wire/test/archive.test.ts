import { sizeDelimitedPeek } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { ArchiveError, archiveSizeAt, archiveSizePrefix, readArchive } from "../src/index.js";

const sizes = [3, 0, 127, 128, 300];

/** Documents of these sizes, each behind its size. */
function archiveOf(documents: readonly number[]): Uint8Array {
  const parts = documents.map((size, index) => [
    ...archiveSizePrefix(size),
    ...new Uint8Array(size).fill(index + 1),
  ]);
  return Uint8Array.from(parts.flat());
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
  await Promise.resolve();
}

/** The sizes and places of the documents, and how it ended. */
async function read(bytes: Uint8Array, chunk: number, maxBytes?: number) {
  const documents: { number: number; size: number; offset: number }[] = [];
  try {
    for await (const { number, offset, bytes: document } of readArchive(chunksOf(bytes, chunk), {
      maxBytes,
    })) {
      expect(document.every((byte) => byte === number)).toBe(true);
      documents.push({ number, size: document.length, offset });
    }
    return { documents, error: undefined };
  } catch (error) {
    expect(error).toBeInstanceOf(ArchiveError);
    return { documents, error: error as ArchiveError };
  }
}

describe("archiveSizePrefix", () => {
  it.each([0, 1, 127, 128, 255, 16_383, 16_384, 2 ** 28, 2 ** 31 - 1])(
    "writes %i as Protobuf's own library reads it",
    (size) => {
      const prefix = archiveSizePrefix(size);
      expect(sizeDelimitedPeek(prefix)).toEqual({ eof: false, size, offset: prefix.length });
    },
  );
});

describe("archiveSizeAt", () => {
  it.each([0, 127, 128, 16_384, 2 ** 31 - 1, 2 ** 40])("reads %i at any place", (size) => {
    const prefix = archiveSizePrefix(size);
    expect(archiveSizeAt(prefix)).toEqual({ size, start: prefix.length });
    const bytes = Uint8Array.of(0xff, ...prefix, 0xff);
    expect(archiveSizeAt(bytes, 1)).toEqual({ size, start: 1 + prefix.length });
  });

  it.each([
    ["is cut off", Uint8Array.of(0x80, 0x80)],
    ["is not there", new Uint8Array()],
    ["is too long", Uint8Array.of(...new Uint8Array(10).fill(0x80), 0)],
  ])("finds no end where the size %s", (_name, bytes) => {
    expect(archiveSizeAt(bytes).size).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("readArchive", () => {
  it("gives each document and its place, in whatever chunks the bytes come", async () => {
    const bytes = archiveOf(sizes);
    for (const chunk of [1, 2, 7, 130, bytes.length]) {
      const { documents, error } = await read(bytes, chunk);
      expect(error).toBeUndefined();
      expect(documents.map(({ size }) => size)).toEqual(sizes);
      expect(documents.map(({ offset }) => offset)).toEqual([1, 5, 6, 135, 265]);
    }
  });

  it("says where the document starts that is cut off, wherever that is", async () => {
    const bytes = archiveOf(sizes);
    for (let length = 265; length < bytes.length; length++) {
      const { documents, error } = await read(bytes.subarray(0, length), 50);
      expect(documents).toHaveLength(4);
      expect(error).toMatchObject({ code: "cut_off", offset: 263 });
    }
  });

  it("refuses a document that is too large before it has come", async () => {
    const { documents, error } = await read(archiveOf(sizes).subarray(0, 135), 1000, 127);
    expect(documents).toHaveLength(3);
    expect(error).toMatchObject({ code: "too_large", offset: 133 });
  });

  it("refuses what is no size", async () => {
    const { error } = await read(new Uint8Array(11).fill(0x80), 1);
    expect(error).toMatchObject({ code: "malformed", offset: 0 });
  });
});
