import { Readable } from "node:stream";
import { create } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { DocumentSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { type ArchiveBlock, findWholeDocuments, readArchiveBlocks } from "../src/index.js";

function archived(text: string): Uint8Array {
  return sizeDelimitedEncode(
    DocumentSchema,
    create(DocumentSchema, { document: { case: "other", value: text } }),
  );
}

const documents = ["", "a", "x".repeat(200), "x".repeat(20_000), "b"].map(archived);
const archive = Buffer.concat(documents);

async function readBlocks(pieceSize: number, blockBytes: number): Promise<ArchiveBlock[]> {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < archive.length; start += pieceSize) {
    pieces.push(archive.subarray(start, start + pieceSize));
  }
  const blocks: ArchiveBlock[] = [];
  for await (const block of readArchiveBlocks(Readable.from(pieces), {
    maxBytes: 100_000,
    blockBytes,
  })) {
    blocks.push(block);
  }
  return blocks;
}

describe("readArchiveBlocks", () => {
  it.each([
    [1, 1],
    [2, 100],
    [127, 1],
    [128, 300],
    [1_000, 1],
    [100_000, 1],
    [100_000, 100_000],
  ])(
    "cuts pieces of %i bytes into blocks of at least %i between documents",
    async (piece, size) => {
      const blocks = await readBlocks(piece, size);
      expect(Buffer.concat(blocks.map(({ bytes }) => bytes)).equals(archive)).toBe(true);
      let offset = 0;
      const starts = documents.map((document) => {
        offset += document.length;
        return offset - document.length;
      });
      for (const block of blocks.filter(({ bytes }) => bytes.length > 0)) {
        expect(block.number).toBe(starts.indexOf(block.offset) + 1);
      }
    },
  );
});

describe("findWholeDocuments", () => {
  const ends = documents.map((_, index) => Buffer.concat(documents.slice(0, index + 1)).length);

  it("finds those that are whole, wherever the bytes end", () => {
    for (let length = 0; length <= archive.length; length += length < 300 ? 1 : 97) {
      const bytes = archive.subarray(0, length);
      const whole = ends.filter((end) => end <= length);
      const expected = { documents: whole.length, size: whole.at(-1) ?? 0 };
      expect(findWholeDocuments(bytes, { maxBytes: 100_000 })).toEqual(expected);
      const { damage, ...found } = findWholeDocuments(bytes, { maxBytes: 100_000, last: true });
      expect(found).toEqual(expected);
      expect(damage?.code).toBe(expected.size === length ? undefined : "cut_off");
    }
  });

  it("tells where in the archive the damage is", () => {
    const { documents: found, damage } = findWholeDocuments(archive, { maxBytes: 200, offset: 50 });
    expect(found).toBe(2);
    expect(damage).toMatchObject({ code: "too_large", offset: 50 + (ends[1] ?? 0) });
  });
});
