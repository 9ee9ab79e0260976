import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { projectRoot } from "@stepwire/testing";

/** A target cannot be had here. */
export class MissingTargetError extends Error {}

export const adapters: string = join(import.meta.dirname, "adapters");
const cache = join(projectRoot, "node_modules/.cache/stepwire/doctor");

/** Installs what a target needs into a folder of its own, once. */
function installOnce(name: string, install: (folder: string) => void): string {
  const folder = join(cache, name);
  if (!existsSync(folder)) {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    try {
      install(partial);
    } catch (cause) {
      throw new MissingTargetError(`${name} cannot be installed`, { cause });
    }
    renameSync(partial, folder);
  }
  return folder;
}

function run(command: string, parameters: readonly string[], directory: string): void {
  execFileSync(command, parameters, { cwd: directory, stdio: ["ignore", 2, 2] });
}

/**
 * Installs a package from npm. Returns the path of a module of it.
 *
 * @param overrides versions of its dependencies whose newest version does not work.
 */
export function npmModule(
  name: string,
  version: string,
  module = "",
  overrides: Readonly<Record<string, string>> = {},
): string {
  const folder = installOnce(`npm-${name.replaceAll("/", "-")}-${version}`, (target) => {
    const manifest = { private: true, dependencies: { [name]: version }, overrides };
    writeFileSync(join(target, "package.json"), JSON.stringify(manifest));
    const options = ["--no-audit", "--no-fund", "--loglevel=error"];
    run("npm", ["install", "--prefix", target, ...options], target);
  });
  return module === ""
    ? createRequire(join(folder, "package.json")).resolve(name)
    : join(folder, "node_modules", name, module);
}

/** Installs a package from PyPI. Returns the folder of its programs, which also has `python`. */
export function pythonPrograms(requirement: string): string {
  const name = `python-${requirement.replaceAll(/[^\w.]+/g, "-")}`;
  const programs = join(cache, name, "bin");
  if (!existsSync(programs)) {
    mkdirSync(cache, { recursive: true });
    try {
      // Programs of an environment have its path in them, so that it cannot be moved.
      run("python3", ["-m", "venv", name], cache);
      run(join(programs, "pip"), ["install", "--quiet", requirement], cache);
    } catch (cause) {
      rmSync(join(cache, name), { recursive: true, force: true });
      throw new MissingTargetError(`${requirement} cannot be installed`, { cause });
    }
  }
  return programs;
}

/** Builds an adapter in Go or Rust. Returns the program. */
export function builtAdapter(language: "go" | "rust"): string {
  const folder = join(cache, `adapter-${language}`);
  rmSync(join(folder, "source"), { recursive: true, force: true });
  cpSync(join(adapters, language), join(folder, "source"), { recursive: true });
  const source = join(folder, "source");
  try {
    if (language === "go") {
      run("go", ["build", "-o", join(folder, "adapter"), "."], source);
      return join(folder, "adapter");
    }
    run("cargo", ["build", "--quiet", "--locked", "--target-dir", join(folder, "target")], source);
    return join(folder, "target/debug/stepwire-doctor");
  } catch (cause) {
    throw new MissingTargetError(`the adapter in ${language} cannot be built`, { cause });
  }
}
