/* Writes the output of `pnpm demo` into the README. A test checks that it is up to date. */
import { writeFileSync } from "node:fs";
import { runDemo } from "./library/demo-output.ts";
import { readmeFile, readReadme, replaceSection } from "./library/readme.ts";

writeFileSync(readmeFile, replaceSection(readReadme(), "demo", await runDemo()));
