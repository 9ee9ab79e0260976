/*
 * Packs every published package as for a registry, checks its manifest, README and licence, and runs
 * two tools that check whether users of the package can find its code and its types. The packages
 * must be built.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, root, run } from "./library/command.ts";
import { publishingProblems } from "./library/manifest-rules.ts";
import { missingFiles, pack, publishedPackages } from "./library/packing.ts";
import type { WorkspacePackage } from "./library/workspace.ts";

const folder = mkdtempSync(join(tmpdir(), "stepwire-packages-"));

async function check(published: WorkspacePackage): Promise<CommandResult[]> {
  const { directory, manifest } = published;
  const missing = missingFiles(join(root, directory), manifest);
  if (missing.length > 0) {
    const lines = missing.map((path) => `${directory}/package.json: ${path} does not exist`);
    return [{ succeeded: false, output: lines.join("\n") }];
  }
  const { path, files } = await pack(published, folder);
  const readme = readFileSync(join(root, directory, "README.md"), "utf8");
  const problems = publishingProblems({ directory, manifest, readme, files }, (name) =>
    existsSync(join(root, name)),
  );
  // Only JavaScript files have types.
  const wasm = Object.keys(manifest.exports ?? {}).filter((name) => name.endsWith(".wasm"));
  const excluded = wasm.length === 0 ? [] : ["--exclude-entrypoints", ...wasm];
  return Promise.all([
    { succeeded: problems.length === 0, output: problems.join("\n") },
    run(["publint", path, "--strict"]),
    run(["attw", path, "--profile", "esm-only", "--format", "ascii", "--no-emoji", ...excluded]),
  ]);
}

try {
  const results = (await Promise.all(publishedPackages().map(check))).flat();
  for (const result of results.filter(({ succeeded }) => !succeeded)) {
    console.log(result.output.trimEnd());
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
