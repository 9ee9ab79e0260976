import { findWholeDocuments } from "./whole-documents.js";

/** Whole documents of an archive, each behind its size. */
export interface ArchiveBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The number of the first document, counted from 1. */
  readonly number: number;
  /** Where the block starts in the archive. */
  readonly offset: number;
}

/** How an archive is read. */
export interface ArchiveReadOptions {
  /** How many bytes a document may have. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** How an archive is cut. */
export interface ArchiveBlockOptions extends ArchiveReadOptions {
  /**
   * A block is given as soon as it has this size in bytes; a document beyond it makes
   * it larger. @defaultValue 1 MiB
   */
  readonly blockBytes?: number | undefined;
}

const DEFAULT_BLOCK_BYTES = 1024 * 1024;

/** The part of an archive that is in memory, from the start of a document on. */
export interface ArchiveBuffer {
  /** Whether nothing follows the bytes that `fill` returned. */
  readonly isAtEnd: boolean;
  /** Reads more; returns all bytes that were not cut off. */
  fill(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Cuts off the first bytes of what `fill` returned, and returns them. It is called after
   * each `fill`, with 0 if nothing is to be cut off.
   */
  cut(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer>;
}

/**
 * Cuts an archive between its documents into blocks of many.
 *
 * @param source the bytes in chunks of any size, or a buffer that they are read into.
 * @throws {ArchiveError} after the last whole document, if there is trailing data.
 */
export async function* readArchiveBlocks(
  source: AsyncIterable<Uint8Array> | ArchiveBuffer,
  options: ArchiveBlockOptions = {},
): AsyncGenerator<ArchiveBlock, void> {
  if (!(Symbol.asyncIterator in source)) {
    yield* cutBlocks(source, options);
    return;
  }
  const chunks = source[Symbol.asyncIterator]();
  const buffer = new ChunkBuffer(chunks);
  try {
    yield* cutBlocks(buffer, options);
  } finally {
    if (!buffer.isAtEnd) {
      await chunks.return?.();
    }
  }
}

async function* cutBlocks(
  buffer: ArchiveBuffer,
  { maxBytes = DEFAULT_MAX_BYTES, blockBytes = DEFAULT_BLOCK_BYTES }: ArchiveBlockOptions,
): AsyncGenerator<ArchiveBlock, void> {
  /** Of the next block: where it starts, its first document, and what it has so far. */
  let [offset, number, documents, size] = [0, 1, 0, 0];
  do {
    const bytes = await buffer.fill();
    const found = findWholeDocuments(bytes.subarray(size), {
      maxBytes,
      offset: offset + size,
      last: buffer.isAtEnd,
    });
    documents += found.documents;
    size += found.size;
    const isBlock = size >= blockBytes || found.damage !== undefined || buffer.isAtEnd;
    const block = buffer.cut(bytes, isBlock ? size : 0);
    if (block.length > 0) {
      yield { bytes: block, number, offset };
      offset += size;
      number += documents;
      documents = 0;
      size = 0;
    }
    if (found.damage !== undefined) {
      throw found.damage;
    }
  } while (!buffer.isAtEnd);
}

/** Collects chunks. */
class ChunkBuffer implements ArchiveBuffer {
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** What was read and not cut off, and room for more. */
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  #filled = 0;
  isAtEnd = false;

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks;
  }

  async fill(): Promise<Uint8Array<ArrayBuffer>> {
    const { done, value: chunk } = await this.#chunks.next();
    if (done === true) {
      this.isAtEnd = true;
    } else {
      this.#add(chunk);
    }
    return this.#bytes.subarray(0, this.#filled);
  }

  cut(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
    if (size > 0) {
      this.#bytes = bytes.slice(size);
      this.#filled = this.#bytes.length;
    }
    return bytes.subarray(0, size);
  }

  #add(chunk: Uint8Array): void {
    const filled = this.#filled + chunk.length;
    if (filled > this.#bytes.length) {
      // The size doubles, so that a large document in many chunks is copied seldom.
      const larger = new Uint8Array(Math.max(filled, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#filled);
    this.#filled = filled;
  }
}
