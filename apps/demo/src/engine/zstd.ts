import { compress, decompress, init } from "@bokuweb/zstd-wasm";
import type { ArchiveCodec } from "@stepwire/wire";
import { DecompressionError, tooLarge } from "./bytes/decompression-error.js";

let ready: Promise<void> | undefined;

/** The default level of the program zstd. */
const LEVEL = 3;

async function load(): Promise<void> {
  ready ??= init();
  await ready;
}

/** Returns the size of bytes after compression with zstd. */
export async function zstdSize(bytes: Uint8Array): Promise<number> {
  await load();
  return compress(bytes, LEVEL).length;
}

/** The first size that is tried for a frame that does not say how large its content is. */
const FIRST_SIZE = 1024 * 1024;

/**
 * Decompresses a zstd frame.
 *
 * @throws {DecompressionError} if it is damaged, or its content is larger than the maximum.
 */
export async function unzstd(bytes: Uint8Array, maximum: number): Promise<Uint8Array<ArrayBuffer>> {
  await load();
  const known = frameContentSize(bytes);
  if (known !== undefined && known > maximum) {
    throw tooLarge(maximum);
  }
  let size = known ?? FIRST_SIZE;
  for (;;) {
    try {
      return new Uint8Array(decompress(bytes, { defaultHeapSize: size }));
    } catch {
      if (known !== undefined || size >= maximum) {
        throw new DecompressionError("The zstd data is damaged or cut off. Open the whole file.");
      }
      size = Math.min(size * 8, maximum);
    }
  }
}

/** Returns a codec for the blocks of an archive. */
export async function zstdCodec(): Promise<ArchiveCodec> {
  await load();
  return {
    number: 1,
    name: "zstd",
    compress: (bytes) => new Uint8Array(compress(bytes, LEVEL)),
    decompress(bytes, size) {
      // The library allocates what the frame says.
      const known = frameContentSize(bytes);
      if (known !== undefined && known !== size) {
        throw new RangeError(`expected ${size} bytes, found ${known}`);
      }
      return new Uint8Array(decompress(bytes, { defaultHeapSize: size }));
    },
  };
}

/** Returns the size of a frame's content if its header has it (RFC 8878, 3.1.1.1). */
function frameContentSize(bytes: Uint8Array): number | undefined {
  const descriptor = bytes[4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const flag = descriptor >> 6;
  const length = flag === 0 ? (isSingleSegment ? 1 : 0) : 2 ** flag;
  if (length === 0) {
    return undefined;
  }
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const start = 5 + (isSingleSegment ? 0 : 1) + dictionary;
  let size = length === 2 ? 256 : 0;
  for (let index = 0; index < length; index++) {
    size += (bytes[start + index] ?? 0) * 256 ** index;
  }
  return size;
}
