import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../command.ts";
import { commitAll, copyWorkTree } from "../work-tree.ts";

/**
 * Runs some work on a copy of the work tree: the files that a commit would include, committed, with
 * the dependencies of the original. Then removes the copy.
 */
export async function onCopy<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-release-"));
  try {
    await copyWorkTree(folder);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    await commitAll(folder);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
