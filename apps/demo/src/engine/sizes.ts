import { annotate } from "@stepwire/core";
import type { Sizes } from "../model/conversion.js";
import type { KeptConversion } from "./convert.js";
import type { Converted, Report } from "./converted.js";

/** Beyond this, the strings are counted in the first messages alone. */
const MOST_COUNTED_BYTES = 8 * 1024 * 1024;

/** Measures what was converted, as it is and compressed. */
export async function measureSizes(
  { json, converted }: KeptConversion,
  report: Report,
): Promise<Sizes> {
  const { binary } = converted;
  const total = 5;
  const stage = (done: number): void => report({ stage: "Compressing", done, total });
  stage(0);
  const jsonGzip = await gzipSize(json);
  stage(1);
  const binaryGzip = await gzipSize(binary);
  stage(2);
  // Only this tab needs it, so that it is not loaded before.
  const { zstdSize } = await import("./zstd.js");
  const jsonZstd = await zstdSize(json);
  stage(3);
  const binaryZstd = await zstdSize(binary);
  stage(4);
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

async function gzipSize(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  const reader = compressed.getReader();
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
  }
  return size;
}

/** What the strings weigh; of a large binary, what the first ones make likely. */
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
