/*
 * Packs every published package as for a registry, and runs two tools that check whether users of
 * the package can find its code and its types.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, root, run } from "./library/command.ts";
import { readWorkspace, type WorkspacePackage } from "./library/workspace.ts";

const folder = mkdtempSync(join(tmpdir(), "stepwire-packages-"));

async function check({ directory, manifest }: WorkspacePackage): Promise<CommandResult[]> {
  const destination = join(folder, directory);
  mkdirSync(destination, { recursive: true });
  const packed = await run(["pnpm", "pack", "--pack-destination", destination], {
    directory: join(root, directory),
  });
  const archive = readdirSync(destination)[0];
  if (archive === undefined) {
    return [{ ...packed, succeeded: false }];
  }
  const path = join(destination, archive);
  // Only JavaScript files have types.
  const files = Object.keys(manifest.exports ?? {}).filter((name) => name.endsWith(".wasm"));
  const excluded = files.length === 0 ? [] : ["--exclude-entrypoints", ...files];
  return Promise.all([
    run(["publint", path, "--strict"]),
    run(["attw", path, "--profile", "esm-only", "--format", "ascii", "--no-emoji", ...excluded]),
  ]);
}

try {
  const published = readWorkspace(root).filter(({ manifest }) => manifest.private !== true);
  const results = (await Promise.all(published.map(check))).flat();
  for (const result of results.filter(({ succeeded }) => !succeeded)) {
    console.log(result.output.trimEnd());
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
