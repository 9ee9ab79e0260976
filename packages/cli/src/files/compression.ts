import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { CommandFailure, errorCode } from "../failure.js";
import { grouped } from "../terminal/quantity.js";
import type { Pushback } from "./pushback.js";

/** A compression that is undone when a file is read. */
export type Compression = "gzip" | "zstd";

/** Endings of the names of compressed files, which the endings of their content precede. */
const endings: readonly (readonly [ending: string, compression: Compression])[] = [
  [".gz", "gzip"],
  [".zst", "zstd"],
];

/** Number of bytes at the start of an input that tell its compression. */
export const COMPRESSION_BYTES = 5;

/** Limits of reading compressed input. */
export interface ExpansionOptions {
  /** The largest size of the content, as a multiple of its compressed size; 64 MiB are always allowed. @defaultValue 1,100 */
  readonly maxExpansion?: number;
}

/** The default of `maxExpansion`. gzip cannot reach it; JSON seldom has more than 50. */
export const DEFAULT_EXPANSION = 1100;
/** Number of bytes to which any input may expand, so that the limit only affects large ones. */
const EXPANSION_ALLOWANCE = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** Memory that a zstd frame may ask for, as a power of two: 128 MiB, as in `zstd` itself. */
const MAX_WINDOW_LOG = 27;

/** Signature of gzip with the only method that exists, deflate. */
const GZIP = [0x1f, 0x8b, 0x08];
/** Flags of gzip that are reserved and must be 0. */
const GZIP_RESERVED = 0xe0;
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
/** A flag of a zstd frame that is reserved and must be 0. */
const ZSTD_RESERVED = 0x08;
/** Signature of a zstd frame without content, after its first byte, which is 0x50 to 0x5f. */
const ZSTD_SKIPPABLE = [0x2a, 0x4d, 0x18];

/**
 * Returns the compression that the first bytes of an input tell; undefined if it is not compressed.
 * No JSON, no transcript and no message of a known schema begins with such bytes.
 */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (startsWith(head, GZIP) && ((head[GZIP.length] ?? 0) & GZIP_RESERVED) === 0) {
    return "gzip";
  }
  if (startsWith(head, ZSTD) && ((head[ZSTD.length] ?? 0) & ZSTD_RESERVED) === 0) {
    return "zstd";
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, index) => bytes[at + index] === byte);
}

/** Returns the compression that the name of a file tells. */
export function compressionOfName(file: string): Compression | undefined {
  return endings.find(([ending]) => file.endsWith(ending))?.[1];
}

/** Returns the name of a file without the ending that tells its compression. */
export function nameOfContent(file: string): string {
  const [ending] = endings.find(([each]) => file.endsWith(each)) ?? [];
  return ending === undefined ? file : file.slice(0, -ending.length);
}

/**
 * Yields an input as it is, or expanded if its first bytes say that it is compressed. The memory
 * does not depend on its length.
 *
 * @throws {CommandFailure} if the compressed data is damaged or cut off, has other bytes after its
 * end, exceeds the limit, or Node does not know the compression.
 */
export async function* expanded(
  name: string,
  chunks: Pushback,
  options: ExpansionOptions = {},
): AsyncGenerator<Uint8Array, void> {
  try {
    const compression = compressionOf(await chunks.peek(COMPRESSION_BYTES));
    if (compression === undefined) {
      yield* chunks.rest();
    } else {
      yield* expand(name, compression, chunks, options);
    }
  } finally {
    await chunks.close();
  }
}

/** Expands all members of gzip data, or all frames of zstd data. */
async function* expand(
  name: string,
  compression: Compression,
  input: Pushback,
  { maxExpansion = DEFAULT_EXPANSION }: ExpansionOptions,
): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  do {
    const decompressor = createDecompressor(name, compression);
    const feeding = feed(decompressor, input);
    feeding.catch((error: unknown) => decompressor.destroy(asError(error)));
    try {
      for await (const chunk of decompressor) {
        size += chunk.length;
        if (size > EXPANSION_ALLOWANCE && size > maxExpansion * input.consumed) {
          throw new CommandFailure(
            `${name}: too_large: the ${compression} data expands to more than ${grouped(maxExpansion)} times its size; --max-expansion raises the limit`,
          );
        }
        yield chunk;
      }
    } catch (error) {
      throw explain(name, compression, error);
    }
    await feeding;
  } while (await hasMore(name, compression, input));
}

/** A stream of Node that expands data, until its end or the end of one member. */
interface Decompressor extends Transform {
  /** Number of bytes of the compressed data that were used. */
  readonly bytesWritten: number;
}

function createDecompressor(name: string, compression: Compression): Decompressor {
  if (compression === "gzip") {
    return zlib.createGunzip({ chunkSize: CHUNK_BYTES });
  }
  // Node before 22.15 has no zstd.
  const create: typeof zlib.createZstdDecompress | undefined = zlib.createZstdDecompress;
  if (create === undefined) {
    throw new CommandFailure(
      `${name}: is compressed with zstd, which Node ${process.versions.node} cannot read; use Node 22.15 or newer, or expand it first: zstd -d`,
    );
  }
  return create({
    chunkSize: CHUNK_BYTES,
    params: { [zlib.constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG },
  });
}

/** Passes chunks on until a member ends; returns the rest of the last chunk to the input. */
async function feed(decompressor: Decompressor, input: Pushback): Promise<void> {
  // The reader of the stream gets its errors; they may also come after its end.
  decompressor.on("error", () => {});
  const closed = new Promise<void>((resolve) => {
    decompressor.once("close", resolve);
  });
  for (;;) {
    const chunk = await input.next();
    if (decompressor.destroyed) {
      return;
    }
    if (chunk === undefined) {
      decompressor.end();
      return;
    }
    const before = decompressor.bytesWritten;
    const written = new Promise<void>((resolve) => {
      decompressor.write(chunk, () => resolve());
    });
    await Promise.race([written, closed]);
    const rest = chunk.subarray(decompressor.bytesWritten - before);
    if (rest.length > 0) {
      // The stream has ended, because the member ends within the chunk.
      input.unread(rest);
      return;
    }
  }
}

/** Returns whether another member follows. gzip data may be padded with zeros. */
async function hasMore(name: string, compression: Compression, input: Pushback): Promise<boolean> {
  if (compression === "gzip") {
    await skipZeros(input);
  }
  const head = await input.peek(COMPRESSION_BYTES);
  if (head.length === 0) {
    return false;
  }
  const isSkippable = compression === "zstd" && startsWith(head, ZSTD_SKIPPABLE, 1);
  if (compressionOf(head) !== compression && !isSkippable) {
    throw new CommandFailure(
      `${name}: has other bytes after the end of the ${compression} data, at offset ${input.consumed}`,
    );
  }
  return true;
}

async function skipZeros(input: Pushback): Promise<void> {
  for (let chunk = await input.next(); chunk !== undefined; chunk = await input.next()) {
    const start = chunk.findIndex((byte) => byte !== 0);
    if (start !== -1) {
      input.unread(chunk.subarray(start));
      return;
    }
  }
}

function explain(name: string, compression: Compression, error: unknown): unknown {
  const code = errorCode(error);
  if (code === "Z_BUF_ERROR") {
    return new CommandFailure(
      `${name}: the ${compression} data is cut off; copy or download it again`,
      { cause: error },
    );
  }
  return code !== undefined && /^(?:Z|ZSTD)_/i.test(code)
    ? new CommandFailure(
        `${name}: the ${compression} data is damaged (${asError(error).message}); copy or download it again`,
        { cause: error },
      )
    : error;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
