import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, root, run } from "../command.ts";
import { targetFolder } from "./python-environment.ts";

const java = join(root, "packages/stepwire-java");

const systems: Readonly<Record<string, string>> = { darwin: "macos", win32: "windows" };
const processors: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** Returns the name of a platform as `NativeLibrary` of Java has it: "linux-x86_64". */
export function javaPlatform(
  system: string = process.platform,
  processor: string = process.arch,
): string {
  return `${systems[system] ?? system}-${processors[processor] ?? processor}`;
}

/** Returns the name of the library's file on a system. */
export function javaLibraryName(system: string = process.platform): string {
  switch (system) {
    case "win32":
      return "stepwire_java.dll";
    case "darwin":
      return "libstepwire_java.dylib";
    default:
      return "libstepwire_java.so";
  }
}

/**
 * Builds the native library of the Java package for this platform, into the resources of its jar. The
 * first time takes minutes, as Wasmtime is compiled.
 */
export async function buildJavaLibrary(): Promise<CommandResult> {
  const generated = await run(["node", "scripts/generate-language.ts", "rust"]);
  if (!generated.succeeded) {
    return generated;
  }
  const built = await run(["cargo", "build", "--release", "--quiet", "--locked"], {
    directory: join(java, "native"),
    // The same as for the crate, so that Wasmtime is compiled once.
    environment: { CARGO_TARGET_DIR: targetFolder },
  });
  if (built.succeeded) {
    const folder = join(java, "target/native", javaPlatform());
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(targetFolder, "release", javaLibraryName()), join(folder, javaLibraryName()));
  }
  return built;
}
