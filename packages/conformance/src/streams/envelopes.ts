import { crc32 } from "node:zlib";

/*
 * Compressed streams that are the same on every machine, because nothing in them is compressed.
 */

/** The largest block that both compressions can store. */
const BLOCK_BYTES = 65_535;

/** Returns gzip with stored blocks, one for each part. */
export function storedGzip(parts: readonly Uint8Array[]): Uint8Array {
  const all = Buffer.concat(parts);
  const blocks = parts.map((part) => {
    const head = Buffer.alloc(5);
    head.writeUInt16LE(checkSize(part.length), 1);
    head.writeUInt16LE(0xffff - part.length, 3);
    return Buffer.concat([head, part]);
  });
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(all), 0);
  trailer.writeUInt32LE(all.length, 4);
  const head = Buffer.from("1f8b08000000000000ff", "hex");
  const lastBlock = Buffer.from("010000ffff", "hex");
  return Buffer.concat([head, ...blocks, lastBlock, trailer]);
}

/** Returns zstd with raw blocks, one for each part, and a block that repeats the last byte. */
export function storedZstd(parts: readonly Uint8Array[], repeated = 0): Uint8Array {
  // No checksum, and a window of 128 KiB.
  const head = Buffer.from("28b52ffd0038", "hex");
  const blocks = parts.map((part) => Buffer.concat([zstdHead(part.length, 0, false), part]));
  const last = parts.at(-1)?.at(-1) ?? 0;
  const run = Buffer.concat([zstdHead(repeated, 1, false), Buffer.from([last])]);
  return Buffer.concat([head, ...blocks, ...(repeated > 0 ? [run] : []), zstdHead(0, 0, true)]);
}

function zstdHead(size: number, type: 0 | 1, isLast: boolean): Buffer {
  const head = Buffer.alloc(3);
  head.writeUIntLE(checkSize(size) * 8 + type * 2 + Number(isLast), 0, 3);
  return head;
}

function checkSize(size: number): number {
  if (size > BLOCK_BYTES) {
    throw new RangeError(`a block of ${size} bytes`);
  }
  return size;
}
