import { cpSync, globSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CommandResult, root, run } from "../command.ts";
import { npmVersion } from "../versions.ts";
import { buildJavaLibrary } from "./java-library.ts";
import type { kernelCopies } from "./kernel-copy.ts";
import { pythonProgram, targetFolder } from "./python-environment.ts";

/** A language with a package of its own. */
export type PackagedLanguage = keyof typeof kernelCopies;

/** Returns the folder for the built package of a language. */
export function packageFolder(language: PackagedLanguage): string {
  return join(root, "dist", language);
}

/** Builds the complete package of a language, after its code was generated. */
const builders: Readonly<Record<PackagedLanguage, (folder: string) => Promise<CommandResult>>> = {
  go: buildGo,
  java: buildJava,
  python: buildPython,
  rust: buildRust,
};

/**
 * Generates the code of a language, and builds its package as it is published, with the licence and
 * the schema files, into an empty folder in `dist`.
 */
export async function buildPackage(language: PackagedLanguage): Promise<CommandResult> {
  const generated = await run(["node", "scripts/generate-language.ts", language]);
  if (!generated.succeeded) {
    return generated;
  }
  const folder = packageFolder(language);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return await builders[language](folder);
}

/**
 * Writes the sdist with the sources of the crate, and a wheel for this machine. The wheel is built
 * from the sdist, which is thus complete.
 */
async function buildPython(folder: string): Promise<CommandResult> {
  const generated = await run(["node", "scripts/generate-language.ts", "rust"]);
  if (!generated.succeeded) {
    return generated;
  }
  return await run([pythonProgram("python"), "-m", "build", "--outdir", folder], {
    directory: join(root, "packages/stepwire-py"),
    // So that Wasmtime is compiled once.
    environment: { CARGO_TARGET_DIR: targetFolder },
  });
}

/** Writes the crate, and unpacks it. It is not compiled; `cargo publish` does that. */
async function buildRust(folder: string): Promise<CommandResult> {
  const directory = join(root, "packages/stepwire-rs");
  const target = join(directory, "target");
  // The generated files are not committed, so Cargo would refuse them.
  const packed = await run(
    ["cargo", "package", "--quiet", "--allow-dirty", "--no-verify", "--target-dir", target],
    { directory },
  );
  if (!packed.succeeded) {
    return packed;
  }
  const crate = `stepwire-${npmVersion(root)}.crate`;
  cpSync(join(target, "package", crate), join(folder, crate));
  // With -m, as Cargo gives all files the same old time, by which it would find no changes.
  return run(["tar", "-xmzf", crate], { directory: folder });
}

/**
 * Writes a Maven repository with the jar, the jars of sources and documentation, and the pom. The jar has
 * the native library for this machine, and those of other platforms that are in `target/native`.
 */
async function buildJava(folder: string): Promise<CommandResult> {
  const built = await buildJavaLibrary();
  if (!built.succeeded) {
    return built;
  }
  const directory = join(root, "packages/stepwire-java");
  const maven = join(directory, process.platform === "win32" ? "mvnw.cmd" : "mvnw");
  // Classes of messages that the schema no longer has.
  rmSync(join(directory, "target/classes"), { recursive: true, force: true });
  const repository = `-DaltDeploymentRepository=local::${pathToFileURL(folder)}`;
  const command = [maven, "-q", "-B", "-Pcomplete", "-DskipTests", "deploy", repository];
  return await run(command, { directory });
}

/** Copies the module without its tests, which read files of this repository. */
function buildGo(folder: string): Promise<CommandResult> {
  const directory = join(root, "packages/stepwire-go");
  const isExcluded = (path: string): boolean =>
    /^internal\/(bench|filter|vectors)\//.test(path) ||
    (path.endsWith("_test.go") && !path.endsWith("example_test.go"));
  const files = globSync(
    [
      "**/*.go",
      "proto/**/*.proto",
      "go.mod",
      "go.sum",
      "stepwire{,-accumulate}.wasm",
      "README.md",
      "LICENSE",
    ],
    { cwd: directory },
  ).map((path) => path.replaceAll("\\", "/"));
  for (const path of files.filter((file) => !isExcluded(file))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(directory, path), join(folder, path));
  }
  return run(["go", "vet", "./..."], { directory: folder, environment: { CGO_ENABLED: "0" } });
}
