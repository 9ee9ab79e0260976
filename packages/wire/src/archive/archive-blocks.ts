import { type ArchiveError, findWholeDocuments } from "./whole-documents.js";

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

/**
 * Cuts the bytes of an archive, in chunks of any size, between its documents into
 * blocks of many.
 *
 * @throws {ArchiveError} after the last whole document, if the archive goes on.
 */
export async function* readArchiveBlocks(
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes = DEFAULT_MAX_BYTES, blockBytes = DEFAULT_BLOCK_BYTES }: ArchiveBlockOptions = {},
): AsyncGenerator<ArchiveBlock, void> {
  const cutter = new ArchiveCutter(maxBytes);
  for await (const chunk of chunks) {
    cutter.add(chunk);
    if (cutter.damage !== undefined || cutter.size >= blockBytes) {
      yield cutter.take();
    }
    if (cutter.damage !== undefined) {
      throw cutter.damage;
    }
  }
  yield cutter.take();
  cutter.finish();
}

class ArchiveCutter {
  readonly #maxBytes: number;
  /** What was added and not yet taken, and room for more. */
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  #filled = 0;
  /** Where that starts in the archive. */
  #offset = 0;
  /** The number of its first document. */
  #number = 1;
  /** How many documents are known to be whole, and how large they are together. */
  #documents = 0;
  size = 0;
  damage: ArchiveError | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): void {
    const filled = this.#filled + chunk.length;
    if (filled > this.#bytes.length) {
      // Twice as much each time, so that a large document in many chunks is not copied as often.
      const larger = new Uint8Array(Math.max(filled, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#filled);
    this.#filled = filled;
    this.#find(false);
  }

  /** The whole documents so far. */
  take(): ArchiveBlock {
    const block = {
      bytes: this.#bytes.subarray(0, this.size),
      number: this.#number,
      offset: this.#offset,
    };
    this.#bytes = this.#bytes.slice(this.size, this.#filled);
    this.#filled = this.#bytes.length;
    this.#offset += this.size;
    this.#number += this.#documents;
    this.#documents = 0;
    this.size = 0;
    return block;
  }

  /** @throws {ArchiveError} if something is left. */
  finish(): void {
    this.#find(true);
    if (this.damage !== undefined) {
      throw this.damage;
    }
  }

  #find(last: boolean): void {
    const { documents, size, damage } = findWholeDocuments(
      this.#bytes.subarray(this.size, this.#filled),
      { maxBytes: this.#maxBytes, offset: this.#offset + this.size, last },
    );
    this.#documents += documents;
    this.size += size;
    this.damage = damage;
  }
}
