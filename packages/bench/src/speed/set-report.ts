import type { SetTiming } from "./blocks.js";
import { formatTable } from "./report.js";
import type { SetRow, SetsResult } from "./transcoding.js";

/** How many times as long a peer takes as ours. */
export interface Ratio {
  /** By the least times. */
  readonly least: number;
  /** By the medians. */
  readonly median: number;
}

/** The ratios of a peer over all sets. */
export interface RatioSummary {
  readonly name: string;
  readonly mean: Ratio;
  readonly worst: Ratio & { readonly set: string };
}

/** The geometric means of the ratios of each peer, and its set with the lowest ratio. */
export function summarizeSets(rows: readonly SetRow[]): readonly RatioSummary[] {
  const names = (rows[0]?.timings ?? []).slice(1).map(({ name }) => name);
  return names.map((name, peer) => {
    const ratios = rows.map((row) => ({ set: row.set, ...ratioOf(row, peer + 1) }));
    return {
      name,
      mean: {
        least: geometricMean(ratios.map(({ least }) => least)),
        median: geometricMean(ratios.map(({ median }) => median)),
      },
      worst: ratios.reduce((worst, each) => (each.least < worst.least ? each : worst)),
    };
  });
}

function ratioOf({ timings }: SetRow, peer: number): Ratio {
  const [ours, theirs] = [timings[0], timings[peer]];
  const ratio = (time: (timing: SetTiming) => number): number =>
    ours === undefined || theirs === undefined ? Number.NaN : time(theirs) / time(ours);
  return { least: ratio(({ least }) => least), median: ratio(({ median }) => median) };
}

/** Returns the n-th root of the product of n values. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * One direction of the transcoder: for each set our time, and how many times as long each peer takes.
 * Every figure is that of the least times, with that of the medians behind it.
 */
export function formatSets(rows: readonly SetRow[]): string {
  const summaries = summarizeSets(rows);
  return formatTable([
    ["", "documents", "bytes", "ours, µs", ...summaries.map(({ name }) => name)],
    ...rows.map((row) => [
      row.set,
      row.documents.toLocaleString("en"),
      Math.round(row.size).toLocaleString("en"),
      formatTime(row.timings[0]),
      ...summaries.map((_, peer) => formatRatio(ratioOf(row, peer + 1))),
    ]),
    ["**geometric mean**", "", "", "", ...summaries.map(({ mean }) => bold(formatRatio(mean)))],
    [
      "**worst set**",
      "",
      "",
      "",
      ...summaries.map(({ worst }) => `**${formatRatio(worst)}**, ${worst.set}`),
    ],
  ]);
}

function formatTime(timing: SetTiming | undefined): string {
  return timing === undefined ? "" : `${digits(timing.least)} (${digits(timing.median)})`;
}

function formatRatio({ least, median }: Ratio): string {
  return `${digits(least)} × (${digits(median)})`;
}

function bold(text: string): string {
  return `**${text}**`;
}

function digits(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

/** The sets in the README; the others are in docs/benchmarks.md. */
const shortSets: readonly string[] = [
  "steps, wire order",
  "steps, spec order",
  "step deltas, wire order",
  "lists of steps, wire order",
  "chat chunks",
  "chat completions",
];

/** Both directions for a few sets, with the geometric mean and the worst of all sets. */
export function formatShort({ toBinary, toJson }: SetsResult): string {
  const [toBinarySummary] = summarizeSets(toBinary);
  const [toJsonSummary] = summarizeSets(toJson);
  const cells = (rows: readonly SetRow[], set: string): readonly string[] => {
    const row = rows.find((each) => each.set === set);
    return row === undefined
      ? ["", ""]
      : [formatTime(row.timings[0]), formatRatio(ratioOf(row, 1))];
  };
  const worst = (summary: RatioSummary | undefined): string =>
    summary === undefined ? "" : `**${formatRatio(summary.worst)}**`;
  const mean = (summary: RatioSummary | undefined): string =>
    summary === undefined ? "" : bold(formatRatio(summary.mean));
  return formatTable([
    ["", "to binary, µs", toBinarySummary?.name ?? "", "to JSON, µs", toJsonSummary?.name ?? ""],
    ...shortSets
      .filter((set) => toBinary.some((row) => row.set === set))
      .map((set) => [set, ...cells(toBinary, set), ...cells(toJson, set)]),
    ["**geometric mean of all sets**", "", mean(toBinarySummary), "", mean(toJsonSummary)],
    ["**worst set**", "", worst(toBinarySummary), "", worst(toJsonSummary)],
  ]);
}
