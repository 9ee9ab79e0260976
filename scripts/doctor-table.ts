/*
 * Examines libraries and servers with the suite of `stepwire doctor`, and prints the tables of
 * docs/doctor.md. With --write, they are written there. With --check, it only reports whether they are
 * stale. A target that cannot be installed is skipped, and a line says so; its column stays as it is.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { targetSpecs } from "../packages/doctor/test/targets/list.ts";
import { measureAll } from "../packages/doctor/test/targets/measure.ts";
import { type Section, updateSections } from "../packages/doctor/test/targets/table.ts";
import { root } from "./library/command.ts";
import { readSection, replaceSection } from "./library/readme.ts";

const file = join(root, "docs/doctor.md");
const sections: readonly Section[] = ["doctor-summary", "doctor-probes", "doctor-examples"];

const help = `Usage: pnpm doctor-table [options]

Options:
  --write      write the tables into docs/doctor.md
  --check      only report whether they are stale
  --only TEXT  only targets whose name contains a text, such as LiteLLM
  --help       show this
`;

const { values } = parseArgs({
  options: {
    write: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  await examineTargets();
}

async function examineTargets(): Promise<void> {
  const measured = await measureAll(values.only, console.log);
  const page = readFileSync(file, "utf8");
  const former = Object.fromEntries(
    sections.map((section) => [section, readSection(page, section)]),
  ) as Record<Section, string>;
  const current = updateSections(former, targetSpecs, measured);
  const stale = sections.filter((section) => former[section].trim() !== current[section].trim());
  if (values.check) {
    if (stale.length > 0) {
      console.log(`docs/doctor.md is stale: ${stale.join(", ")}`);
      console.log("Write it with: pnpm doctor-table --write");
      process.exitCode = 1;
    }
    return;
  }
  console.log(current["doctor-summary"]);
  if (values.write) {
    let written = page;
    for (const section of sections) {
      written = replaceSection(written, section, current[section].trim());
    }
    writeFileSync(file, written);
  }
}
