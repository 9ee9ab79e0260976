export { zstdCodec } from "./archive/zstd-codec.js";
export {
  type CompressionOptions,
  type EventBlock,
  readCompressedStream,
  writeCompressedStream,
} from "./stream/compressed-stream.js";
export { BlockCompressor, type StreamEncoding } from "./stream/compression.js";
