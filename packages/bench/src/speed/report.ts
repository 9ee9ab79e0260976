import type { ConversionRow } from "./conversion.js";
import type { Timing } from "./measure.js";

/** The conversion rows as a table for a terminal. */
export function formatConversion(rows: readonly ConversionRow[]): string {
  const lines = rows.map(({ fixture, fromOpenAI, fromJson, toOpenAI, toJson }) => [
    fixture,
    formatTiming(fromOpenAI),
    formatTiming(fromJson),
    formatRatio(fromJson, fromOpenAI),
    formatTiming(toOpenAI),
    formatTiming(toJson),
    formatRatio(toJson, toOpenAI),
    formatRatio(sum(fromJson, toJson), sum(fromOpenAI, toOpenAI)),
  ]);
  const header = ["µs", "fromOpenAI", "fromJson", "×", "toOpenAI", "toJson", "×", "both ×"];
  return alignColumns([header, ...lines]);
}

/** Text in columns: the first to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function sum(a: Timing, b: Timing): { readonly median: number } {
  return { median: a.median + b.median };
}

/** A median with half the distance of its quartiles. */
export function formatTiming({ median, lowerQuartile, upperQuartile }: Timing): string {
  return `${median.toFixed(2)} ±${((upperQuartile - lowerQuartile) / 2).toFixed(2)}`;
}

/** How many times as fast as a peer something is. */
export function formatRatio(
  peer: { readonly median: number },
  ours: { readonly median: number },
): string {
  return (peer.median / ours.median).toFixed(2);
}
