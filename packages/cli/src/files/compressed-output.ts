import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { CommandFailure } from "../failure.js";
import { type Compression, compressionOfName } from "./compression.js";

/** A destination that is completed or discarded. */
interface Destination {
  readonly file?: string;
  write(bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Creates a compressor for a file whose name ends in `.gz` or `.zst`; returns undefined for others.
 *
 * @throws {CommandFailure} if Node does not know the compression.
 */
export function compressorByName(file: string): Transform | undefined {
  const compression = compressionOfName(file);
  return compression && createCompressor(file, compression);
}

function createCompressor(file: string, compression: Compression): Transform {
  if (compression === "gzip") {
    return zlib.createGzip();
  }
  // Node before 22.15 has no zstd.
  const create: typeof zlib.createZstdCompress | undefined = zlib.createZstdCompress;
  if (create === undefined) {
    throw new CommandFailure(
      `${file}: Node ${process.versions.node} cannot write zstd; use Node 22.15 or newer, or a name that ends in .gz`,
    );
  }
  return create();
}

/** Returns a destination that compresses what it is given, and passes it on. */
export function compressing(output: Destination, compressor: Transform): Destination {
  const writing = writeAll(compressor, output);
  // The error is reported by the write that waits for it, or by the commit.
  writing.catch(() => {});
  return {
    ...(output.file !== undefined && { file: output.file }),
    async write(bytes) {
      const accepted = new Promise<void>((resolve) => {
        compressor.write(bytes, () => resolve());
      });
      await Promise.race([accepted, writing]);
    },
    async commit() {
      compressor.end();
      await writing;
      await output.commit();
    },
    async discard() {
      compressor.destroy();
      await output.discard();
    },
  };
}

async function writeAll(compressor: Transform, output: Destination): Promise<void> {
  for await (const chunk of compressor) {
    await output.write(chunk);
  }
}
