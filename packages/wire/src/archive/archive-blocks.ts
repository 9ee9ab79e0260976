import { findWholeDocuments } from "./whole-documents.js";

/** Several complete documents of an archive. Each is preceded by its size. */
export interface ArchiveBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Number of the first document, counted from 1. */
  readonly number: number;
  /** Offset of the block in the archive. */
  readonly offset: number;
}

/** Options for reading an archive. */
export interface ArchiveReadOptions {
  /** Maximum size of a document in bytes. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Options for reading an archive in blocks. */
export interface ArchiveBlockOptions extends ArchiveReadOptions {
  /**
   * Size of a block in bytes. A block is larger if its last document exceeds this size.
   * @defaultValue 1 MiB
   */
  readonly blockBytes?: number | undefined;
}

const DEFAULT_BLOCK_BYTES = 1024 * 1024;

/** The part of an archive that is in memory. It begins with a document. */
export interface ArchiveBuffer {
  /** Whether the bytes that `fill` returned are the end of the archive. */
  readonly isAtEnd: boolean;
  /** Reads more bytes. Returns all bytes that `cut` has not removed. */
  fill(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Removes the first bytes of the result of `fill`, and returns them. Called after each `fill`,
   * with size 0 if no bytes are removed.
   */
  cut(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer>;
}

/**
 * Splits an archive into blocks of complete documents.
 *
 * @param source The bytes in chunks of any size, or a buffer that reads them.
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
  // Of the next block: its offset, the number of its first document, and its documents and size so far.
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
  /** The bytes that were read and not removed, with spare capacity. */
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
      // The capacity doubles, so that a large document in many chunks is rarely copied.
      const larger = new Uint8Array(Math.max(filled, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#filled);
    this.#filled = filled;
  }
}
