import { CommandFailure } from "../failure.js";
import { ByteQueue } from "./byte-queue.js";

/*
 * An archive is a sequence of documents, each behind its size in bytes as a varint:
 * the size-delimited format that Protobuf's libraries read and write.
 */

/** Whole documents of an archive, each behind its size. */
export interface ArchiveBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The number of the first document, counted from 1. */
  readonly number: number;
  /** Where the block starts in the archive. */
  readonly offset: number;
}

/** How an archive is cut. */
export interface ArchiveBlockOptions {
  /** The largest document. */
  readonly maxBytes: number;
  /** A block is given as soon as it has this size; a document beyond it makes it larger. */
  readonly blockBytes: number;
}

/** The archive is damaged. What came before is whole. */
export class ArchiveBreak extends CommandFailure {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = "ArchiveBreak";
    this.offset = offset;
  }
}

/**
 * Cuts an archive between its documents, into blocks of many.
 *
 * @throws {ArchiveBreak} after the last whole document, if the archive goes on.
 */
export async function* readArchiveBlocks(
  chunks: AsyncIterable<Uint8Array>,
  options: ArchiveBlockOptions,
): AsyncGenerator<ArchiveBlock, void> {
  const cutter = new ArchiveCutter(options.maxBytes);
  for await (const chunk of chunks) {
    cutter.add(chunk);
    if (cutter.damage !== undefined || cutter.size >= options.blockBytes) {
      yield cutter.take();
    }
    if (cutter.damage !== undefined) {
      throw cutter.damage;
    }
  }
  yield cutter.take();
  cutter.finish();
}

const MAXIMUM_PREFIX_BYTES = 10;

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
  damage: ArchiveBreak | undefined;

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

  /** @throws {ArchiveBreak} if something is left. */
  finish(): void {
    if (this.#queue.length === 0) {
      return;
    }
    const header = this.#readSize((index) => this.#queue.at(index));
    throw new ArchiveBreak(
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
    for (let index = 0; index < MAXIMUM_PREFIX_BYTES; index++) {
      const byte = byteAt(this.size + index);
      if (byte === undefined) {
        return undefined;
      }
      size += (byte & 0x7f) * 2 ** (7 * index);
      if (size > this.#maxBytes) {
        this.#break(
          `a document of more than ${this.#maxBytes} bytes, if this is an archive; --max-bytes raises the limit`,
        );
        return undefined;
      }
      if (byte < 0x80) {
        return { size, end: this.size + index + 1 };
      }
    }
    this.#break(`a size of more than ${MAXIMUM_PREFIX_BYTES} bytes`);
    return undefined;
  }

  #break(message: string): void {
    this.damage = new ArchiveBreak(this.#offset + this.size, message);
  }
}
