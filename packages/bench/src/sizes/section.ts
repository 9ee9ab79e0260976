import { cellsOf, formatTable, sameRow } from "./table.js";

/**
 * The table with measured rows. Rows of the former table that could not be measured
 * here stay as they are.
 */
export function updateTable(
  former: string,
  measured: readonly string[],
  format: (rows: readonly string[]) => string = formatTable,
): string {
  const names = measured.map(nameOf);
  const kept = rowsOf(former).filter((row) => !names.includes(nameOf(row)));
  return format([...measured, ...kept]);
}

/** The measured rows that a table has otherwise, or not at all. */
export function staleRows(
  table: string,
  measured: readonly string[],
  compressed?: readonly number[],
): string[] {
  const rows = rowsOf(table);
  return measured.filter((row) => !rows.some((existing) => sameRow(existing, row, compressed)));
}

/** Returns the rows of a table, without its titles. */
export function rowsOf(table: string): string[] {
  return table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);
}

function nameOf(row: string): string | undefined {
  return cellsOf(row)[0];
}
