import type { Compression } from "@connectrpc/connect/protocol";
import type { StreamEncoding } from "@stepwire/wire/compressed";

/** Compresses the blocks of one stream, in one context. */
export interface StreamCompressor {
  /**
   * Compresses a block. Everything so far can be decompressed with the result. The next call must wait
   * for it.
   */
  compress(block: Uint8Array): Promise<Uint8Array>;
  /** Compresses the last block, and ends the compression. */
  end(block: Uint8Array): Promise<Uint8Array>;
  /** Releases the context, even in the middle of a stream. */
  close(): void;
}

/** Compresses the answers of a server. `nodeCompression` of `@stepwire/connect` needs `node:zlib`. */
export interface AnswerCompression {
  /** For the messages of Connect, gRPC and gRPC-web. */
  readonly messages: readonly Compression[];
  /** Creates the compressor of a stream in the stream format. */
  stream(encoding: Exclude<StreamEncoding, "identity">): StreamCompressor;
}

/** Passes on the blocks of a stream as they are. */
export const uncompressed: StreamCompressor = {
  compress: (block) => Promise.resolve(block),
  end: (block) => Promise.resolve(block),
  close: () => {},
};
