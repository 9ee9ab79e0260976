/*
 * Measures the sizes of documents and streams as text and as binary, and what other ways to convert
 * them lose. Writes the tables in docs/sizes.md, docs/why.md and the README. With --check, it only reports
 * whether these tables are stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { measureLosses, staleLosses, updateLosses } from "../packages/bench/src/losses/table.ts";
import { measureWays, staleWays, updateWays } from "../packages/bench/src/losses/ways-table.ts";
import { measureRows } from "../packages/bench/src/sizes/rows.ts";
import { staleRows, updateTable } from "../packages/bench/src/sizes/section.ts";
import { measureStreams, missingFolders } from "../packages/bench/src/streams/rows.ts";
import { staleStreamRows, updateStreamTables } from "../packages/bench/src/streams/table.ts";
import { root } from "./library/command.ts";
import { runDemo } from "./library/demo-output.ts";
import {
  readmeFile,
  readReadme,
  readSection,
  replaceSection,
  sizesFile,
  whyFile,
} from "./library/readme.ts";
import { readSources, writeExtracts } from "./library/readme-extracts.ts";

const readme = readReadme();
const page = readFileSync(sizesFile, "utf8");
const sizes = readSection(page, "size-table");
const streams = {
  streams: readSection(page, "stream-table"),
  formats: readSection(page, "format-table"),
  types: readSection(page, "event-table"),
};
const losses = readSection(readme, "losses");
const why = readFileSync(whyFile, "utf8");
const ways = { losses: readSection(why, "ways-losses"), sizes: readSection(why, "ways-sizes") };
const rows = measureRows(root);
const measured = await measureStreams(root);
const measuredLosses = measureLosses();
const measuredWays = measureWays();
for (const folder of missingFolders(root)) {
  console.log(`skipped: ${folder} is not there, so its rows stay as they are`);
}

if (process.argv.includes("--check")) {
  report("docs/sizes.md", [...staleRows(sizes, rows), ...staleStreamRows(streams, measured)]);
  report("README.md", staleLosses(losses, measuredLosses));
  report("docs/why.md", staleWays(ways, measuredWays));
} else {
  const written = updateStreamTables(streams, measured);
  let text = replaceSection(page, "size-table", updateTable(sizes, rows));
  text = replaceSection(text, "stream-table", written.streams);
  text = replaceSection(text, "format-table", written.formats);
  writeFileSync(sizesFile, replaceSection(text, "event-table", written.types));
  const updatedWays = updateWays(ways, measuredWays);
  text = replaceSection(why, "ways-losses", updatedWays.losses);
  writeFileSync(whyFile, replaceSection(text, "ways-sizes", updatedWays.sizes));
  const updated = replaceSection(readme, "losses", updateLosses(losses, measuredLosses));
  writeFileSync(readmeFile, writeExtracts(updated, readSources(await runDemo())));
}

function report(file: string, stale: readonly string[]): void {
  if (stale.length > 0) {
    console.log([`${file}: the tables are stale; measured now:`, ...stale].join("\n"));
    console.log("Write them with: pnpm size-table");
    process.exitCode = 1;
  }
}
