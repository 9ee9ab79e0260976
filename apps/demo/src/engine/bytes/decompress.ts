import { joinBytes } from "@stepwire/wire/internal";
import type { Compression } from "../../model/bytes.js";
import { DecompressionError, tooLarge } from "./decompression-error.js";

/** Largest size of bytes that are read, after decompression. */
export const MAXIMUM_SIZE: number = 256 * 1024 * 1024;

const magics: Readonly<Record<Compression, readonly number[]>> = {
  gzip: [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
};

/** Returns how bytes are compressed, by how they start. */
export function detectCompression(bytes: Uint8Array): Compression | undefined {
  const has = (magic: readonly number[]): boolean =>
    bytes.length > magic.length && magic.every((byte, index) => bytes[index] === byte);
  return has(magics.gzip) ? "gzip" : has(magics.zstd) ? "zstd" : undefined;
}

/** @throws {DecompressionError} if the bytes are damaged, or larger than 256 MiB when decompressed. */
export async function decompress(
  bytes: Uint8Array<ArrayBuffer>,
  compression: Compression,
): Promise<Uint8Array<ArrayBuffer>> {
  if (compression === "gzip") {
    return await gunzip(bytes);
  }
  // Few files need it, so that it is not loaded before.
  const { unzstd } = await import("../zstd.js");
  return await unzstd(bytes, MAXIMUM_SIZE);
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > MAXIMUM_SIZE) {
        await reader.cancel();
        throw tooLarge(MAXIMUM_SIZE);
      }
      parts.push(part.value);
    }
  } catch (reason) {
    throw reason instanceof DecompressionError
      ? reason
      : new DecompressionError("The gzip data is damaged or cut off. Open the whole file.");
  }
  return joinBytes(parts);
}
