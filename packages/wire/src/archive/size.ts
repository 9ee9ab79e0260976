import { BinaryWriter } from "@bufbuild/protobuf/wire";

/** The size before a document in an archive. */
export interface ArchiveSize {
  /** Size of the document in bytes. */
  readonly size: number;
  /** Offset of the document, after its size. */
  readonly start: number;
}

/** A size, which may be cut off by the end of the bytes. */
export interface SizeBytes {
  /** The size that the available bytes give. */
  readonly size: number;
  /** Offset after these bytes. */
  readonly end: number;
  /** Whether all bytes of the size are available. */
  readonly isWhole: boolean;
}

/** Maximum number of bytes of a varint. */
export const MAXIMUM_SIZE_BYTES = 10;

/** Returns the bytes before a document of this size in an archive. */
export function archiveSizePrefix(size: number): Uint8Array<ArrayBuffer> {
  return new BinaryWriter().uint64(size).finish();
}

/**
 * Reads the size at an offset. If it is cut off or malformed, the result is infinity, so that the
 * document counts as incomplete.
 */
export function archiveSizeAt(bytes: Uint8Array, at = 0): ArchiveSize {
  const { size, end, isWhole } = readSizeBytes(bytes, at);
  return { size: isWhole ? size : Number.POSITIVE_INFINITY, start: end };
}

/**
 * Reads the size at an offset, or its available part. `sizeDelimitedPeek` of protobuf-es reads only
 * the lower 32 bits, and does not distinguish a size that is cut off from one that is too long.
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
