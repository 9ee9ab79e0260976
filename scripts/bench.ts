/*
 * Runs the benchmarks and prints their tables. With --write, the tables are also written into
 * docs/benchmarks.md, and extracts of them into the README. With --check, nothing is measured; it
 * lists the tables that were measured with another kernel or other versions.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  formatQuestions,
  measureQuestions,
} from "../packages/bench/src/archives/measure-questions.ts";
import { measureParquet } from "../packages/bench/src/archives/parquet.ts";
import { documentSets, missingSets } from "../packages/bench/src/corpus/sets.ts";
import { measureAlternatives } from "../packages/bench/src/speed/alternatives.ts";
import { describeCircumstances } from "../packages/bench/src/speed/circumstances.ts";
import { measureConversion } from "../packages/bench/src/speed/conversion.ts";
import { measureAdversarial, measureGrowth } from "../packages/bench/src/speed/growth.ts";
import {
  compareKernels,
  formatKernels,
  type SetDirection,
  SLOWER_PERCENT,
} from "../packages/bench/src/speed/kernels.ts";
import { formatLanguages } from "../packages/bench/src/speed/language-report.ts";
import { measureLanguages } from "../packages/bench/src/speed/languages.ts";
import { measureLoad } from "../packages/bench/src/speed/load.ts";
import { loadOtherKernel } from "../packages/bench/src/speed/other-kernel.ts";
import { measurePack } from "../packages/bench/src/speed/pack.ts";
import {
  formatAdversarial,
  formatConversion,
  formatGrowth,
  formatLoad,
  formatPack,
} from "../packages/bench/src/speed/report.ts";
import { formatSets } from "../packages/bench/src/speed/set-report.ts";
import { measureTranscoding, type SetsOptions } from "../packages/bench/src/speed/transcoding.ts";
import { type BenchPart, benchParts, describeStale, staleParts } from "./library/bench-tables.ts";
import { run } from "./library/command.ts";
import { runDemo } from "./library/demo-output.ts";
import { handlerLoads, tellHandlers } from "./library/handlers/measure.ts";
import { readmeFile, readReadme, replaceSection } from "./library/readme.ts";
import { readSources, writeExtracts } from "./library/readme-extracts.ts";

/** The part that compares two kernels. It has no table in the documents. */
const COMPARISON = "kernels";

const names = benchParts.map(({ name }) => name);

const help = `Usage: pnpm bench [part...] [options]
       pnpm bench kernels --against <checkout or kernel.wasm> [options]

Parts: ${names.join(", ")}; all of them if none is named.
"kernels" compares this kernel with another one, which converts the same documents in turn, and exits
with 1 if it is slower than the other in a set by more than ${SLOWER_PERCENT} %.

Options:
  --quick  fewer and shorter rounds, smaller inputs: for a look
  --stale  only the parts whose tables were measured with another kernel or other versions
  --write  write the tables into docs/benchmarks.md, and extracts into README.md
  --check  measure nothing; name the stale tables, and exit with 1 if there are any
  --sets=<part of a name>     (transcoding, kernels) only the sets whose name contains this; again
                              for more sets
  --direction=<to-binary|to-json>   (kernels) only this direction
  --milliseconds=<time>       (transcoding, kernels) time for a set and direction
  --help   show this

Examples:
  $ pnpm bench transcoding --quick
  $ pnpm bench transcoding --sets "steps, spec" --sets deltas
  $ pnpm bench kernels --against ../stepwire-before --direction to-json
  $ pnpm bench --stale --write
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    stale: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    against: { type: "string" },
    sets: { type: "string", multiple: true, default: [] },
    direction: { type: "string" },
    milliseconds: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const quick = values.quick;
const sets = documentSets.filter(
  ({ name }) => values.sets.length === 0 || values.sets.some((part) => name.includes(part)),
);
const unknown = positionals.filter((name) => name !== COMPARISON && !names.includes(name));

if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `No part ${unknown.join(", ")}\n\n${help}` : help);
  process.exitCode = values.help ? 0 : 2;
} else if (values.write && values.sets.length > 0) {
  console.log("Only a table of all sets can be written; leave out --sets or --write.");
  process.exitCode = 2;
} else if (positionals.includes(COMPARISON)) {
  await runComparison();
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
  if (values.write) {
    writeFileSync(readmeFile, writeExtracts(readReadme(), readSources(await runDemo())));
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
  for (const [index, { file, section }] of part.tables.entries()) {
    const content = `${tables[index]}\n\n${describeCircumstances(part.measured)}`;
    console.log(`\n${section}\n\n${content}`);
    if (values.write) {
      const text = readFileSync(file, "utf8");
      writeFileSync(file, replaceSection(text, section, content));
    }
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  console.error(`${part.name}: measured in ${seconds} s`);
}

/** Compares the kernel of this checkout with another one. */
async function runComparison(): Promise<void> {
  const { against, direction } = values;
  if (against === undefined || (direction !== undefined && !isDirection(direction))) {
    console.log(`--against names another checkout or kernel; --direction, a direction\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  const other = await loadOtherKernel(against);
  console.error(`against kernel ${other.fingerprint}`);
  const rows = compareKernels(other, {
    ...setOptions(quick ? 400 : 1_500),
    ...(direction === undefined ? {} : { directions: [direction] }),
  });
  console.log(`${formatKernels(rows)}\n\n${describeCircumstances(["kernel"])}`);
  process.exitCode = rows.some(({ slower }) => slower > SLOWER_PERCENT) ? 1 : 0;
}

function isDirection(name: string): name is SetDirection {
  return name === "to-binary" || name === "to-json";
}

/** The chosen sets, and the time for each. */
function setOptions(milliseconds: number): SetsOptions {
  return {
    sets,
    milliseconds: values.milliseconds === undefined ? milliseconds : Number(values.milliseconds),
    progress: (set) => console.error(`  ${set}`),
  };
}

/** Returns the tables of a part, in the order of its sections. */
async function measureTables(name: string): Promise<readonly string[]> {
  const progress = (set: string): void => console.error(`  ${set}`);
  const options = { milliseconds: quick ? 400 : 2_000, progress };
  switch (name) {
    case "transcoding": {
      const result = measureTranscoding(setOptions(quick ? 400 : 2_000));
      const absent = missingSets === undefined ? "" : `\n\n${missingSets}`;
      return [`${formatSets(result.toBinary)}${absent}`, `${formatSets(result.toJson)}${absent}`];
    }
    case "alternatives": {
      const { toBinary, toJson } = await measureAlternatives(options);
      return [`${formatSets(toBinary)}\n\n${formatSets(toJson)}`];
    }
    case "objects":
      return [formatConversion(measureConversion(options))];
    case "growth":
      return [formatGrowth(measureGrowth(quick)), formatAdversarial(measureAdversarial(quick))];
    case "load":
      return [formatLoad(measureLoad())];
    case "pack":
      return [formatPack(await measurePack(quick ? 1e8 : 1e9, quick ? 1 : 3))];
    case "parquet":
      return [formatPack(await measureParquet(quick ? 1e8 : 1e9, quick ? 1 : 3))];
    case "questions":
      return [formatQuestions(await measureQuestions(quick ? 5e7 : 2e8, quick ? 1 : 5))];
    case "languages":
      return [formatLanguages(measureLanguages(options))];
    case "handlers":
      return [await tellHandlers(handlerLoads(quick, progress))];
    default:
      throw new TypeError(`nothing measures ${name}`);
  }
}
