import type { ArchiveBlockPlace } from "./block-place.js";
import type { ArchiveCodec, Checksum } from "./codec.js";
import type { ArchiveError } from "./error.js";

/** Several complete documents of an archive. Each is preceded by its size. */
export interface ArchiveBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Number of the first document, counted from 1. */
  readonly number: number;
  /** Number of documents. */
  readonly documents: number;
  /**
   * Offset of the bytes in the archive. If the block was compressed, this is the offset of its
   * description.
   */
  readonly offset: number;
  /** Whether the block was compressed, so that its bytes are not in the archive. */
  readonly isCompressed?: true;
  /**
   * Full name of the message type, as the archive says; empty if it is unknown. It is undefined for
   * size-delimited documents, and if the header of the archive is damaged.
   */
  readonly type?: string;
}

/** A part of an archive that was skipped, because it is damaged. */
export interface ArchiveGap {
  /** The bytes that were skipped: offsets in the input. */
  readonly start: number;
  readonly end: number;
  /** Number of the first lost document, counted from 1. */
  readonly firstDocument: number;
  /**
   * Number of the last lost document, one less than the first if none is lost. It is undefined if it
   * is unknown, because no block of the same archive follows.
   */
  readonly lastDocument: number | undefined;
}

/** A part of an archive that was skipped, and why. */
export interface ArchiveDamage extends ArchiveGap {
  readonly error: ArchiveError;
}

/** Options for reading an archive. */
export interface ArchiveReadOptions {
  /** Maximum size of a document in bytes. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
  /** Maximum size of a block of the archive in bytes, also after it is expanded. @defaultValue 128 MiB */
  readonly maxBlockBytes?: number | undefined;
  /**
   * Maximum size of all blocks after they are expanded, as a multiple of their compressed size.
   * `maxBlockBytes` are always allowed. @defaultValue 1,100
   */
  readonly maxExpansion?: number | undefined;
  /**
   * The codecs of compressed blocks, such as `zstdCodec` of `@stepwire/wire/compressed`.
   * @defaultValue none
   */
  readonly codecs?: readonly ArchiveCodec[] | undefined;
  /** Computes CRC-32, such as `crc32` of `node:zlib`. @defaultValue a function in JavaScript */
  readonly checksum?: Checksum | undefined;
  /**
   * Called for each damaged part. If it is given, reading continues after the part. Otherwise, and
   * for size-delimited documents, which have nothing to find the next one by, reading ends with the
   * error.
   */
  readonly onDamage?: ((damage: ArchiveDamage) => void) | undefined;
  /** What the input is. @defaultValue auto, by its first bytes */
  readonly format?: "auto" | "archive" | "delimited" | undefined;
  /**
   * The block of an archive at which the input starts, from its index. By default, the input starts
   * with a header.
   */
  readonly from?: ArchiveBlockPlace | undefined;
}

/** Options for reading an archive in blocks. */
export interface ArchiveBlockOptions extends ArchiveReadOptions {
  /**
   * Size of a block of size-delimited documents in bytes. A block is larger if its last document
   * exceeds this size. Archives define their own blocks.
   * @defaultValue 1 MiB
   */
  readonly blockBytes?: number | undefined;
}

/** The part of an archive that is in memory. It begins with a document. */
export interface ArchiveBuffer {
  /** Whether the bytes that `fill` returned are the end of the archive. */
  readonly isAtEnd: boolean;
  /**
   * Reads more bytes. Returns all bytes that `cut` has not removed.
   *
   * @param wanted number of bytes that are needed in all; any number if it is omitted. The result may
   * have fewer or more.
   */
  fill(wanted?: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Removes the first bytes of the result of `fill`, and returns them. Called after each `fill`,
   * with size 0 if no bytes are removed.
   */
  cut(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer>;
}
