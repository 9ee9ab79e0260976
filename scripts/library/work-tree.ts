import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./command.ts";

/** Runs git. Returns its output; fails if it fails. */
export async function git(directory: string, ...parameters: readonly string[]): Promise<string> {
  const { succeeded, output } = await run(["git", ...parameters], { directory });
  if (!succeeded) {
    throw new Error(`git ${parameters[0]} failed:\n${output}`);
  }
  return output;
}

/** Returns the paths of the files that a commit would include. */
export async function workTreeFiles(): Promise<string[]> {
  const listed = await git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard");
  // The list also contains files whose removal is not committed yet.
  return listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

/** Copies the files that a commit would include into an empty folder, and makes it a repository. */
export async function copyWorkTree(folder: string): Promise<void> {
  for (const file of await workTreeFiles()) {
    cpSync(join(root, file), join(folder, file));
  }
  await git(folder, "init", "--quiet", "--initial-branch=main");
}

/** Commits everything in a copy. */
export async function commitAll(folder: string): Promise<void> {
  await git(folder, "add", "--all");
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  await git(folder, ...author, "commit", "--quiet", "--allow-empty", "--message=A copy");
}
