import zlib from "node:zlib";
import type { BlockContent } from "@stepwire/wire/archive-layout";

/** How the blocks of an archive are compressed. */
export type BlockCompression = "none" | "zstd";

/** The numbers of the codecs in an archive. */
const codecs: Readonly<Record<BlockCompression, number>> = { none: 0, zstd: 1 };

/** The level that `zstd` uses by default. */
const ZSTD_LEVEL = 3;

/* Node before 22.15 has no zstd. */
const compress: typeof zlib.zstdCompressSync | undefined = zlib.zstdCompressSync;

/** Returns whether Node can compress blocks in this way. */
export function canCompress(compression: BlockCompression): boolean {
  return compression === "none" || compress !== undefined;
}

/** A block as an archive has it. */
export interface StoredBlock {
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly content: BlockContent;
}

/**
 * Returns a block as an archive has it.
 *
 * @param bytes documents after their sizes; overwritten if they are compressed.
 */
export function storeBlock(
  bytes: Uint8Array<ArrayBuffer>,
  documents: number,
  compression: BlockCompression,
): StoredBlock {
  const isCompressed = compression === "zstd";
  const payload = isCompressed ? compressInPlace(bytes) : bytes;
  const content = {
    documents,
    size: bytes.length,
    stored: payload.length,
    codec: codecs[compression],
    checksum: zlib.crc32(payload),
  };
  return { payload, content };
}

/** Compresses bytes into their own buffer, which is reused, unless the result is larger. */
function compressInPlace(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const compressed = zlib.zstdCompressSync(bytes, {
    params: { [zlib.constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
  });
  if (compressed.length > bytes.length) {
    return new Uint8Array(compressed);
  }
  bytes.set(compressed);
  return bytes.subarray(0, compressed.length);
}
