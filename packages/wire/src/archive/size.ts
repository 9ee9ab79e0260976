import { BinaryWriter } from "@bufbuild/protobuf/wire";

/** The size that stands before a document. */
export interface ArchiveSize {
  /** Of the document, in bytes. */
  readonly size: number;
  /** Where the document starts, behind its size. */
  readonly start: number;
}

/** What is read of a size. */
export interface SizeBytes {
  /** Of those bytes that are there. */
  readonly size: number;
  /** Behind them. */
  readonly end: number;
  /** Whether they are all. */
  readonly isWhole: boolean;
}

/** A varint has no more bytes. */
export const MAXIMUM_SIZE_BYTES = 10;

/** What stands before a document of this size, in bytes. */
export function archiveSizePrefix(size: number): Uint8Array<ArrayBuffer> {
  return new BinaryWriter().uint64(size).finish();
}

/**
 * The size that stands at a place. Where the bytes end within it, or it is none, it is
 * infinite, so that no document of it is whole.
 */
export function archiveSizeAt(bytes: Uint8Array, at = 0): ArchiveSize {
  const { size, end, isWhole } = readSizeBytes(bytes, at);
  return { size: isWhole ? size : Number.POSITIVE_INFINITY, start: end };
}

/**
 * Reads the size that starts at an offset, or the part of it that is there. protobuf-es has
 * `sizeDelimitedPeek`, which reads only the lower 32 bits of a size, and does not tell a size
 * that is cut off from one that is too long.
 */
export function readSizeBytes(bytes: Uint8Array, at: number): SizeBytes {
  const end = Math.min(bytes.length, at + MAXIMUM_SIZE_BYTES);
  let size = 0;
  let factor = 1;
  for (let place = at; place < end; place++) {
    const byte = bytes[place] ?? 0;
    size += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      return { size, end: place + 1, isWhole: true };
    }
    factor *= 0x80;
  }
  return { size, end, isWhole: false };
}
