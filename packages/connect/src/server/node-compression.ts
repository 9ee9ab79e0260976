import { compressionGzip } from "@connectrpc/connect-node";
import { BlockCompressor } from "@stepwire/wire/compressed";
import type { AnswerCompression } from "./compression.js";

/** Compresses with `node:zlib`: messages with gzip, and streams in the stream format also with zstd. */
export const nodeCompression: AnswerCompression = {
  messages: [compressionGzip],
  stream: (encoding) => new BlockCompressor(encoding),
};
