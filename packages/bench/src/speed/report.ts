import type { SetTiming } from "./blocks.js";
import type { ConversionRow } from "./conversion.js";
import { formatRatio, formatTable, formatTime, ratioOf } from "./format.js";
import type { AdversarialRow, GrowthRow } from "./growth.js";
import type { LoadResult } from "./load.js";
import type { PackRow } from "./pack.js";

/** Formats the table of object conversion, compared with protobuf-es. */
export function formatConversion(rows: readonly ConversionRow[]): string {
  const ratio = (peer: SetTiming, ours: SetTiming): string => formatRatio(ratioOf(peer, ours));
  return formatTable([
    ["", "`fromOpenAI`, µs", "`fromJson`", "`toOpenAI`, µs", "`toJson`", "both"],
    ...rows.map(({ set, fromOpenAI, fromJson, toOpenAI, toJson }) => [
      set,
      formatTime(fromOpenAI),
      ratio(fromJson, fromOpenAI),
      formatTime(toOpenAI),
      ratio(toJson, toOpenAI),
      formatRatio({
        least: (fromJson.least + toJson.least) / (fromOpenAI.least + toOpenAI.least),
        median: (fromJson.median + toJson.median) / (fromOpenAI.median + toOpenAI.median),
      }),
    ]),
  ]);
}

/** Time per byte over the size of the input. */
export function formatGrowth(rows: readonly GrowthRow[]): string {
  return formatTable([
    ["ns a byte of JSON", "to binary", "into a buffer", "to JSON", "into a buffer"],
    ...rows.map(({ input, toBinary, toBinaryInto, toJson, toJsonInto }) => [
      input,
      ...[toBinary, toBinaryInto, toJson, toJsonInto].map((time) => time.toFixed(2)),
    ]),
  ]);
}

/** Time per byte of adversarial documents over the number of their parts. */
export function formatAdversarial(rows: readonly AdversarialRow[]): string {
  const parts = rows[0]?.parts ?? [];
  return formatTable([
    ["ns a byte", ...parts.map((count) => count.toLocaleString("en"))],
    ...rows.flatMap(({ shape, toBinary, toJson }) => [
      [`${shape}, to binary`, ...toBinary.map((time) => time.toFixed(2))],
      [`${shape}, to JSON`, ...toJson.map((time) => time.toFixed(2))],
    ]),
  ]);
}

/** What it takes until the first document is converted. */
export function formatLoad(load: LoadResult): string {
  const milliseconds = (time: number): string => `${time.toFixed(1)} ms`;
  return formatTable([
    ["", ""],
    ["kernel", `${load.kernelBytes.toLocaleString("en")} bytes`],
    ["kernel, gzip", `${load.kernelGzipBytes.toLocaleString("en")} bytes`],
    ["import of core and transcode", milliseconds(load.importPackages)],
    ["`createTranscoder`: compiles kernel and table", milliseconds(load.createTranscoder)],
    ["first document", milliseconds(load.firstDocument)],
    ["`stepwire --help`, the whole process", milliseconds(load.help)],
  ]);
}

/** A large file made small. */
export function formatPack(rows: readonly PackRow[]): string {
  return formatTable([
    ["", "MB of JSON a second", "of the size", "peak memory, MB"],
    ...rows.map(({ name, speed, ratio, memory }) => [
      name,
      speed.toFixed(0),
      ratio === undefined ? "–" : `${(ratio * 100).toFixed(1)} %`,
      memory.toFixed(0),
    ]),
  ]);
}
