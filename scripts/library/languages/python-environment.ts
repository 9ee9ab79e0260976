import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, root, run } from "../command.ts";

const directory = join(root, "packages/stepwire-py");
const environment = join(directory, ".venv");

/** Returns the path of a program in the virtual environment. */
export function pythonProgram(name: string): string {
  const folder = process.platform === "win32" ? "Scripts" : "bin";
  return join(environment, folder, name);
}

/** Shared with the crate, so that its dependencies are compiled once. */
export const targetFolder = join(root, "packages/stepwire-rs/target");

/** Makes the package importable from its sources. */
const addSources = `
from pathlib import Path
from sysconfig import get_path
Path(get_path("purelib"), "stepwire.pth").write_text(str(Path("src").resolve()))
`;

/**
 * Creates the virtual environment of the Python package with pinned tools. It takes half a minute,
 * once for each version of requirements.txt.
 */
export async function preparePython(): Promise<CommandResult> {
  const requirements = readFileSync(join(directory, "requirements.txt"));
  const state = createHash("sha256").update(requirements).digest("hex");
  const stamp = join(environment, "stepwire-state");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) {
    return { succeeded: true, output: "" };
  }
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const steps = [
    ["python3", "-m", "venv", "--clear", environment],
    // Python compiles modules on import; pip would compile all of them.
    [pythonProgram("python"), ...install, "--no-compile", "--requirement", "requirements.txt"],
    [pythonProgram("python"), "-c", addSources],
  ];
  let result: CommandResult = { succeeded: true, output: "" };
  for (const step of steps) {
    if (result.succeeded) {
      result = await run(step, { directory });
    }
  }
  if (result.succeeded) {
    writeFileSync(stamp, state);
  }
  return result;
}

/**
 * Builds the native module into the sources: quickly, with an interpreter of WebAssembly, or
 * optimized, as it is published. The crate must have been generated.
 */
export function buildNativeModule(kind: "quick" | "optimized"): Promise<CommandResult> {
  const options = {
    quick: ["--profile", "dev", "--no-default-features", "--features", "pyo3/abi3-py311,wasmi"],
    optimized: ["--release", "--features", "pyo3/abi3-py311"],
  };
  return run([pythonProgram("maturin"), "develop", "--quiet", "--skip-install", ...options[kind]], {
    directory,
    environment: { VIRTUAL_ENV: environment, CARGO_TARGET_DIR: targetFolder },
  });
}

/** Writes the client stubs of all services. buf cannot run this generator. */
export function writePythonStubs(): Promise<CommandResult> {
  const proto = join(root, "proto");
  const services = globSync("stepwire/**/*_service.proto", { cwd: proto }).sort();
  return run([
    ...[pythonProgram("python"), "-m", "grpc_tools.protoc", "--proto_path", proto],
    ...["--grpc_python_out", join(directory, "src"), ...services],
  ]);
}
