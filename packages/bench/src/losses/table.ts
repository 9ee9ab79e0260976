import { compareJson } from "@stepwire/json";
import { hardCases, type LossDocument, recordedSteps } from "../corpus/losses.js";
import { hasRecordings } from "../corpus/recordings.js";
import { rowsOf, updateTable } from "../sizes/section.js";
import { formatCells, number } from "../sizes/table.js";
import { createWays, type Way } from "./ways.js";

/** What became of a document: "lost" if a value differs, or if its binary cannot be read again. */
export type Fate = "kept" | "**lost**" | "refused";

const ways = createWays();

/** Converts the hard cases, and the recordings if they are present, in every way of the README. */
export function measureLosses(): string[] {
  const rows = measureHardCases(ways);
  return hasRecordings() ? [...rows, ...recordedRows(recordedSteps())] : rows;
}

/** Converts the hard cases. Returns a row for each, with a column for each way. */
export function measureHardCases(compared: readonly Way[]): string[] {
  return hardCases.map(({ name, document }) =>
    formatCells([name, ...compared.map((way) => fateOf(way, document))]),
  );
}

/** Returns what becomes of a document: "kept" if no value differs. */
export function fateOf(way: Way, document: LossDocument): Fate {
  const { json } = document;
  let binary: Uint8Array;
  try {
    binary = way.toBinary(document);
  } catch {
    return "refused";
  }
  try {
    return compareJson(json, way.toJson(binary, document)).length === 0 ? "kept" : "**lost**";
  } catch {
    // The binary cannot be read again, or the document has a member twice and equals nothing.
    return "**lost**";
  }
}

function recordedRows(documents: readonly LossDocument[]): string[] {
  const json = documents.reduce((sum, document) => sum + sizeOf(minified(document)), 0);
  const equal = ways.map(
    (way) => documents.filter((document) => fateOf(way, document) === "kept").length,
  );
  const share = ways.map((way) => {
    const bytes = documents.map((document) => way.toBinary(document).length);
    return `${Math.round((100 * bytes.reduce((sum, each) => sum + each, 0)) / json)} %`;
  });
  return [
    formatCells([
      `${number.format(documents.length)} recorded run steps, their deltas and lists, come back equal`,
      ...equal.map((count) => number.format(count)),
    ]),
    formatCells(["their size, compared with JSON", ...share]),
  ];
}

function minified({ json }: LossDocument): string {
  return JSON.stringify(JSON.parse(json));
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

/** Returns the table with measured rows. Rows that could not be measured stay as they are. */
export function updateLosses(former: string, measured: readonly string[]): string {
  return updateTable(former, measured, (rows) =>
    [
      formatCells(["", ...ways.map(({ name }) => name)]),
      formatCells(["---", ...ways.map(() => ":-:")]),
      ...rows,
    ].join("\n"),
  );
}

/** Returns the measured rows that differ from those in the table. */
export function staleLosses(table: string, measured: readonly string[]): string[] {
  const rows = rowsOf(table);
  return measured.filter((row) => !rows.includes(row));
}
