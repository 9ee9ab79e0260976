/*
 * Writes the parts of the README and of SECURITY.md that come from the demo, from tables of other
 * pages and from the sources. With --check, it only reports which of them are stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { formatBounds, packageBounds, programBounds } from "./library/bounds.ts";
import { runDemo } from "./library/demo-output.ts";
import { readmeFile, readReadme, replaceSection, securityFile } from "./library/readme.ts";
import { readSources, writeExtracts } from "./library/readme-extracts.ts";

const security = readFileSync(securityFile, "utf8");
const withBounds = replaceSection(security, "bounds", formatBounds(packageBounds()));

renew(readmeFile, readReadme(), writeExtracts(readReadme(), readSources(await runDemo())));
renew(
  securityFile,
  security,
  replaceSection(withBounds, "program-bounds", formatBounds(await programBounds())),
);

function renew(file: string, text: string, written: string): void {
  if (!process.argv.includes("--check")) {
    writeFileSync(file, written);
  } else if (written !== text) {
    console.log(`${file} is stale. Write it with: pnpm readme`);
    process.exitCode = 1;
  }
}
