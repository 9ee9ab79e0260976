import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "../command.ts";

/**
 * Runs some work on a copy of the work tree: the files that a commit would include, committed, with
 * the dependencies of the original. Then removes the copy.
 */
export async function onCopy<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-release-"));
  try {
    const listed = await git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard");
    for (const file of listed.split("\0").filter((path) => path && existsSync(join(root, path)))) {
      cpSync(join(root, file), join(folder, file));
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    await git(folder, "init", "--quiet", "--initial-branch=main");
    await git(folder, "add", "--all");
    const author = ["-c", "user.name=release", "-c", "user.email=release@example.com"];
    await git(folder, ...author, "commit", "--quiet", "--message=A copy");
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function git(directory: string, ...parameters: string[]): Promise<string> {
  const { succeeded, output } = await run(["git", ...parameters], { directory });
  if (!succeeded) {
    throw new Error(`git ${parameters[0]} failed:\n${output}`);
  }
  return output;
}
