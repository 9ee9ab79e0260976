import { cellsOf, formatTable, sameRow } from "./table.js";

/**
 * The table with measured rows. Rows of the former table that could not be measured
 * here stay as they are.
 */
export function updateTable(former: string, measured: readonly string[]): string {
  const names = measured.map(nameOf);
  const kept = rowsOf(former).filter((row) => !names.includes(nameOf(row)));
  return formatTable([...measured, ...kept]);
}

/** The measured rows that a table has otherwise, or not at all. */
export function staleRows(table: string, measured: readonly string[]): string[] {
  const rows = rowsOf(table);
  return measured.filter((row) => !rows.some((existing) => sameRow(existing, row)));
}

function rowsOf(table: string): string[] {
  return table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);
}

function nameOf(row: string): string | undefined {
  return cellsOf(row)[0];
}
