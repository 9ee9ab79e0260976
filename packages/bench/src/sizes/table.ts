import { levels, type Sizes } from "./measure.js";

/** A row of the table: what was measured, and how large it is. */
export interface SizeRow {
  readonly name: string;
  readonly sizes: Sizes;
}

const titles = [
  "",
  "documents",
  "JSON",
  "binary",
  "JSON, gzip",
  "binary, gzip",
  "JSON, zstd",
  "binary, zstd",
  "tags and lengths",
];

/** Formats integers with separators between thousands. */
export const number: Intl.NumberFormat = new Intl.NumberFormat("en-US");

/** The table in Markdown, with what its columns mean. */
export function formatTable(rows: readonly string[]): string {
  return [
    ...formatRows(titles, rows),
    "",
    `Bytes; in brackets: percent of the JSON, which has no white space. gzip at level ${levels.gzip}, zstd at level ${levels.zstd}.`,
    "Tags and lengths are all bytes of the binary that are not strings or numbers; in brackets: percent of the strings and numbers.",
  ].join("\n");
}

/** One row in Markdown. */
export function formatRow({ name, sizes }: SizeRow): string {
  const { documents, json, binary, payload } = sizes;
  const share = (bytes: number): string =>
    `${number.format(bytes)} (${Math.round((100 * bytes) / json)})`;
  return formatCells([
    name,
    number.format(documents),
    number.format(json),
    share(binary),
    share(sizes.jsonGzip),
    share(sizes.binaryGzip),
    share(sizes.jsonZstd),
    share(sizes.binaryZstd),
    `${number.format(binary - payload)} (${Math.round((100 * (binary - payload)) / payload)})`,
  ]);
}

/** Returns a table in Markdown whose first column is text and whose others are numbers. */
export function formatRows(titles: readonly string[], rows: readonly string[]): string[] {
  const alignments = titles.map((_, index) => (index === 0 ? "---" : "--:"));
  return [formatCells(titles), formatCells(alignments), ...rows];
}

/** Returns a row in Markdown. */
export function formatCells(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Compressors of other versions and processors differ in some bytes; nothing else may. */
const COMPRESSED = [4, 5, 6, 7];
const TOLERANCE = 0.02;

/**
 * Whether two rows say the same.
 *
 * @param compressed The columns with compressed sizes, which may differ a little.
 */
export function sameRow(
  first: string,
  second: string,
  compressed: readonly number[] = COMPRESSED,
): boolean {
  const [one, other] = [cellsOf(first), cellsOf(second)];
  return (
    one.length === other.length &&
    one.every((cell, index) =>
      compressed.includes(index) ? isClose(cell, other[index] ?? "") : cell === other[index],
    )
  );
}

/** The cells of a row in Markdown. */
export function cellsOf(row: string): string[] {
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function isClose(first: string, second: string): boolean {
  const [one, other] = [bytesOf(first), bytesOf(second)];
  return Math.abs(one - other) <= TOLERANCE * Math.max(one, other);
}

function bytesOf(cell: string): number {
  return Number(cell.replace(/ .*$/, "").replaceAll(",", ""));
}
