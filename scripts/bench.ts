/*
 * Measures, side by side in one run, and prints the tables. With --write, they also go
 * into README.md and docs/benchmarks.md; with --check, nothing is measured: it says
 * whether the tables are of another kernel, or beside other versions.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine, describeVersions } from "../packages/bench/src/speed/circumstances.ts";
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
import { root } from "./library/command.ts";
import { readmeFile, readSection, replaceSection } from "./library/readme.ts";

const documentFile = join(root, "docs/benchmarks.md");
const parts = ["transcoding", "objects", "growth", "load", "pack", "languages"] as const;
type Part = (typeof parts)[number];

const help = `Usage: pnpm bench [part...] [options]

Parts: ${parts.join(", ")}; all of them if none is named.

Options:
  --quick  fewer and shorter rounds, smaller inputs: for a look
  --write  write the tables into README.md and docs/benchmarks.md
  --check  measure nothing; say whether the tables are stale, and exit with 1 if so
  --help   show this

Examples:
  $ pnpm bench transcoding --quick
  $ pnpm bench --write
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const quick = values.quick;
const unknown = positionals.filter((name) => !parts.some((part) => part === name));

if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `No part ${unknown.join(", ")}\n\n${help}` : help);
  process.exitCode = values.help ? 0 : 2;
} else if (values.check) {
  check();
} else {
  for (const part of parts) {
    if (positionals.length === 0 || positionals.includes(part)) {
      await run(part);
    }
  }
}

async function run(part: Part): Promise<void> {
  const sections = await measurePart(part);
  for (const { file, name, text } of sections) {
    const content = `${text}\n\nMeasured ${describeMachine()}; ${describeVersions()}.`;
    console.log(`\n${name}\n\n${content}`);
    if (values.write) {
      writeFileSync(file, replaceSection(readFileSync(file, "utf8"), name, content));
    }
  }
}

interface Section {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

async function measurePart(part: Part): Promise<readonly Section[]> {
  const options = quick ? { rounds: 7, roundTime: 5 } : { rounds: 31, roundTime: 20 };
  const file = documentFile;
  switch (part) {
    case "transcoding": {
      const { toBinary, toJson } = await measureTranscoding(options);
      return [
        { file: readmeFile, name: "bench-to-binary", text: formatTranscoding(toBinary) },
        { file: readmeFile, name: "bench-to-json", text: formatTranscoding(toJson) },
      ];
    }
    case "objects":
      return [{ file, name: "objects", text: formatConversion(measureConversion(options)) }];
    case "growth":
      return [{ file, name: "growth", text: formatGrowth(measureGrowth(quick)) }];
    case "load":
      return [{ file, name: "load", text: formatLoad(measureLoad()) }];
    case "pack": {
      const rows = await measurePack(quick ? 1e8 : 1e9, quick ? 1 : 3);
      return [{ file, name: "pack", text: formatPack(rows) }];
    }
    case "languages":
      return [{ file, name: "languages", text: formatLanguages(measureLanguages(options)) }];
  }
}

function check(): void {
  const sections = [
    [readmeFile, "bench-to-binary"],
    [readmeFile, "bench-to-json"],
    ...["objects", "growth", "load", "pack", "languages"].map(
      (name) => [documentFile, name] as const,
    ),
  ] as const;
  const stale = sections.filter(
    ([file, name]) => !readSection(readFileSync(file, "utf8"), name).includes(describeVersions()),
  );
  for (const [file, name] of stale) {
    console.log(`${file.slice(root.length + 1)}: the section ${name} is stale`);
  }
  console.log(
    stale.length === 0
      ? "The tables are those of this kernel and these versions."
      : `Now: ${describeVersions()}\nWrite them with: pnpm bench --write`,
  );
  process.exitCode = stale.length === 0 ? 0 : 1;
}
