import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./command.ts";

/** All generated files; these folders must contain nothing else. */
const pattern = "packages/*/src/gen/**";

/** A hash of the content of each generated file, by path. */
export type Snapshot = Map<string, string>;

/** Returns a snapshot of the generated code on disk. */
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

/** Returns the files that were added, changed or removed, sorted. */
export function difference(before: Snapshot, after: Snapshot): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

/**
 * Returns the difference from the last commit as text; empty if there is none. Only useful if the
 * work tree should be clean, as in CI. There it also finds generated files that were not committed,
 * which a comparison on disk cannot find.
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
