import { findWholeDocuments } from "@stepwire/wire";
import type { Source } from "../files/source.js";
import type { BufferPool } from "./buffer-pool.js";
import { CarryingReader } from "./carrying-reader.js";

/** Whole documents of an archive, each behind its size. */
export interface ArchiveBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The number of the first document, counted from 1. */
  readonly number: number;
  /** Where the block starts in the archive. */
  readonly offset: number;
}

/**
 * Cuts an archive between its documents, into blocks of many.
 *
 * @throws {ArchiveError} after the last whole document, if the archive goes on.
 */
export async function* readArchiveBlocks(
  source: Source,
  buffers: BufferPool,
  maxBytes: number,
): AsyncGenerator<ArchiveBlock, void> {
  const reader = new CarryingReader(source, buffers);
  let number = 1;
  let offset = 0;
  do {
    const bytes = await reader.fill();
    const found = findWholeDocuments(bytes, { maxBytes, offset, last: reader.isAtEnd });
    const documents = reader.cut(bytes, found.size);
    if (found.size > 0) {
      yield { bytes: documents, number, offset };
    }
    if (found.damage !== undefined) {
      throw found.damage;
    }
    number += found.documents;
    offset += found.size;
  } while (!reader.isAtEnd);
}
