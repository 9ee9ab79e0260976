import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./command.ts";

const fromSource = [
  "--conditions=@stepwire/source",
  "--import",
  join(root, "scripts/source-resolver.ts"),
];

/** Returns the output of `pnpm demo`. */
export async function runDemo(): Promise<string> {
  return await runNode([join(root, "scripts/demo.ts")], root);
}

/** Runs a TypeScript module in a package's folder and returns its output. */
export async function runSnippet(code: string, folder: string): Promise<string> {
  return await runNode(["--input-type=module-typescript", "--eval", code], folder);
}

async function runNode(parameters: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...fromSource, ...parameters], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  return stdout;
}
