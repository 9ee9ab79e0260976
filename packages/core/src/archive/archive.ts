import { type ArchiveReadOptions, readArchiveBlocks } from "./archive-blocks.js";

/*
 * An archive is a sequence of documents, each behind its size in bytes as a varint:
 * the size-delimited format that Protobuf's libraries read and write.
 */

/** One document of an archive, in binary. */
export interface ArchivedDocument {
  /** Counted from 1. */
  readonly number: number;
  /** Where the document starts in the archive, behind its size. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What stands before a document of this size, in bytes. */
export function archiveSizePrefix(size: number): Uint8Array {
  const prefix: number[] = [];
  let rest = size;
  while (rest > 0x7f) {
    prefix.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  prefix.push(rest);
  return Uint8Array.from(prefix);
}

/**
 * Cuts the bytes of an archive, in chunks of any size, into its documents.
 *
 * @throws {ArchiveError} after the last whole document, if the archive goes on.
 */
export async function* readArchive(
  chunks: AsyncIterable<Uint8Array>,
  options: ArchiveReadOptions = {},
): AsyncGenerator<ArchivedDocument, void> {
  for await (const block of readArchiveBlocks(chunks, { ...options, blockBytes: 1 })) {
    let number = block.number;
    let at = 0;
    while (at < block.bytes.length) {
      const { size, start } = readSize(block.bytes, at);
      at = start + size;
      const bytes = block.bytes.subarray(start, at);
      yield { number: number++, offset: block.offset + start, bytes };
    }
  }
}

/** A size that was found whole before. */
function readSize(
  bytes: Uint8Array,
  at: number,
): { readonly size: number; readonly start: number } {
  let size = 0;
  let start = at;
  for (let factor = 1; ; factor *= 0x80) {
    const byte = bytes[start++] ?? 0;
    size += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      return { size, start };
    }
  }
}
