import { type ArchiveBlock, archiveSizeAt } from "@stepwire/wire";
import { InvalidArgumentError, Option } from "commander";

/** The numbers of the documents that are read, counted from 1. */
export interface DocumentRange {
  readonly first: number;
  readonly last: number;
}

/** All documents. */
export const ALL_DOCUMENTS: DocumentRange = { first: 1, last: Number.POSITIVE_INFINITY };

/** Creates `--documents`. */
export function documentsOption(): Option {
  return new Option(
    "--documents <range>",
    "numbers of the documents to read, such as 1000..2000, 1000.. or 7; of an archive in a file, only their blocks are read",
  )
    .argParser(parseRange)
    .default(ALL_DOCUMENTS, "all");
}

function parseRange(text: string): DocumentRange {
  const [, from = "", dots, to = ""] = /^([0-9]*)(\.\.)?([0-9]*)$/.exec(text) ?? [];
  const first = from === "" && dots !== undefined ? 1 : Number(from || Number.NaN);
  const last = dots === undefined ? first : to === "" ? Number.POSITIVE_INFINITY : Number(to);
  if (!(first >= 1 && last >= first && first <= Number.MAX_SAFE_INTEGER) || text === "..") {
    throw new InvalidArgumentError("Expected numbers from 1, such as 1000..2000, 1000.. or 7.");
  }
  return { first, last };
}

/** Yields the documents of a range; ends after the last one. */
export async function* selectDocuments(
  blocks: AsyncIterable<ArchiveBlock>,
  range: DocumentRange,
): AsyncGenerator<ArchiveBlock, void> {
  for await (const block of blocks) {
    const end = block.number + block.documents;
    if (block.number > range.last) {
      return;
    }
    if (end > range.first) {
      yield cut(block, range);
    }
    if (end > range.last) {
      return;
    }
  }
}

/** Returns the documents of a block that are in a range. */
function cut(block: ArchiveBlock, { first, last }: DocumentRange): ArchiveBlock {
  const { bytes, number, documents } = block;
  if (number >= first && number + documents - 1 <= last) {
    return block;
  }
  const skipped = Math.max(0, first - number);
  const count = Math.min(documents, last - number + 1) - skipped;
  const start = offsetOf(bytes, 0, skipped);
  const end = offsetOf(bytes, start, count);
  return {
    ...block,
    bytes: bytes.subarray(start, end),
    number: number + skipped,
    documents: count,
    offset: block.isCompressed === true ? block.offset : block.offset + start,
  };
}

/** Returns the offset after some documents. */
function offsetOf(bytes: Uint8Array, from: number, documents: number): number {
  let at = from;
  for (let index = 0; index < documents; index++) {
    const { size, start } = archiveSizeAt(bytes, at);
    at = start + size;
  }
  return at;
}
