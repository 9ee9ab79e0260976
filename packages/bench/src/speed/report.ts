import type { ConversionRow } from "./conversion.js";
import type { GrowthRow } from "./growth.js";
import { nativePeer } from "./language-programs.js";
import type { LanguageResult, LanguagesResult } from "./languages.js";
import type { LoadResult } from "./load.js";
import type { Timing } from "./measure.js";
import { median } from "./median.js";
import type { PackRow } from "./pack.js";

/** A table in Markdown: the first column to the left, the others to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const pad = (row: readonly string[]): string =>
    line(
      row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      ),
    );
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const [header = [], ...body] = rows;
  return [pad(header), line(rule), ...body.map(pad)].join("\n");
}

/** Formats the table of object conversion, compared with protobuf-es. */
export function formatConversion(rows: readonly ConversionRow[]): string {
  const ratio = (peer: Timing, ours: Timing): string => formatRatio(peer.median / ours.median);
  return formatTable([
    ["", "`fromOpenAI`, µs", "`fromJson`", "`toOpenAI`, µs", "`toJson`", "both"],
    ...rows.map(({ fixture, fromOpenAI, fromJson, toOpenAI, toJson }) => [
      fixture,
      formatTiming(fromOpenAI),
      ratio(fromJson, fromOpenAI),
      formatTiming(toOpenAI),
      ratio(toJson, toOpenAI),
      formatRatio((fromJson.median + toJson.median) / (fromOpenAI.median + toOpenAI.median)),
    ]),
  ]);
}

/** Time per byte over the size of the input. */
export function formatGrowth(rows: readonly GrowthRow[]): string {
  return formatTable([
    ["", "JSON to binary, ns a byte", "binary to JSON, ns a byte"],
    ...rows.map(({ input, toBinary, toJson }) => [input, toBinary.toFixed(2), toJson.toFixed(2)]),
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
  ]);
}

/** In each language our time, and how many times as long each peer takes there. */
export function formatLanguages({ languages, missing }: LanguagesResult): string {
  const fixtures = (languages[0]?.rows ?? []).map(({ fixture }) => fixture);
  const table = formatTable([
    ["", ...fixtures, "median"],
    ...languages.flatMap((result) => formatLanguage(result)),
  ]);
  const versions = languages.map((result) => result.versions).join("; ");
  const absent = missing.map((language) => `${language} is not installed here, and left out.`);
  return [table, compareWithNative(languages), [`${versions}.`, ...absent].join(" ")]
    .filter((part) => part !== "")
    .join("\n\n");
}

function formatLanguage({ language, rows }: LanguageResult): readonly (readonly string[])[] {
  const ours = rows.map(({ timings: [first] }) => (first ? formatTiming(first) : ""));
  const peers = new Set(rows.flatMap(({ timings }) => timings.slice(1).map(({ name }) => name)));
  return [
    [`**${language}**, ours, µs`, ...ours, ""],
    ...[...peers].map((peer) => {
      const ratios = rows.map(({ timings }) => {
        const time = timings.find(({ name }) => name === peer)?.median;
        return time === undefined ? undefined : time / (timings[0]?.median ?? Number.NaN);
      });
      const known = ratios.filter((ratio) => ratio !== undefined);
      return [
        peer,
        ...ratios.map((ratio) => (ratio === undefined ? "–" : formatRatio(ratio))),
        `**${formatRatio(median(known))}**`,
      ];
    }),
  ];
}

/** Compares the transcoder in Node (WebAssembly) with Rust without Stepwire (machine code). */
function compareWithNative(languages: readonly LanguageResult[]): string {
  const rowsOf = (name: string) => languages.find(({ language }) => language === name)?.rows ?? [];
  const node = rowsOf("Node");
  const ratios = rowsOf("Rust").flatMap(({ fixture, timings }) => {
    const native = timings.find(({ name }) => name === nativePeer)?.median;
    const ours = node.find((row) => row.fixture === fixture)?.timings[0]?.median;
    return native === undefined || ours === undefined ? [] : [native / ours];
  });
  return ratios.length === 0
    ? ""
    : `Beside Node's transcoder, ${nativePeer} in Rust takes ${formatRatio(Math.min(...ratios))} to ` +
        `${formatRatio(Math.max(...ratios))}, in the median of ${ratios.length} documents ` +
        `${formatRatio(median(ratios))}.`;
}

/** A large file made small. */
export function formatPack(rows: readonly PackRow[]): string {
  return formatTable([
    ["", "MB of JSON a second", "of the size", "peak memory, MB"],
    ...rows.map(({ name, speed, ratio, memory }) => [
      name,
      speed.toFixed(0),
      `${(ratio * 100).toFixed(1)} %`,
      memory.toFixed(0),
    ]),
  ]);
}

/** A median with half the distance of its quartiles. */
function formatTiming({ median: middle, lowerQuartile, upperQuartile }: Timing): string {
  const digits = middle < 10 ? 2 : 1;
  return `${middle.toFixed(digits)} ± ${((upperQuartile - lowerQuartile) / 2).toFixed(digits)}`;
}

function formatRatio(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×`;
}
