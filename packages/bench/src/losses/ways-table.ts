import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { type LossDocument, recordedSteps } from "../corpus/losses.js";
import { hasRecordings } from "../corpus/recordings.js";
import { levels } from "../sizes/measure.js";
import { rowsOf, staleRows, updateTable } from "../sizes/section.js";
import { formatCells, formatRows, number } from "../sizes/table.js";
import { fateOf, measureHardCases } from "./table.js";
import { createMoreWays } from "./ways.js";

/** The tables of `docs/why.md`. */
export interface WaysTables {
  /** What becomes of hard cases; a column for each way. */
  readonly losses: string;
  /** The sizes of recorded run steps; a row for each way. */
  readonly sizes: string;
}

/** Rows in Markdown for {@link WaysTables}. */
export interface MeasuredWays {
  readonly losses: readonly string[];
  /** Empty without the recordings. */
  readonly sizes: readonly string[];
}

const ways = createMoreWays();

/** Converts the hard cases in every way, and measures the recordings if they are present. */
export function measureWays(): MeasuredWays {
  return {
    losses: measureHardCases(ways),
    sizes: hasRecordings() ? measureSizes(recordedSteps()) : [],
  };
}

function measureSizes(documents: readonly LossDocument[]): string[] {
  const texts = documents.map(({ json }) => Buffer.from(JSON.stringify(JSON.parse(json))));
  const json = total(texts);
  return [
    formatWay("JSON", texts, json, documents.length),
    ...ways.map((way) => {
      const binaries = documents.map((document) => way.toBinary(document));
      const kept = documents.filter((document) => fateOf(way, document) === "kept").length;
      return formatWay(way.name, binaries, json, kept);
    }),
  ];
}

function formatWay(
  name: string,
  documents: readonly Uint8Array[],
  json: number,
  kept: number,
): string {
  const file = [Buffer.concat(documents)];
  const sizes = [
    total(documents),
    total(documents.map(gzip)),
    total(documents.map(zstd)),
    total(file.map(gzip)),
    total(file.map(zstd)),
  ];
  const cells = sizes.map((size) => `${number.format(size)} (${Math.round((100 * size) / json)})`);
  return formatCells([name, number.format(kept), ...cells]);
}

function total(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: levels.gzip });
}

function zstd(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: levels.zstd },
  });
}

/** Returns the tables with measured rows. Rows that could not be measured stay as they are. */
export function updateWays(former: WaysTables, measured: MeasuredWays): WaysTables {
  return {
    losses: [
      formatCells(["", ...ways.map(({ name }) => name)]),
      formatCells(["---", ...ways.map(() => ":-:")]),
      ...measured.losses,
    ].join("\n"),
    sizes: updateTable(former.sizes, measured.sizes, (rows) =>
      [
        ...formatRows(
          ["", "equal", "each", "each, gzip", "each, zstd", "one file, gzip", "one file, zstd"],
          rows,
        ),
        "",
        `Bytes; in brackets: percent of the JSON, which has no white space. Equal: how many of the documents come back with all values. gzip at level ${levels.gzip}, zstd at level ${levels.zstd}.`,
      ].join("\n"),
    ),
  };
}

/** The columns of sizes with compressed bytes, which differ a little between versions. */
const compressed = [3, 4, 5, 6];

/** Returns the measured rows that differ from those in the tables. */
export function staleWays(tables: WaysTables, measured: MeasuredWays): string[] {
  const rows = rowsOf(tables.losses);
  return [
    ...measured.losses.filter((row) => !rows.includes(row)),
    ...staleRows(tables.sizes, measured.sizes, compressed),
  ];
}
