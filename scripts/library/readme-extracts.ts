/*
 * The sections of the README that show a part of another page, or of the demo's output. They are
 * never written by hand: `pnpm readme` writes them, and a test compares them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rowsOf } from "../../packages/bench/src/sizes/section.ts";
import { cellsOf, formatCells, formatRows } from "../../packages/bench/src/sizes/table.ts";
import { root } from "./command.ts";
import { benchmarksFile, readSection, replaceSection, sizesFile } from "./readme.ts";

/** The pages that the README shows parts of. */
export interface Sources {
  /** The output of `pnpm demo`. */
  readonly demo: string;
  /** The text of `docs/sizes.md`. */
  readonly sizes: string;
  /** The text of `docs/benchmarks.md`. */
  readonly benchmarks: string;
  /** The text of the gateway's README. */
  readonly gateway: string;
}

/** Reads the pages of {@link Sources}. */
export function readSources(demo: string): Sources {
  const read = (file: string): string => readFileSync(file, "utf8");
  return {
    demo,
    sizes: read(sizesFile),
    benchmarks: read(benchmarksFile),
    gateway: read(join(root, "apps/gateway/README.md")),
  };
}

/**
 * Returns the README with all extracts as the sources have them now.
 *
 * @throws {Error} if a source has no such table or row any more.
 */
export function writeExtracts(readme: string, sources: Sources): string {
  const extracts = {
    demo: demoExtract(sources.demo),
    "stream-sizes": streamSizes(sources.sizes),
    speed: speed(sources.benchmarks),
    gateway: gateway(sources.gateway),
  };
  return Object.entries(extracts).reduce(
    (text, [name, content]) => replaceSection(text, name, content),
    readme,
  );
}

/** The rows of the demo's table that the README shows. */
const SHOWN_SAMPLES = ["foreign-tool.json", "stream.sse"];

function demoExtract(output: string): string {
  const lines = output.split("\n");
  const command = lines.findIndex((line) => line.startsWith("$ ./stepwire roundtrip"));
  const total = lines.findIndex((line, index) => index > command && /^\d+ documents/.test(line));
  if (command === -1 || total === -1) {
    throw new Error("the demo prints no table of samples");
  }
  const rows = SHOWN_SAMPLES.map((name) => {
    const row = lines.slice(command, total).find((line) => line.startsWith(`${name} `));
    if (row === undefined) {
      throw new Error(`the demo has no sample ${name}`);
    }
    return row;
  });
  const shown = [...lines.slice(command, command + 2), ...rows, "…", lines[total]];
  return ["```text", ...shown, "```"].join("\n");
}

function streamSizes(page: string): string {
  const archives = tableOf(page, "stream-table").filter(([name]) => name?.startsWith("recorded"));
  const formats = tableOf(page, "format-table");
  const rows = archives.map((row) => {
    const [name = "", , events = "", sse = "", archive = ""] = row;
    const format = rowOf(formats, name);
    return formatCells([name, events, sse, archive, ...pick(format, 3, 4, 5, 8, 9)]);
  });
  const titles = ["", "events", "SSE", "archive", "stream format"];
  const compressed = ["SSE, gzip", "stream format, gzip", "SSE, zstd", "stream format, zstd"];
  return formatRows([...titles, ...compressed], rows).join("\n");
}

/** The sets of documents that the README shows. */
const SHOWN_SETS = ["steps, wire order", "step deltas, wire order", "chat chunks"];
const SUMMARIES = ["**geometric mean**", "**worst set**"];

function speed(page: string): string {
  const toBinary = tableOf(page, "to-binary");
  const toJson = tableOf(page, "to-json");
  const sets = SHOWN_SETS.map((name) => {
    const [binary, json] = [rowOf(toBinary, name), rowOf(toJson, name)];
    return formatCells([name, ...pick(binary, 2, 3, 4), ...pick(json, 3, 4)]);
  });
  const sums = SUMMARIES.map((name) => {
    const [binary, json] = [rowOf(toBinary, name), rowOf(toJson, name)];
    const sets = `${name.slice(0, -2)} of all sets**`;
    const label = name === "**geometric mean**" ? sets : name;
    return formatCells([label, "", "", ...pick(binary, 4), "", ...pick(json, 4)]);
  });
  const titles = ["", "bytes", "to binary, µs", "`JSON.parse`", "to JSON, µs", "`JSON.stringify`"];
  return [...formatRows(titles, [...sets, ...sums]), "", measured(page, "to-binary")].join("\n");
}

/** The ways of an event through the gateway that the README shows, in both tables of its page. */
const SHOWN_WAYS = [
  {
    cost: "SSE, parsed and written anew",
    bytes: "SSE",
    packed: "SSE, gzip, flushed at each event",
  },
  {
    cost: "Stream format over HTTP/2",
    bytes: "Stream format over HTTP/2",
    packed: "Stream format over HTTP/2, zstd",
  },
];

function gateway(page: string): string {
  const table = tableOf(page, "load-table");
  const rows = SHOWN_WAYS.map(({ cost, bytes, packed }) =>
    formatCells([
      cost,
      ...pick(rowOf(table, cost, 8), 2),
      ...pick(rowOf(table, bytes, 2), 1),
      ...pick(rowOf(table, packed, 2), 1),
    ]),
  );
  return formatRows(
    ["an event through both processes of the gateway", "CPU", "bytes between them", "compressed"],
    rows,
  ).join("\n");
}

type Cells = readonly string[];

function tableOf(page: string, section: string): readonly Cells[] {
  return rowsOf(readSection(page, section)).map(cellsOf);
}

/** Returns the row of a name; in a section of several tables, that with a number of columns. */
function rowOf(table: readonly Cells[], name: string, columns?: number): Cells {
  const row = table.find(
    (cells) => cells[0] === name && (columns === undefined || cells.length === columns),
  );
  if (row === undefined) {
    throw new Error(
      `no row "${name}" for the README; change scripts/library/readme-extracts.ts if it was renamed`,
    );
  }
  return row;
}

function pick(cells: Cells, ...columns: readonly number[]): string[] {
  return columns.map((column) => cells[column] ?? "");
}

function measured(page: string, section: string): string {
  const line = readSection(page, section)
    .split("\n")
    .find((each) => each.startsWith("Measured "));
  if (line === undefined) {
    throw new Error(`the table ${section} does not say when it was measured`);
  }
  return line;
}
