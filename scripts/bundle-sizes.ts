/*
 * Measures what typical imports add to a web page, and writes the table in docs/packages.md. With
 * --check, it only reports bundles above their bound, and a stale table. The packages must be built.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleProblems, bundleTable, measureBundles } from "./library/bundles.ts";
import { root } from "./library/command.ts";
import { buildPackages } from "./library/packing.ts";
import { readSection, replaceSection } from "./library/readme.ts";

const SECTION = "bundles";
const file = join(root, "docs/packages.md");
const text = readFileSync(file, "utf8");
const isCheck = process.argv.includes("--check");

if (!isCheck) {
  const { succeeded, output } = await buildPackages();
  if (!succeeded) {
    throw new Error(`the packages could not be built:\n${output}`);
  }
}
const bundles = await measureBundles();
const table = bundleTable(bundles);
if (!isCheck) {
  writeFileSync(file, replaceSection(text, SECTION, table));
  console.log(table);
}
for (const problem of bundleProblems(bundles, isCheck ? readSection(text, SECTION) : table)) {
  console.log(problem);
  process.exitCode = 1;
}
