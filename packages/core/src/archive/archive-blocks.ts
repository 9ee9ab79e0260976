import { ByteQueue } from "./byte-queue.js";
import { MAXIMUM_SIZE_BYTES } from "./size.js";

/** Whole documents of an archive, each behind its size. */
export interface ArchiveBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The number of the first document, counted from 1. */
  readonly number: number;
  /** Where the block starts in the archive. */
  readonly offset: number;
}

/** The archive is damaged, or no archive. What came before is whole. */
export class ArchiveError extends Error {
  /** A document larger than it may be, a size that is none, or an end within a document. */
  readonly code: "too_large" | "malformed" | "cut_off";
  /** Where the document, its size included, starts in the archive. */
  readonly offset: number;

  constructor(code: ArchiveError["code"], offset: number, message: string) {
    super(message);
    this.name = "ArchiveError";
    this.code = code;
    this.offset = offset;
  }
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
  readonly #queue = new ByteQueue();
  /** Where the queue starts in the archive. */
  #offset = 0;
  /** The number of the first document in the queue. */
  #number = 1;
  /** How many documents are known to be whole, and how large they are together. */
  #documents = 0;
  size = 0;
  damage: ArchiveError | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): void {
    // Sizes are read from the chunk itself where it has them all; the queue is slower.
    const start = this.#queue.length;
    this.#queue.add(chunk);
    const byteAt = (index: number): number | undefined =>
      index >= start ? chunk[index - start] : this.#queue.at(index);
    while (this.damage === undefined) {
      const header = this.#readSize(byteAt);
      if (header === undefined || header.end + header.size > this.#queue.length) {
        return;
      }
      this.size = header.end + header.size;
      this.#documents++;
    }
  }

  /** The whole documents so far. */
  take(): ArchiveBlock {
    const block = {
      bytes: this.#queue.take(this.size),
      number: this.#number,
      offset: this.#offset,
    };
    this.#offset += this.size;
    this.#number += this.#documents;
    this.#documents = 0;
    this.size = 0;
    return block;
  }

  /** @throws {ArchiveError} if something is left. */
  finish(): void {
    if (this.#queue.length === 0) {
      return;
    }
    const header = this.#readSize((index) => this.#queue.at(index));
    throw new ArchiveError(
      "cut_off",
      this.#offset,
      header === undefined
        ? "the archive ends within the size of a document"
        : `the archive ends within a document: ${this.#queue.length - header.end} of ${header.size} bytes`,
    );
  }

  /** The size of the next document and where it ends; undefined while that is not all there. */
  #readSize(
    byteAt: (index: number) => number | undefined,
  ): { readonly size: number; readonly end: number } | undefined {
    let size = 0;
    for (let index = 0; index < MAXIMUM_SIZE_BYTES; index++) {
      const byte = byteAt(this.size + index);
      if (byte === undefined) {
        return undefined;
      }
      size += (byte & 0x7f) * 2 ** (7 * index);
      if (size > this.#maxBytes) {
        this.#break("too_large", `a document of more than ${this.#maxBytes} bytes`);
        return undefined;
      }
      if (byte < 0x80) {
        return { size, end: this.size + index + 1 };
      }
    }
    this.#break("malformed", `a size of more than ${MAXIMUM_SIZE_BYTES} bytes`);
    return undefined;
  }

  #break(code: ArchiveError["code"], message: string): void {
    this.damage = new ArchiveError(code, this.#offset + this.size, message);
  }
}
