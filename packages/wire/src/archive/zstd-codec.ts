import zlib from "node:zlib";
import type { ArchiveCodec } from "./codec.js";
import { UnsupportedCodecError } from "./container-reader.js";

const { constants } = zlib;

/** The largest window that is read. It bounds the memory of the decompressor to 8 MiB. */
const MAXIMUM_WINDOW_LOG = 23;
const LEVEL = 3;

/* Node before 22.15 has no zstd. */
const compress: typeof zlib.zstdCompressSync | undefined = zlib.zstdCompressSync;
const decompress: typeof zlib.zstdDecompressSync | undefined = zlib.zstdDecompressSync;

function unsupported(does: string): UnsupportedCodecError {
  const node = globalThis.process?.versions.node;
  return new UnsupportedCodecError(
    `a block is compressed with zstd, which Node ${node} cannot ${does}; use Node 22.15 or newer`,
  );
}

/** Compresses blocks of archives with zstd. It needs Node.js 22.15 or newer. */
export const zstdCodec: ArchiveCodec = {
  number: 1,
  name: "zstd",
  compress(bytes) {
    if (compress === undefined) {
      throw unsupported("write");
    }
    return copy(compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }));
  },
  decompress(bytes, size) {
    if (decompress === undefined) {
      throw unsupported("read");
    }
    return copy(
      decompress(bytes, {
        maxOutputLength: Math.max(1, size),
        params: { [constants.ZSTD_d_windowLogMax]: MAXIMUM_WINDOW_LOG },
      }),
    );
  },
};

/** Returns bytes in a buffer of their own, which can be sent to another thread. */
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}
