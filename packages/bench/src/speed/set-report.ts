import { at } from "./blocks.js";
import { formatRatio, formatTable, formatTime, meanRatio, type Ratio, ratioOf } from "./format.js";
import type { SetRow } from "./transcoding.js";

/** The ratios of a peer over all sets. */
export interface RatioSummary {
  readonly name: string;
  /** By set. */
  readonly ratios: readonly Ratio[];
  /** The geometric mean of all sets. */
  readonly mean: Ratio;
  readonly worst: Ratio & { readonly set: string };
}

/**
 * Returns the geometric mean of each peer's ratios, and its set with the lowest ratio. The last ones
 * are those of the first peer to our form with a buffer of the caller, if that was measured.
 */
export function summarizeSets(rows: readonly SetRow[]): readonly RatioSummary[] {
  const peers = (rows[0]?.timings ?? []).slice(1);
  const summaries = peers.map(({ name }, peer) =>
    summarize(
      name,
      rows.map(({ set, timings }) => ({
        set,
        ...ratioOf(at(timings, peer + 1), at(timings, 0)),
      })),
    ),
  );
  const into = rows.flatMap(({ set, timings, into }) =>
    into === undefined ? [] : [{ set, ...ratioOf(at(timings, 1), into) }],
  );
  return into.length === 0
    ? summaries
    : [...summaries, summarize(`into: ${at(peers, 0).name}`, into)];
}

function summarize(name: string, ratios: readonly RatioSummary["worst"][]): RatioSummary {
  const worst = ratios.reduce((worst, each) => (each.least < worst.least ? each : worst));
  return { name, ratios, mean: meanRatio(ratios), worst };
}

/**
 * One direction of the transcoder: for each set our time, and how many times as long each peer takes.
 * The figures are those of the least times, with those of the medians in brackets.
 */
export function formatSets(rows: readonly SetRow[]): string {
  const summaries = summarizeSets(rows);
  const table = formatTable([
    ["", "documents", "bytes", "ours, µs", ...summaries.map(({ name }) => name)],
    ...rows.map(({ set, documents, size, timings }, index) => [
      set,
      documents.toLocaleString("en"),
      Math.round(size).toLocaleString("en"),
      formatTime(at(timings, 0)),
      ...summaries.map(({ ratios }) => formatRatio(at(ratios, index))),
    ]),
    ["**geometric mean**", "", "", "", ...summaries.map(({ mean }) => bold(formatRatio(mean)))],
    ["**worst set**", "", "", "", ...summaries.map(({ worst }) => bold(formatRatio(worst)))],
  ]);
  const worst = summaries.map(({ name, worst: { set } }) => `${name}: ${set}`);
  return `${table}\n\nThe worst sets are, for ${worst.join("; ")}.`;
}

function bold(text: string): string {
  return `**${text}**`;
}
