import type { SetTiming } from "./blocks.js";

/** How many times as long a peer takes as ours. */
export interface Ratio {
  /** By the least times. */
  readonly least: number;
  /** By the medians. */
  readonly median: number;
}

/** Returns how many times as long a peer takes. */
export function ratioOf(peer: SetTiming, ours: SetTiming): Ratio {
  return { least: peer.least / ours.least, median: peer.median / ours.median };
}

/** The geometric means of ratios. */
export function meanRatio(ratios: readonly Ratio[]): Ratio {
  return {
    least: geometricMean(ratios.map(({ least }) => least)),
    median: geometricMean(ratios.map(({ median }) => median)),
  };
}

/** Returns the n-th root of the product of n values. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** A least time, and the median in brackets. */
export function formatTime({ least, median }: SetTiming): string {
  return `${digits(least)} (${digits(median)})`;
}

/** The ratio of the least times, and that of the medians in brackets. */
export function formatRatio({ least, median }: Ratio): string {
  return `${digits(least)} × (${digits(median)})`;
}

function digits(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

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
