import { Readable } from "node:stream";
import { create } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { type ArchiveBlock, DocumentSchema, readArchiveBlocks } from "../src/index.js";

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
