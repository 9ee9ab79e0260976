import type { DescMessage } from "@bufbuild/protobuf";
import { joinBytes } from "../join-bytes.js";
import { writeVarint } from "../record.js";
import { type ArchiveCodec, type Checksum, NO_CODEC } from "./codec.js";
import { crc32 } from "./crc32.js";
import { ArchiveLayout, randomId } from "./layout.js";

/** Options for writing an archive. */
export interface ArchiveWriteOptions {
  /** Size in bytes at which a block ends, before it is compressed; at most 64 MiB. @defaultValue 1 MiB */
  readonly blockBytes?: number | undefined;
  /** Compresses blocks, such as `zstdCodec` of `@stepwire/wire/compressed`. @defaultValue none */
  readonly codec?: ArchiveCodec | undefined;
  /** Computes CRC-32, such as `crc32` of `node:zlib`. @defaultValue a function in JavaScript */
  readonly checksum?: Checksum | undefined;
  /**
   * The identifier of the archive: 8 bytes that its documents cannot predict.
   * @defaultValue random bytes
   */
  readonly id?: Uint8Array | undefined;
}

const DEFAULT_BLOCK_BYTES = 1024 * 1024;
/** Readers allow that a block exceeds its largest document by this. */
const MAXIMUM_BLOCK_BYTES = 64 * 1024 * 1024;
/** Protobuf has no larger messages. */
const MAXIMUM_DOCUMENT_BYTES = 2 ** 31 - 1;
const LARGEST_SIZE_BYTES = 5;

/**
 * Writes an archive (docs/archive-format.md). Each method returns the bytes to write, which may be
 * none; the first bytes are the header of the archive.
 */
export class ArchiveWriter {
  readonly #layout: ArchiveLayout;
  readonly #blockBytes: number;
  readonly #codec: ArchiveCodec | undefined;
  readonly #checksum: Checksum;
  /** The documents of the next block, and spare capacity. */
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY);
  #filled = 0;
  #documents = 0;
  /** What is written, and not yet returned. */
  readonly #parts: Uint8Array[] = [];
  #isEnded = false;

  /**
   * @param type The message type of all documents, or its full name.
   * @throws {RangeError} if `blockBytes` is more than 64 MiB, or the name or `id` has a wrong size.
   */
  constructor(
    type: DescMessage | string,
    {
      blockBytes = DEFAULT_BLOCK_BYTES,
      codec,
      checksum = crc32,
      id = randomId(),
    }: ArchiveWriteOptions = {},
  ) {
    if (blockBytes > MAXIMUM_BLOCK_BYTES) {
      throw new RangeError(`blocks of ${blockBytes} bytes, which is more than 64 MiB`);
    }
    this.#layout = new ArchiveLayout(typeof type === "string" ? type : type.typeName, id);
    this.#blockBytes = blockBytes;
    this.#codec = codec;
    this.#checksum = checksum;
  }

  /**
   * Adds binary messages. Returns the bytes of the blocks that are full.
   *
   * @throws {RangeError} if a message is larger than 2 GiB - 1. Those before it are added; the next call
   * returns their blocks.
   */
  write(documents: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
    this.#checkOpen();
    for (const document of documents) {
      this.#add(document);
      if (this.#filled >= this.#blockBytes) {
        this.#parts.push(...this.#takeBlock());
      }
    }
    return this.#take();
  }

  /** Ends the block. Returns its bytes, after which all documents so far can be read. */
  flush(): Uint8Array<ArrayBuffer> {
    this.#checkOpen();
    this.#parts.push(...this.#takeBlock());
    return this.#take();
  }

  /** Ends the archive. Returns its last bytes. */
  end(): Uint8Array<ArrayBuffer> {
    this.#checkOpen();
    this.#isEnded = true;
    this.#parts.push(...this.#takeBlock());
    const block = this.#take();
    return joinBytes([block, this.#layout.end()]);
  }

  #take(): Uint8Array<ArrayBuffer> {
    return this.#layout.take(this.#parts.splice(0));
  }

  #add(document: Uint8Array): void {
    if (document.length > MAXIMUM_DOCUMENT_BYTES) {
      throw new RangeError(`a document of ${document.length} bytes, which is more than 2 GiB - 1`);
    }
    const needed = this.#filled + LARGEST_SIZE_BYTES + document.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = larger;
    }
    const start = writeVarint(this.#bytes, this.#filled, document.length);
    this.#bytes.set(document, start);
    this.#filled = start + document.length;
    this.#documents++;
  }

  /** Returns the parts of a block with all documents so far; none if there are none. */
  #takeBlock(): Uint8Array[] {
    if (this.#documents === 0) {
      return [];
    }
    const bytes = this.#bytes.subarray(0, this.#filled);
    const payload = this.#codec?.compress(bytes) ?? bytes.slice();
    const head = this.#layout.addBlock({
      documents: this.#documents,
      size: this.#filled,
      stored: payload.length,
      codec: this.#codec?.number ?? NO_CODEC,
      checksum: this.#checksum(payload),
    });
    this.#filled = 0;
    this.#documents = 0;
    return [head, payload];
  }

  #checkOpen(): void {
    if (this.#isEnded) {
      throw new Error("the archive has ended");
    }
  }
}

const FIRST_CAPACITY = 64 * 1024;
