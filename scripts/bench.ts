/*
 * Runs the benchmarks and prints their tables. With --write, the tables are also written into
 * README.md and docs/benchmarks.md. With --check, nothing is measured; it lists the tables that
 * were measured with another kernel or other versions.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { describeCircumstances } from "../packages/bench/src/speed/circumstances.ts";
import { measureConversion } from "../packages/bench/src/speed/conversion.ts";
import { measureGrowth } from "../packages/bench/src/speed/growth.ts";
import { measureLanguages } from "../packages/bench/src/speed/languages.ts";
import { measureLoad } from "../packages/bench/src/speed/load.ts";
import { measurePack } from "../packages/bench/src/speed/pack.ts";
import {
  formatConversion,
  formatGrowth,
  formatLanguages,
  formatLoad,
  formatPack,
  formatTranscoding,
} from "../packages/bench/src/speed/report.ts";
import { measureTranscoding } from "../packages/bench/src/speed/transcoding.ts";
import { type BenchPart, benchParts, describeStale, staleParts } from "./library/bench-tables.ts";
import { run } from "./library/command.ts";
import { replaceSection } from "./library/readme.ts";

const names = benchParts.map(({ name }) => name);

const help = `Usage: pnpm bench [part...] [options]

Parts: ${names.join(", ")}; all of them if none is named.

Options:
  --quick  fewer and shorter rounds, smaller inputs: for a look
  --stale  only the parts whose tables were measured with another kernel or other versions
  --write  write the tables into README.md and docs/benchmarks.md
  --check  measure nothing; name the stale tables, and exit with 1 if there are any
  --help   show this

Examples:
  $ pnpm bench transcoding --quick
  $ pnpm bench --stale --write
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    stale: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const quick = values.quick;
const unknown = positionals.filter((name) => !names.includes(name));

if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `No part ${unknown.join(", ")}\n\n${help}` : help);
  process.exitCode = values.help ? 0 : 2;
} else if (values.check) {
  const stale = describeStale(staleParts());
  console.log(stale || "All tables were measured with this kernel and these versions.");
  process.exitCode = stale === "" ? 0 : 1;
} else {
  const chosen = (values.stale ? staleParts() : benchParts).filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  if (chosen.some(({ needsBuild }) => needsBuild)) {
    await build();
  }
  for (const part of chosen) {
    await measurePart(part);
  }
}

async function build(): Promise<void> {
  const built = await run(["turbo", "run", "build", "--filter=@stepwire/cli..."]);
  if (!built.succeeded) {
    throw new Error(`the build failed:\n${built.output}`);
  }
}

async function measurePart(part: BenchPart): Promise<void> {
  const start = performance.now();
  const tables = await measureTables(part.name);
  for (const [index, section] of part.sections.entries()) {
    const content = `${tables[index]}\n\n${describeCircumstances(part.measured)}`;
    console.log(`\n${section}\n\n${content}`);
    if (values.write) {
      const text = readFileSync(part.file, "utf8");
      writeFileSync(part.file, replaceSection(text, section, content));
    }
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  console.error(`${part.name}: measured in ${seconds} s`);
}

/** Returns the tables of a part, in the order of its sections. */
async function measureTables(name: string): Promise<readonly string[]> {
  const options = quick ? { rounds: 7, roundTime: 5 } : { rounds: 31, roundTime: 20 };
  switch (name) {
    case "transcoding": {
      const { toBinary, toJson } = await measureTranscoding(options);
      return [formatTranscoding(toBinary), formatTranscoding(toJson)];
    }
    case "objects":
      return [formatConversion(measureConversion(options))];
    case "growth":
      return [formatGrowth(measureGrowth(quick))];
    case "load":
      return [formatLoad(measureLoad())];
    case "pack":
      return [formatPack(await measurePack(quick ? 1e8 : 1e9, quick ? 1 : 3))];
    case "languages":
      return [formatLanguages(measureLanguages(options))];
    default:
      throw new TypeError(`nothing measures ${name}`);
  }
}
