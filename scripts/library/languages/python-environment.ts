import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, root, run } from "../command.ts";

const directory = join(root, "packages/stepwire-py");
const environment = join(directory, ".venv");

/** Returns the path of a program in the virtual environment. */
export function pythonProgram(name: string): string {
  const folder = process.platform === "win32" ? "Scripts" : "bin";
  return join(environment, folder, name);
}

/**
 * Creates the virtual environment of the Python package with pinned tools. It takes half a minute,
 * once for each version of pyproject.toml.
 */
export async function preparePython(): Promise<CommandResult> {
  const project = readFileSync(join(directory, "pyproject.toml"));
  const state = createHash("sha256").update(project).digest("hex");
  const stamp = join(environment, "stepwire-state");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) {
    return { succeeded: true, output: "" };
  }
  const made = await run(["python3", "-m", "venv", "--clear", environment]);
  if (!made.succeeded) {
    return made;
  }
  // Python compiles modules on import; pip would compile all of them.
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"];
  const installed = await run([pythonProgram("python"), ...pip, "--editable", ".[dev]"], {
    directory,
  });
  if (installed.succeeded) {
    writeFileSync(stamp, state);
  }
  return installed;
}
