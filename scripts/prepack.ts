/*
 * Runs before `pnpm pack` and `pnpm publish`, in the folder of a package: builds the package anew, and
 * refuses to pack it if a file that its manifest names is missing.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildPackages, missingFiles, removeBuild } from "./library/packing.ts";
import type { Manifest } from "./library/workspace.ts";

const folder = process.cwd();
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

removeBuild(folder);
const { succeeded, output } = await buildPackages(manifest.name);
if (succeeded) {
  const missing = missingFiles(folder, manifest);
  for (const path of missing) {
    console.error(`${manifest.name}: package.json names ${path}, which does not exist`);
  }
  process.exitCode = missing.length > 0 ? 1 : 0;
} else {
  console.error(output.trimEnd());
  console.error(`${manifest.name} cannot be packed, because its build failed; see above`);
  process.exitCode = 1;
}
