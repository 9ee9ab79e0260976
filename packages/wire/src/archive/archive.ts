import { type ArchiveReadOptions, readArchiveBlocks } from "./archive-blocks.js";
import { archiveSizeAt } from "./size.js";

/*
 * An archive is a sequence of documents. Each is preceded by its size in bytes, as a varint: the
 * size-delimited format of the Protobuf libraries.
 */

/** One document of an archive, in binary. */
export interface ArchivedDocument {
  /** Number of the document, counted from 1. */
  readonly number: number;
  /** Offset of the document in the archive, after its size. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads the documents of an archive from chunks of any size.
 *
 * @throws {ArchiveError} after the last complete document, if there is trailing data.
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
