/*
 * Writes the parts of README, SECURITY.md and CHANGELOG.md that come from the demo, from tables of
 * other pages, from the sources and from changesets. With --check, it only reports which are stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { formatBounds, packageBounds, programBounds } from "./library/bounds.ts";
import { root } from "./library/command.ts";
import { runDemo } from "./library/demo-output.ts";
import {
  changelogFile,
  readmeFile,
  readReadme,
  replaceSection,
  securityFile,
} from "./library/readme.ts";
import { readSources, writeExtracts } from "./library/readme-extracts.ts";
import { readChangesets, withUnreleased } from "./library/release/changelog.ts";

const security = readFileSync(securityFile, "utf8");
const withBounds = replaceSection(security, "bounds", formatBounds(packageBounds()));

renew(readmeFile, readReadme(), writeExtracts(readReadme(), readSources(await runDemo())));
renew(
  securityFile,
  security,
  replaceSection(withBounds, "program-bounds", formatBounds(await programBounds())),
);
renewChangelog();

function renewChangelog(): void {
  const text = readFileSync(changelogFile, "utf8");
  renew(changelogFile, text, withUnreleased(text, readChangesets(root)));
}

function renew(file: string, text: string, written: string): void {
  if (!process.argv.includes("--check")) {
    writeFileSync(file, written);
  } else if (written !== text) {
    console.log(`${file} is stale. Write it with: pnpm readme`);
    process.exitCode = 1;
  }
}
