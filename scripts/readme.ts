/*
 * Writes the sections of the README that show the demo's output or tables of other pages. With
 * --check, it only reports whether they are stale.
 */
import { writeFileSync } from "node:fs";
import { runDemo } from "./library/demo-output.ts";
import { readmeFile, readReadme } from "./library/readme.ts";
import { readSources, writeExtracts } from "./library/readme-extracts.ts";

const readme = readReadme();
const written = writeExtracts(readme, readSources(await runDemo()));

if (!process.argv.includes("--check")) {
  writeFileSync(readmeFile, written);
} else if (written !== readme) {
  console.log("README.md: the extracts of other pages are stale. Write them with: pnpm readme");
  process.exitCode = 1;
}
