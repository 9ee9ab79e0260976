/*
 * Measures the sizes of documents as JSON and as binary, and writes the table in the README. With
 * --check, it only reports whether that table is stale.
 */
import { writeFileSync } from "node:fs";
import { measureRows } from "../packages/bench/src/sizes/rows.ts";
import { staleRows, updateTable } from "../packages/bench/src/sizes/section.ts";
import { root } from "./library/command.ts";
import { readmeFile, readReadme, readSection, replaceSection } from "./library/readme.ts";

const readme = readReadme();
const table = readSection(readme, "size-table");
const rows = measureRows(root);

if (process.argv.includes("--check")) {
  const stale = staleRows(table, rows);
  if (stale.length > 0) {
    console.log(["README.md: the size table is stale; measured now:", ...stale].join("\n"));
    console.log("Write it with: pnpm size-table");
    process.exitCode = 1;
  }
} else {
  writeFileSync(readmeFile, replaceSection(readme, "size-table", updateTable(table, rows)));
}
