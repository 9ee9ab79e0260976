import { pipeline, Readable, type Transform } from "node:stream";
import zlib from "node:zlib";

const { constants } = zlib;

/**
 * How a stream is compressed: the names of HTTP's `Content-Encoding`. `zstd` needs Node.js 22.15 or
 * newer.
 */
export type StreamEncoding = "identity" | "gzip" | "zstd";

/** A compression of zlib. */
interface Compression {
  readonly create: () => Transform & Flushing;
  readonly decompress: () => Transform;
  /** The kind of flush after which everything so far can be decompressed. */
  readonly flush: number;
}

interface Flushing {
  flush(kind: number, callback: () => void): void;
}

/**
 * The window is 128 KiB. A larger one costs memory for each stream and saves nothing, because nearly
 * all that repeats was left out.
 */
const ZSTD_WINDOW_LOG = 17;
/** The largest window that is read. It bounds the memory of the decompressor to 8 MiB. */
const ZSTD_MAXIMUM_WINDOW_LOG = 23;

const compressions: Readonly<Record<Exclude<StreamEncoding, "identity">, Compression>> = {
  gzip: {
    create: () => zlib.createGzip(),
    decompress: () => zlib.createGunzip(),
    // Takes 2 bytes; Z_SYNC_FLUSH takes 5. zlib returns all data after both. A decompressor that waits
    // for Z_SYNC_FLUSH, such as Go's compress/gzip, is not enough for a reader.
    flush: constants.Z_PARTIAL_FLUSH,
  },
  zstd: {
    create: () =>
      zlib.createZstdCompress({
        params: {
          [constants.ZSTD_c_compressionLevel]: 3,
          [constants.ZSTD_c_windowLog]: ZSTD_WINDOW_LOG,
        },
      }),
    decompress: () =>
      zlib.createZstdDecompress({
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_MAXIMUM_WINDOW_LOG },
      }),
    flush: constants.ZSTD_e_flush,
  },
};

const CLOSED = "the compressor was closed";

/**
 * Compresses the blocks of a stream in one context. After each block, everything so far can be
 * decompressed. Call `close` if the stream is abandoned, which frees the memory of the context.
 */
export class BlockCompressor {
  readonly #stream: (Transform & Flushing) | undefined;
  readonly #flush: number;
  #parts: Uint8Array[] = [];
  #reject: ((reason: Error) => void) | undefined;

  constructor(encoding: StreamEncoding) {
    const compression = encoding === "identity" ? undefined : compressions[encoding];
    this.#flush = compression?.flush ?? 0;
    this.#stream = compression?.create();
    this.#stream?.on("data", (part: Uint8Array) => this.#parts.push(part));
    this.#stream?.on("error", (reason: Error) => this.#reject?.(reason));
    this.#stream?.on("close", () => this.#reject?.(new Error(CLOSED)));
  }

  /** Compresses a block. The next call must wait until the result is there. */
  async compress(block: Uint8Array): Promise<Uint8Array> {
    const stream = this.#stream;
    if (stream === undefined) {
      return block;
    }
    return await this.#run(stream, (done) => {
      stream.write(block);
      stream.flush(this.#flush, done);
    });
  }

  /** Compresses the last block, and ends the compression. */
  async end(block: Uint8Array): Promise<Uint8Array> {
    const stream = this.#stream;
    if (stream === undefined) {
      return block;
    }
    return await this.#run(stream, (done) => {
      stream.once("end", done);
      stream.end(block);
    });
  }

  close(): void {
    this.#stream?.destroy();
  }

  #run(stream: Transform, start: (done: () => void) => void): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (stream.destroyed || stream.writableEnded) {
        // No callback would be called.
        reject(new Error(CLOSED));
        return;
      }
      this.#reject = reject;
      start(() => {
        this.#reject = undefined;
        const parts = this.#parts;
        this.#parts = [];
        resolve(Buffer.concat(parts));
      });
    });
  }
}

/** A chunk of a stream, and the number of bytes of the input that were read for it. */
export interface DecompressedChunk {
  readonly bytes: Uint8Array;
  readonly read: number;
}

/** Decompresses a stream. Everything is yielded as soon as it can be decompressed. */
export async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  encoding: StreamEncoding,
): AsyncGenerator<DecompressedChunk, void> {
  if (encoding === "identity") {
    for await (const bytes of chunks) {
      yield { bytes, read: bytes.length };
    }
    return;
  }
  let read = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      read += chunk.length;
      yield chunk;
    }
  };
  const stream = compressions[encoding].decompress();
  // Errors of the source reach the loop below through the stream.
  pipeline(Readable.from(counted()), stream, () => {});
  for await (const bytes of stream) {
    const readNow = read;
    read = 0;
    yield { bytes, read: readNow };
  }
}
