import { ContainerReader, defaultChecksum } from "./container-reader.js";
import { ArchiveError } from "./error.js";
import type {
  ArchiveBlock,
  ArchiveBlockOptions,
  ArchiveBuffer,
  ArchiveReadOptions,
} from "./options.js";
import { isArchiveStart, MAGIC_BYTES } from "./parts.js";
import { findWholeDocuments } from "./whole-documents.js";

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_BLOCK_BYTES = 128 * 1024 * 1024;
const DEFAULT_MAX_EXPANSION = 1100;

const DEFAULT_BLOCK_BYTES = 1024 * 1024;

/**
 * Splits an archive, or size-delimited documents, into blocks of complete documents. The first bytes
 * tell which of both the input is.
 *
 * @param source The bytes in chunks of any size, or a buffer that reads them.
 * @throws {ArchiveError} after the last whole document, if the archive is damaged.
 */
export async function* readArchiveBlocks(
  source: AsyncIterable<Uint8Array> | ArchiveBuffer,
  options: ArchiveBlockOptions = {},
): AsyncGenerator<ArchiveBlock, void> {
  if (!(Symbol.asyncIterator in source)) {
    yield* readBuffer(source, options);
    return;
  }
  const chunks = source[Symbol.asyncIterator]();
  const buffer = new ChunkBuffer(chunks);
  try {
    yield* readBuffer(buffer, options);
  } finally {
    if (!buffer.isAtEnd) {
      await chunks.return?.();
    }
  }
}

async function* readBuffer(
  buffer: ArchiveBuffer,
  options: ArchiveBlockOptions,
): AsyncGenerator<ArchiveBlock, void> {
  const { format = "auto", from } = options;
  const started = await StartedBuffer.start(buffer);
  const isArchive = format === "auto" ? started.isArchive : format === "archive";
  yield* isArchive || from !== undefined
    ? readParts(started, options)
    : cutBlocks(started, options);
}

/** Errors after which nothing can be read. */
const final: readonly ArchiveError["code"][] = ["newer_version", "unknown_codec"];

async function* readParts(
  buffer: ArchiveBuffer,
  {
    maxBytes = DEFAULT_MAX_BYTES,
    maxBlockBytes = DEFAULT_MAX_BLOCK_BYTES,
    codecs = [],
    checksum = defaultChecksum,
    maxExpansion = DEFAULT_MAX_EXPANSION,
    from,
    onDamage,
  }: ArchiveReadOptions,
): AsyncGenerator<ArchiveBlock, void> {
  const limits = { maxBytes, maxBlockBytes, maxExpansion };
  const reader = new ContainerReader(buffer, { ...limits, codecs, checksum, from });
  for (;;) {
    try {
      const block = await reader.next();
      if (block === undefined) {
        return;
      }
      yield block;
    } catch (error) {
      if (
        !(error instanceof ArchiveError) ||
        onDamage === undefined ||
        final.includes(error.code)
      ) {
        throw error;
      }
      onDamage({ error, ...(await reader.skip()) });
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
      number: number + documents,
      last: buffer.isAtEnd,
    });
    documents += found.documents;
    size += found.size;
    const isBlock = size >= blockBytes || found.damage !== undefined || buffer.isAtEnd;
    const block = buffer.cut(bytes, isBlock ? size : 0);
    if (block.length > 0) {
      yield { bytes: block, number, documents, offset };
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

/** A buffer whose first bytes were read, to see what they are. */
class StartedBuffer implements ArchiveBuffer {
  readonly #buffer: ArchiveBuffer;
  #first: Uint8Array<ArrayBuffer> | undefined;
  /** Whether the bytes begin like an archive. */
  readonly isArchive: boolean;

  private constructor(buffer: ArchiveBuffer, first: Uint8Array<ArrayBuffer>) {
    this.#buffer = buffer;
    this.#first = first;
    this.isArchive = isArchiveStart(first);
  }

  static async start(buffer: ArchiveBuffer): Promise<StartedBuffer> {
    let first = await buffer.fill();
    while (first.length < MAGIC_BYTES && !buffer.isAtEnd) {
      buffer.cut(first, 0);
      first = await buffer.fill();
    }
    return new StartedBuffer(buffer, first);
  }

  get isAtEnd(): boolean {
    return this.#buffer.isAtEnd;
  }

  async fill(wanted?: number): Promise<Uint8Array<ArrayBuffer>> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? (await this.#buffer.fill(wanted));
  }

  cut(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
    return this.#buffer.cut(bytes, size);
  }
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
