import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The root of the workspace. */
export const projectRoot: string = findRoot(import.meta.dirname);

function findRoot(directory: string): string {
  if (existsSync(join(directory, "pnpm-workspace.yaml"))) {
    return directory;
  }
  const parent = dirname(directory);
  if (parent === directory) {
    throw new Error("this package stands outside of its workspace");
  }
  return findRoot(parent);
}
