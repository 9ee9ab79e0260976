import { readArchiveBlocks } from "./archive-blocks.js";
import type { ArchiveReadOptions } from "./options.js";
import { archiveSizeAt } from "./size.js";

/** One document of an archive, in binary. */
export interface ArchivedDocument {
  /** Number of the document, counted from 1. */
  readonly number: number;
  /** Offset of the document in the archive, after its size; if it was compressed, of its block. */
  readonly offset: number;
  /** Whether its block was compressed. */
  readonly isCompressed?: true;
  /** Full name of the message type, as `ArchiveBlock.type`. */
  readonly type?: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the documents of an archive from chunks of any size, or size-delimited documents: each after
 * its size in bytes as a varint, as the Protobuf libraries write them. The first bytes tell which of
 * both the input is.
 *
 * @throws {ArchiveError} after the last complete document, if the archive is damaged.
 */
export async function* readArchive(
  chunks: AsyncIterable<Uint8Array>,
  options: ArchiveReadOptions = {},
): AsyncGenerator<ArchivedDocument, void> {
  for await (const block of readArchiveBlocks(chunks, { ...options, blockBytes: 1 })) {
    const type = block.type !== undefined && { type: block.type };
    let number = block.number;
    let at = 0;
    while (at < block.bytes.length) {
      const { size, start } = archiveSizeAt(block.bytes, at);
      at = start + size;
      const bytes = block.bytes.subarray(start, at);
      const document = { number: number++, bytes, ...type };
      yield block.isCompressed === true
        ? { ...document, offset: block.offset, isCompressed: true }
        : { ...document, offset: block.offset + start };
    }
  }
}
