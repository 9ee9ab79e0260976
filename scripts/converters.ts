/*
 * Compares `stepwire import` with other programs that make .proto files from OpenAPI documents, and
 * prints the table of docs/other-converters.md. With --write, the table is written there. With --check,
 * it only reports whether the table is stale. A program that cannot be fetched is skipped, and a line
 * says so; its column stays as it is.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type Converter,
  MissingConverterError,
} from "../packages/bench/src/converters/converter.ts";
import { measureConverter } from "../packages/bench/src/converters/measure.ts";
import { openApiGenerator } from "../packages/bench/src/converters/openapi-generator.ts";
import { openApiProto } from "../packages/bench/src/converters/openapi-proto.ts";
import { stepwire } from "../packages/bench/src/converters/stepwire.ts";
import {
  type MeasuredConverter,
  staleConverters,
  updateConverters,
} from "../packages/bench/src/converters/table.ts";
import { root } from "./library/command.ts";
import { readSection, replaceSection } from "./library/readme.ts";

const SECTION = "converters";
const file = join(root, "docs/other-converters.md");

const help = `Usage: pnpm converters [options]

Options:
  --write              write the table into docs/other-converters.md
  --check              only report whether that table is stale
  --openapi-proto=DIR  a checkout of openapi-proto.go, if Go cannot fetch it
  --help               show this
`;

const { values } = parseArgs({
  options: {
    write: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    "openapi-proto": { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  compareConverters();
}

function compareConverters(): void {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-converters-"));
  try {
    const measured: MeasuredConverter[] = [];
    for (const [name, create] of converters(folder)) {
      const converter = createIfPresent(name, create);
      if (converter !== undefined) {
        const outcomes = measureConverter(converter);
        measured.push({ name: converter.name, version: converter.version, outcomes });
      }
    }
    report(measured);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function converters(folder: string): readonly (readonly [string, () => Converter])[] {
  return [
    ["stepwire", () => stepwire],
    ["openapi-generator", () => openApiGenerator(folder)],
    ["openapi-proto.go", () => openApiProto(folder, values["openapi-proto"])],
  ];
}

function createIfPresent(name: string, create: () => Converter): Converter | undefined {
  try {
    return create();
  } catch (error) {
    if (error instanceof MissingConverterError) {
      console.log(`skipped: ${name} cannot be had here, so its column stays as it is`);
      console.log(error.message);
      return undefined;
    }
    throw error;
  }
}

function report(measured: readonly MeasuredConverter[]): void {
  const page = readFileSync(file, "utf8");
  const former = readSection(page, SECTION);
  if (values.check) {
    const stale = staleConverters(former, measured);
    if (stale.length > 0) {
      console.log(["docs/other-converters.md is stale; measured now:", ...stale].join("\n"));
      console.log("Write it with: pnpm converters --write");
      process.exitCode = 1;
    }
    return;
  }
  const table = updateConverters(former, measured);
  console.log(table);
  if (values.write) {
    const day = new Date().toISOString().slice(0, 10);
    writeFileSync(file, replaceSection(page, SECTION, `${table}\n\nMeasured ${day}.`));
  }
}
