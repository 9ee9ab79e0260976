import { annotate } from "@stepwire/wire";
import type { Sizes } from "../model/conversion.js";
import type { KeptConversion } from "./convert.js";
import type { Converted, Report } from "./converted.js";

/** Beyond this, the strings are counted in the first messages alone. */
const MOST_COUNTED_BYTES = 1024 * 1024;

/** How much is compressed between two reports of progress. */
const PART_BYTES = 1 << 18;

/** Measures what was converted, as it is and compressed. */
export async function measureSizes(
  { json, converted }: KeptConversion,
  report: Report,
): Promise<Sizes> {
  const { binary } = converted;
  const total = 2 * (json.length + binary.length);
  let before = 0;
  const gzip = async (bytes: Uint8Array<ArrayBuffer>): Promise<number> => {
    const size = await gzipSize(bytes, (done) => {
      report({ stage: "Compressing with gzip", done: before + done, total });
    });
    before += bytes.length;
    return size;
  };
  const jsonGzip = await gzip(json);
  const binaryGzip = await gzip(binary);
  // Only this tab needs it, so that it is not loaded before.
  const { zstdSize } = await import("./zstd.js");
  const zstd = async (bytes: Uint8Array<ArrayBuffer>): Promise<number> => {
    report({ stage: "Compressing with zstd", done: before, total });
    const size = await zstdSize(bytes);
    before += bytes.length;
    // Compression blocks the worker, so it handles waiting messages between two steps.
    await new Promise((resolve) => setTimeout(resolve, 0));
    return size;
  };
  const jsonZstd = await zstd(json);
  const binaryZstd = await zstd(binary);
  report({ stage: "Counting the strings", done: total, total });
  return {
    json: json.length,
    binary: binary.length,
    jsonGzip,
    binaryGzip,
    jsonZstd,
    binaryZstd,
    strings: stringBytes(converted),
  };
}

async function gzipSize(
  bytes: Uint8Array<ArrayBuffer>,
  onProgress: (done: number) => void,
): Promise<number> {
  let done = 0;
  const parts = new ReadableStream<BufferSource>({
    pull: (controller) => {
      onProgress(done);
      if (done === bytes.length) {
        controller.close();
        return;
      }
      const part = bytes.subarray(done, done + PART_BYTES);
      done += part.length;
      controller.enqueue(part);
    },
  });
  const reader = parts.pipeThrough(new CompressionStream("gzip")).getReader();
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
  }
  return size;
}

/** Returns the size of the strings; for a large binary, an estimate from its first messages. */
function stringBytes({ schema, binary, spans }: Converted): number {
  let strings = 0;
  let counted = 0;
  for (const { start, end } of spans) {
    const stop = Math.min(end, start + MOST_COUNTED_BYTES - counted);
    if (stop <= start) {
      break;
    }
    for (const { content, value } of annotate(schema, binary.subarray(start, stop)).annotations) {
      strings += content.kind === "string" ? value.end - value.start : 0;
    }
    counted += stop - start;
  }
  const whole = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  return counted === 0 ? 0 : Math.round((strings * whole) / counted);
}
