import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { projectRoot } from "@stepwire/testing";
import { expect, it } from "vitest";
import { archiveGrowth } from "./archive-growth.js";
import { doctorGrowth } from "./doctor-growth.js";
import { exempt } from "./exports.js";
import { formatGrowth } from "./format-growth.js";
import { handlerGrowth } from "./handler-growth.js";
import { importGrowth } from "./import-growth.js";
import { jsonGrowth } from "./json-growth.js";
import { parquetGrowth } from "./parquet-growth.js";
import { streamGrowth } from "./stream-growth.js";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, Target>>;
}

/** What an entry resolves to: a file, or one for each condition. */
type Target = string | Readonly<Record<string, string>>;

/** Returns the entries of the published packages, except wasm files. */
function entryPoints(): string[] {
  return globSync("{packages,apps}/*/package.json", { cwd: projectRoot }).flatMap((path) => {
    const manifest: Manifest = JSON.parse(readFileSync(join(projectRoot, path), "utf8"));
    if (manifest.private === true) {
      return [];
    }
    const { name, exports = {} } = manifest;
    return Object.entries(exports)
      .filter(([entry]) => !entry.endsWith(".wasm"))
      .flatMap(([entry, target]) => expand(entry, target, join(projectRoot, dirname(path))))
      .map((entry) => join(name, entry));
  });
}

/** Returns the entries that an entry with a wildcard matches. */
function expand(entry: string, target: Target, folder: string): string[] {
  const source = typeof target === "string" ? target : target["@stepwire/source"];
  const [before, after] = source?.split("*") ?? [];
  if (source === undefined || before === undefined || after === undefined) {
    return [entry];
  }
  return globSync(source, { cwd: folder }).map((path) =>
    entry.replace("*", relative(before, path).slice(0, -after.length)),
  );
}

async function functionsOf(module: string): Promise<string[]> {
  const exported: Readonly<Record<string, unknown>> = await import(module);
  return Object.entries(exported).flatMap(([name, value]) =>
    typeof value === "function" ? [`${module}:${name}`] : [],
  );
}

const functions = (await Promise.all(entryPoints().map(functionsOf))).flat();
const covered = new Set(
  [
    ...jsonGrowth,
    ...streamGrowth,
    ...handlerGrowth,
    ...archiveGrowth,
    ...formatGrowth,
    ...importGrowth,
    ...doctorGrowth,
    ...parquetGrowth,
  ].flatMap(({ of }) => of),
);

it("every public function has a growth test, or a reason to have none", () => {
  const without = functions.filter((name) => !covered.has(name) && !(name in exempt));
  expect(without, "add an entry to test/growth, or a reason to exports.ts").toEqual([]);
});

it("no growth test or exception is left over", () => {
  const names = [...covered, ...Object.keys(exempt)];
  expect(names.filter((name) => !functions.includes(name))).toEqual([]);
  expect(Object.keys(exempt).filter((name) => covered.has(name))).toEqual([]);
});
