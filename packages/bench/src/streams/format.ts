import type { Transform } from "node:stream";
import { constants, createGzip, createZstdCompress } from "node:zlib";
import type { DescMessage } from "@bufbuild/protobuf";
import { StreamReader, StreamWriter } from "@stepwire/wire";
import { BlockCompressor, type StreamEncoding } from "@stepwire/wire/compressed";
import { levels } from "../sizes/measure.js";
import type { MeasuredEvent } from "./measure.js";

/** Bytes of streams on the way between services, flushed after each event. */
export interface FormatSizes {
  readonly format: number;
  /** With Z_PARTIAL_FLUSH, as our writer flushes. */
  readonly sseGzip: number;
  readonly formatGzip: number;
  /** With Z_SYNC_FLUSH. */
  readonly sseGzipSync: number;
  readonly formatGzipSync: number;
  readonly sseZstd: number;
  readonly formatZstd: number;
}

/**
 * Measures a stream in the stream format and as server-sent events, in one context of each
 * compression.
 *
 * @throws {Error} if an event does not come back byte by byte.
 */
export async function measureFormat(
  schema: DescMessage,
  events: readonly MeasuredEvent[],
): Promise<FormatSizes> {
  const writer = new StreamWriter(schema);
  const blocks = events.map(({ binary }, index) => {
    const block = writer.write([binary]);
    return index === events.length - 1 ? Buffer.concat([block, writer.end()]) : block;
  });
  checkEqual(blocks, events);
  const sse = events.map((event) => event.sse);
  const zstd = { params: { [constants.ZSTD_c_compressionLevel]: levels.zstd } };
  const gzip = { level: levels.gzip };
  return {
    format: blocks.reduce((sum, { length }) => sum + length, 0),
    sseGzip: await flushed(createGzip(gzip), sse, constants.Z_PARTIAL_FLUSH),
    formatGzip: await compressed(blocks, "gzip"),
    sseGzipSync: await flushed(createGzip(gzip), sse, constants.Z_SYNC_FLUSH),
    formatGzipSync: await flushed(createGzip(gzip), blocks, constants.Z_SYNC_FLUSH),
    sseZstd: await flushed(createZstdCompress(zstd), sse, constants.ZSTD_e_flush),
    formatZstd: await compressed(blocks, "zstd"),
  };
}

/** Returns the sums of the sizes of several streams. */
export function addSizes(streams: readonly FormatSizes[]): FormatSizes {
  const sum = (part: keyof FormatSizes): number =>
    streams.reduce((total, stream) => total + stream[part], 0);
  return {
    format: sum("format"),
    sseGzip: sum("sseGzip"),
    formatGzip: sum("formatGzip"),
    sseGzipSync: sum("sseGzipSync"),
    formatGzipSync: sum("formatGzipSync"),
    sseZstd: sum("sseZstd"),
    formatZstd: sum("formatZstd"),
  };
}

function checkEqual(blocks: readonly Uint8Array[], events: readonly MeasuredEvent[]): void {
  const reader = new StreamReader();
  let count = 0;
  for (const block of blocks) {
    reader.push(block);
    for (const { number, bytes } of reader.nextBlock()) {
      if (number !== ++count || !Buffer.from(bytes).equals(events[count - 1]?.binary ?? bytes)) {
        throw new Error(`event ${count} does not come back equal from the stream format`);
      }
    }
  }
  reader.finish();
  if (count !== events.length) {
    throw new Error(`${events.length - count} events are lost in the stream format`);
  }
}

/** Returns the size of blocks that our writer compresses. */
async function compressed(
  blocks: readonly Uint8Array[],
  encoding: StreamEncoding,
): Promise<number> {
  const compressor = new BlockCompressor(encoding);
  let size = 0;
  for (const [index, block] of blocks.entries()) {
    const isLast = index === blocks.length - 1;
    const part = await (isLast ? compressor.end(block) : compressor.compress(block));
    size += part.length;
  }
  return size;
}

/** Returns the size of parts that are compressed in one context and flushed after each. */
async function flushed(
  stream: Transform & { flush(kind: number, callback: () => void): void },
  parts: readonly Uint8Array[],
  kind: number,
): Promise<number> {
  let size = 0;
  stream.on("data", (part: Uint8Array) => {
    size += part.length;
  });
  for (const [index, part] of parts.entries()) {
    stream.write(part);
    if (index < parts.length - 1) {
      await new Promise<void>((resolve) => stream.flush(kind, resolve));
    }
  }
  await new Promise<void>((resolve) => stream.once("end", resolve).end());
  return size;
}
