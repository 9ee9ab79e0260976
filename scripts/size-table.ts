/*
 * Measures the sizes of documents and streams as text and as binary, and writes the tables in the
 * README. With --check, it only reports whether these tables are stale.
 */
import { writeFileSync } from "node:fs";
import { measureRows } from "../packages/bench/src/sizes/rows.ts";
import { staleRows, updateTable } from "../packages/bench/src/sizes/section.ts";
import { measureStreams, missingFolders } from "../packages/bench/src/streams/rows.ts";
import { staleStreamRows, updateStreamTables } from "../packages/bench/src/streams/table.ts";
import { root } from "./library/command.ts";
import { readmeFile, readReadme, readSection, replaceSection } from "./library/readme.ts";

const readme = readReadme();
const sizes = readSection(readme, "size-table");
const streams = {
  streams: readSection(readme, "stream-table"),
  formats: readSection(readme, "format-table"),
  types: readSection(readme, "event-table"),
};
const rows = measureRows(root);
const measured = await measureStreams(root);
for (const folder of missingFolders(root)) {
  console.log(`skipped: ${folder} is not there, so its rows stay as they are`);
}

if (process.argv.includes("--check")) {
  const stale = [...staleRows(sizes, rows), ...staleStreamRows(streams, measured)];
  if (stale.length > 0) {
    console.log(["README.md: the size tables are stale; measured now:", ...stale].join("\n"));
    console.log("Write them with: pnpm size-table");
    process.exitCode = 1;
  }
} else {
  const written = updateStreamTables(streams, measured);
  let text = replaceSection(readme, "size-table", updateTable(sizes, rows));
  text = replaceSection(text, "stream-table", written.streams);
  text = replaceSection(text, "format-table", written.formats);
  writeFileSync(readmeFile, replaceSection(text, "event-table", written.types));
}
