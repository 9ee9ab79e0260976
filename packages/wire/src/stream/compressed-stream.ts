import type { DescMessage } from "@bufbuild/protobuf";
import { BlockCompressor, decompress, type StreamEncoding } from "./compression.js";
import { StreamFormatError } from "./error.js";
import { readBlocks } from "./read-stream.js";
import { type NumberedEvent, StreamReader, type StreamReadOptions } from "./reader.js";
import { type StreamWriteOptions, StreamWriter } from "./writer.js";

/** How a stream is compressed. */
export interface CompressionOptions {
  /** @defaultValue "identity" */
  readonly encoding?: StreamEncoding | undefined;
}

/** Events that are written together. */
export interface EventBlock {
  /** The event messages, in binary. */
  readonly events: readonly Uint8Array[];
  /** Number of the first of them. Default: one more than the last number. */
  readonly firstNumber?: number | undefined;
}

/**
 * Writes blocks of events as a stream, which may be compressed. Yields the bytes of each block as soon
 * as the block is there. If the source fails, the stream has no end mark.
 */
export async function* writeCompressedStream(
  schema: DescMessage,
  blocks: AsyncIterable<EventBlock>,
  { encoding = "identity", ...options }: StreamWriteOptions & CompressionOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const writer = new StreamWriter(schema, options);
  const compressor = new BlockCompressor(encoding);
  try {
    for await (const { events, firstNumber } of blocks) {
      yield await compressor.compress(writer.write(events, firstNumber));
    }
    yield await compressor.end(writer.end());
  } finally {
    compressor.close();
  }
}

/**
 * Reads a stream that may be compressed. Yields the events that have arrived together, in blocks.
 * Leaving the loop cancels the source.
 *
 * @param chunks The stream in chunks of any size.
 * @throws {StreamFormatError} after the last event, if the stream is malformed or exceeds a limit.
 * @throws {StreamFailure} after the last event, if the writer reported a failure.
 */
export async function* readCompressedStream(
  chunks: AsyncIterable<Uint8Array>,
  { encoding = "identity", ...options }: StreamReadOptions & CompressionOptions = {},
): AsyncGenerator<readonly NumberedEvent[], void> {
  const reader = new StreamReader(options);
  try {
    for await (const { bytes, read } of decompress(chunks, encoding)) {
      reader.push(bytes, read);
      yield* readBlocks(reader);
    }
  } catch (reason) {
    const problem = compressionProblem(reason);
    if (problem === undefined) {
      throw reason;
    }
    if (problem === MALFORMED) {
      const place = { offset: reader.offset, event: reader.nextNumber };
      throw new StreamFormatError(
        "malformed_compression",
        place,
        `${encoding} data`,
        "malformed data",
        { cause: reason },
      );
    }
  }
  reader.finish();
}

const MALFORMED = "malformed";
const CUT_OFF = "cut off";

/** Returns what is wrong with compressed data; undefined for other errors. */
function compressionProblem(reason: unknown): typeof MALFORMED | typeof CUT_OFF | undefined {
  if (!(reason instanceof Error && "code" in reason && typeof reason.code === "string")) {
    return undefined;
  }
  if (reason.code === "Z_BUF_ERROR") {
    return CUT_OFF;
  }
  return /^(Z|ZSTD)_/.test(reason.code) ? MALFORMED : undefined;
}
