import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./command.ts";

/** All that generators write; nothing else may stand in these folders. */
const pattern = "packages/*/src/gen/**";

/** A hash of the content of each generated file, by its path. */
export type Snapshot = Map<string, string>;

/** The generated code as it stands on disk. */
export function takeSnapshot(): Snapshot {
  const snapshot: Snapshot = new Map();
  for (const entry of globSync(pattern, { cwd: root, withFileTypes: true })) {
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      snapshot.set(path, createHash("sha256").update(readFileSync(path)).digest("hex"));
    }
  }
  return snapshot;
}

/** The files that were added, changed or removed, sorted. */
export function difference(before: Snapshot, after: Snapshot): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

/**
 * What differs from the commit, as text; empty if nothing does. Only of use where
 * the work tree is meant to be clean, as in CI: there it finds generated files
 * that nobody committed, which a comparison on disk cannot.
 */
export async function differenceFromCommit(): Promise<string> {
  const folders = ":(glob)packages/*/src/gen/**";
  const status = await run(["git", "status", "--porcelain", "--untracked-files=all", folders]);
  if (status.succeeded && status.output === "") {
    return "";
  }
  const changes = await run(["git", "diff", folders]);
  return status.output + changes.output;
}
