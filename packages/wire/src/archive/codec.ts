/** A compression of blocks. */
export interface ArchiveCodec {
  /** The number of the codec in the archive. */
  readonly number: number;
  readonly name: string;
  compress(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /**
   * Expands a payload.
   *
   * @param size the size of the result. No more than that may be allocated.
   * @throws if the payload is malformed.
   */
  decompress(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer>;
}

/** Computes the CRC-32 of bytes. */
export type Checksum = (bytes: Uint8Array) => number;

/** The number for blocks that are not compressed. */
export const NO_CODEC = 0;

/** The names of the codecs that the format defines, by their numbers. */
export const codecNames: readonly string[] = ["none", "zstd"];
