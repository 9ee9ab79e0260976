import { rowsOf } from "../sizes/section.js";
import { cellsOf, formatCells } from "../sizes/table.js";
import type { Outcome } from "./measure.js";

/** What was measured of a converter. */
export interface MeasuredConverter {
  readonly name: string;
  readonly version: string;
  /** By the name of the case. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** The cells of a column by the name of their row. */
type Column = ReadonlyMap<string, string>;

/**
 * Returns the table with the measured converters. The column of a converter that could not be measured
 * here stays as it is.
 */
export function updateConverters(former: string, measured: readonly MeasuredConverter[]): string {
  const columns = new Map([
    ...columnsOf(former),
    ...measured.map((each) => [each.name, columnOf(each)] as const),
  ]);
  const titles = ["", ...columns.keys()];
  const [first] = measured;
  const names = first === undefined ? rowNames(former) : [...columnOf(first).keys()];
  return [
    formatCells(titles),
    formatCells(titles.map(() => "---")),
    ...names.map((name) =>
      formatCells([name, ...[...columns.values()].map((column) => column.get(name) ?? "")]),
    ),
  ].join("\n");
}

/** Returns the measured cells that differ from those of the table. */
export function staleConverters(table: string, measured: readonly MeasuredConverter[]): string[] {
  const columns = columnsOf(table);
  return measured.flatMap((each) =>
    [...columnOf(each)]
      .filter(([name, cell]) => columns.get(each.name)?.get(name) !== cell)
      .map(([name, cell]) => `${each.name}, ${name}: ${cell}`),
  );
}

function columnOf({ version, outcomes }: MeasuredConverter): Column {
  return new Map([
    ["version", version],
    ...[...outcomes].map(([name, outcome]) => [name, formatOutcome(outcome)] as const),
  ]);
}

function formatOutcome(outcome: Outcome): string {
  if (outcome.state !== "converts") {
    return `**${outcome.state}**: ${outcome.reason.replaceAll("|", "&#124;")}`;
  }
  const { equal, documents, losses } = outcome;
  return [`${equal} of ${documents}`, ...losses].join("; ");
}

/** Returns the columns of a table by title. */
function columnsOf(table: string): ReadonlyMap<string, Column> {
  const [, ...titles] = cellsOf(table.split("\n").find((line) => line.startsWith("|")) ?? "");
  const rows = rowsOf(table).map(cellsOf);
  return new Map(
    titles.map((title, index) => [
      title,
      new Map(rows.map(([name = "", ...cells]) => [name, cells[index] ?? ""])),
    ]),
  );
}

function rowNames(table: string): readonly string[] {
  return rowsOf(table).map((row) => cellsOf(row)[0] ?? "");
}
