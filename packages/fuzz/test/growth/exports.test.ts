import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exempt, modules } from "./exports.js";
import { jsonGrowth } from "./json-growth.js";
import { streamGrowth } from "./stream-growth.js";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
}

const root = join(import.meta.dirname, "../../../..");

/** What can be imported from the published packages, wasm files left out. */
function entryPoints(): string[] {
  return globSync("{packages,apps}/*/package.json", { cwd: root })
    .map((path): Manifest => JSON.parse(readFileSync(join(root, path), "utf8")))
    .filter((manifest) => manifest.private !== true)
    .flatMap(({ name, exports = {} }) =>
      Object.keys(exports)
        .filter((path) => !path.endsWith(".wasm"))
        .map((path) => join(name, path)),
    );
}

const functions = Object.entries(modules).flatMap(([module, exported]) =>
  Object.entries(exported).flatMap(([name, value]) =>
    typeof value === "function" ? [`${module}:${name}`] : [],
  ),
);
const covered = new Set([...jsonGrowth, ...streamGrowth].flatMap(({ of }) => of));

it("every entry of every published package is looked at", () => {
  expect(Object.keys(modules).sort()).toEqual(entryPoints().sort());
});

it("every public function has a growth test, or a reason to have none", () => {
  const without = functions.filter((name) => !covered.has(name) && !(name in exempt));
  expect(without, "add an entry to test/growth, or a reason to exports.ts").toEqual([]);
});

it("no growth test or exception is left over", () => {
  const names = [...covered, ...Object.keys(exempt)];
  expect(names.filter((name) => !functions.includes(name))).toEqual([]);
  expect(Object.keys(exempt).filter((name) => covered.has(name))).toEqual([]);
});
