import { read } from "node:fs";
import { promisify } from "node:util";
import { isOwnFile, OWN_HEAD_BYTES, readOtherFile, readOwnFile } from "@stepwire/parquet";
import { type ArchiveBlock, ArchiveError } from "@stepwire/wire";
import { CommandFailure, fileFailure } from "../failure.js";
import { peek, type RegularFile, type Source } from "../files/source.js";

/** A Parquet file as the size-delimited documents in it. */
export interface ParquetInput {
  /** The documents after their sizes. It ends before the first damage. */
  readonly source: Source;
  /** Full name of the message type that the file has; undefined if it has none. */
  readonly type: string | undefined;
  /** Throws the error that ended the source early, if there is one. */
  readonly checkDamage: () => void;
}

/** Limits for reading a Parquet file. */
export interface ParquetLimits {
  /** Maximum size of a document. */
  readonly maxBytes: number;
  /** Maximum size of all documents, as a multiple of their size in the file. */
  readonly maxExpansion?: number;
}

/**
 * Opens a Parquet file. Files of this program are read from their start to their end, so they may come
 * from a pipe.
 *
 * @throws {CommandFailure} if another program has written the file, and it is not a regular file.
 */
export async function openParquet(
  source: Source,
  { maxBytes, maxExpansion }: ParquetLimits,
): Promise<ParquetInput> {
  const { regular, name } = source;
  const { head, source: whole } = await peek(source, OWN_HEAD_BYTES);
  const maxPageBytes = maxBytes + PAGE_ALLOWANCE;
  const limits = { maxPageBytes, maxExpansion };
  const blocks = isOwnFile(head)
    ? readOwnFile(whole, limits)
    : readOtherFile(randomAccess(regular, name), limits);
  return new BlockSource(source, blocks).start();
}

/** A page may be larger than its largest document by this. Row groups of other programs are larger. */
const PAGE_ALLOWANCE = 256 * 1024 * 1024;

const readPart = promisify(read);

function randomAccess(file: RegularFile | undefined, name: string) {
  if (file === undefined) {
    throw new CommandFailure(
      `${name}: another program has written this Parquet file, so it must be a file: no pipe, and not compressed`,
    );
  }
  const { descriptor, size } = file;
  return {
    size,
    async readAt(buffer: Uint8Array, position: number) {
      try {
        let filled = 0;
        for (let part = -1; part !== 0 && filled < buffer.length; filled += part) {
          const left = buffer.length - filled;
          part = (await readPart(descriptor, buffer, filled, left, position + filled)).bytesRead;
        }
        return filled;
      } catch (error) {
        throw fileFailure(name, error);
      }
    },
  };
}

/** Reads blocks of documents as one sequence of bytes. */
class BlockSource {
  readonly #blocks: AsyncIterator<ArchiveBlock>;
  readonly #name: string;
  readonly #origin: Source;
  /** The unread rest of the current block. */
  #rest: Uint8Array = new Uint8Array();
  #damage: ArchiveError | undefined;
  #isAtEnd = false;

  constructor(origin: Source, blocks: AsyncIterable<ArchiveBlock>) {
    this.#origin = origin;
    this.#name = origin.name;
    this.#blocks = blocks[Symbol.asyncIterator]();
  }

  /** Reads the first block, which has the type. */
  async start(): Promise<ParquetInput> {
    const first = await this.#next();
    const { consumed } = this.#origin;
    return {
      source: {
        name: this.#name,
        ...(consumed && { consumed }),
        read: (buffer) => this.#read(buffer),
        close: () => this.#origin.close(),
      },
      type: first?.type || undefined,
      checkDamage: () => {
        if (this.#damage !== undefined) {
          throw this.#damage;
        }
      },
    };
  }

  async #read(buffer: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < buffer.length) {
      if (this.#rest.length === 0 && (await this.#next()) === undefined) {
        break;
      }
      const piece = this.#rest.subarray(0, buffer.length - filled);
      buffer.set(piece, filled);
      filled += piece.length;
      this.#rest = this.#rest.subarray(piece.length);
    }
    return filled;
  }

  async #next(): Promise<ArchiveBlock | undefined> {
    if (this.#isAtEnd) {
      return undefined;
    }
    try {
      const { done, value } = await this.#blocks.next();
      if (done !== true) {
        this.#rest = value.bytes;
        return value;
      }
    } catch (error) {
      if (!(error instanceof ArchiveError)) {
        throw error;
      }
      this.#damage = error;
    }
    this.#isAtEnd = true;
    return undefined;
  }
}
