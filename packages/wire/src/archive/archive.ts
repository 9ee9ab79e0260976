import { type ArchiveReadOptions, readArchiveBlocks } from "./archive-blocks.js";
import { archiveSizeAt } from "./size.js";

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
      const { size, start } = archiveSizeAt(block.bytes, at);
      at = start + size;
      const bytes = block.bytes.subarray(start, at);
      yield { number: number++, offset: block.offset + start, bytes };
    }
  }
}
