import { namedStreams } from "../corpus/streams.js";
import { levels } from "../sizes/measure.js";
import { rowsOf, staleRows, updateTable } from "../sizes/section.js";
import { formatCells, formatRows, number } from "../sizes/table.js";
import { NOT_JSON, type StreamSizes, type TypeSizes } from "./rows.js";

const streamTitles = [
  "",
  "streams",
  "events",
  "SSE",
  "binary",
  "SSE, gzip",
  "binary, gzip",
  "SSE, zstd",
  "binary, zstd",
  "verbatim",
  "residue",
];
/** The columns of `streamTitles` with compressed sizes. */
const compressed = [5, 6, 7, 8];

const formatTitles = [
  "",
  "events",
  "SSE",
  "stream format",
  "SSE, gzip",
  "stream format, gzip",
  "SSE, gzip, sync flush",
  "stream format, gzip, sync flush",
  "SSE, zstd",
  "stream format, zstd",
];
/** The columns of `formatTitles` with compressed sizes. */
const compressedFormats = [4, 5, 6, 7, 8, 9];

const typeTitles = ["event", "events", "SSE", "binary", "verbatim", "residue"];

/** The tables about streams, in Markdown. */
export interface StreamTables {
  /** A row for each folder of streams. */
  readonly streams: string;
  /** A row for each folder of streams, about the stream format. */
  readonly formats: string;
  /** A row for each kind of event in the recorded streams of runs. */
  readonly types: string;
}

/** Returns the tables with measured rows. Rows that could not be measured here stay as they are. */
export function updateStreamTables(
  { streams, formats, types }: StreamTables,
  measured: readonly StreamSizes[],
): StreamTables {
  const named = measured.find(({ name }) => name === namedStreams);
  return {
    streams: updateTable(streams, measured.map(formatStreams), formatStreamTable),
    formats: updateTable(formats, measured.map(formatFormats), formatFormatTable),
    types: named === undefined ? types : formatTypeTable(formatTypes(named)),
  };
}

/** Returns the measured rows that differ from those in the tables. */
export function staleStreamRows(
  { streams, formats, types }: StreamTables,
  measured: readonly StreamSizes[],
): string[] {
  const named = measured.find(({ name }) => name === namedStreams);
  const rows = named === undefined ? [] : formatTypes(named);
  const isSame = named === undefined || rows.join("\n") === rowsOf(types).join("\n");
  return [
    ...staleRows(streams, measured.map(formatStreams), compressed),
    ...staleRows(formats, measured.map(formatFormats), compressedFormats),
    ...(isSame ? [] : rows),
  ];
}

function formatStreams(sizes: StreamSizes): string {
  const share = (bytes: number): string => shareOf(bytes, sizes.sse);
  return formatCells([
    sizes.name,
    number.format(sizes.streams),
    number.format(sizes.events),
    number.format(sizes.sse),
    share(sizes.binary),
    share(sizes.sseGzip),
    share(sizes.binaryGzip),
    share(sizes.sseZstd),
    share(sizes.binaryZstd),
    shareOf(sizes.verbatim, sizes.binary),
    shareOf(sizes.residue, sizes.binary),
  ]);
}

function formatFormats({ name, events, sse, format }: StreamSizes): string {
  return formatCells([
    name,
    number.format(events),
    number.format(sse),
    shareOf(format.format, sse),
    number.format(format.sseGzip),
    shareOf(format.formatGzip, format.sseGzip),
    number.format(format.sseGzipSync),
    shareOf(format.formatGzipSync, format.sseGzipSync),
    number.format(format.sseZstd),
    shareOf(format.formatZstd, format.sseZstd),
  ]);
}

function formatTypes({ types }: StreamSizes): string[] {
  const withJson = types.filter(({ name }) => name !== NOT_JSON);
  const totals = [
    ...(withJson.length < types.length ? [totalOf("**all with JSON**", withJson)] : []),
    totalOf("**all**", types),
  ];
  return [...types, ...totals].map(({ name, events, sse, binary, verbatim, residue }) =>
    formatCells([
      name,
      number.format(events),
      number.format(sse),
      shareOf(binary, sse),
      shareOf(verbatim, binary),
      shareOf(residue, binary),
    ]),
  );
}

function totalOf(name: string, types: readonly TypeSizes[]): TypeSizes {
  const sum = (part: Exclude<keyof TypeSizes, "name">): number =>
    types.reduce((total, type) => total + type[part], 0);
  return {
    name,
    events: sum("events"),
    sse: sum("sse"),
    binary: sum("binary"),
    verbatim: sum("verbatim"),
    residue: sum("residue"),
  };
}

function shareOf(bytes: number, whole: number): string {
  const percent = (100 * bytes) / whole;
  const isSmall = percent > 0 && percent < 10 && whole !== bytes;
  return `${number.format(bytes)} (${isSmall ? percent.toFixed(1) : Math.round(percent)})`;
}

function formatStreamTable(rows: readonly string[]): string {
  return [
    ...formatRows(streamTitles, rows),
    "",
    `Bytes. SSE are the events as text, with JSON without white space; binary is the archive of each stream. In brackets: percent of the SSE; for the last two columns, percent of the binary. gzip at level ${levels.gzip}, zstd at level ${levels.zstd}, each stream alone.`,
  ].join("\n");
}

function formatFormatTable(rows: readonly string[]): string {
  return [
    ...formatRows(formatTitles, rows),
    "",
    `Bytes, with all framing. Compressed in one context for each stream, which is flushed after each event, both in the same way: gzip at level ${levels.gzip} with Z_PARTIAL_FLUSH, as our writer does it, or with Z_SYNC_FLUSH; zstd at level ${levels.zstd}. In brackets: percent of the SSE, compressed in the same way.`,
  ].join("\n");
}

function formatTypeTable(rows: readonly string[]): string {
  return [
    ...formatRows(typeTitles, rows),
    "",
    "Bytes. Binary is the message of the event alone. In brackets: percent of the SSE; for the last two columns, percent of the binary.",
    "Verbatim are events of unknown names and payloads that are not JSON; residue is what the schema does not describe in other events.",
  ].join("\n");
}
