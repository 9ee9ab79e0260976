import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { main as runCompiler } from "assemblyscript/asc";
import { directory } from "./directory.ts";

const flags = [
  "--runtime=stub",
  "--noAssert",
  "--use=abort=",
  "--optimizeLevel=3",
  // Speed before size, up to the limit in build-kernel.ts.
  "--shrinkLevel=0",
  "--enable=bulk-memory",
  // No warning about `usize` of 32 bits: the kernel supports 32-bit memories only.
  "--disableWarning=201",
];

/** The name of the compiler's output, which is kept in memory. */
const OUTPUT = "kernel.wasm";

/** What differs between builds. */
export interface Build {
  /** File in the folder assembly. */
  readonly entry: string;
  readonly simd: boolean;
  /** Address of the static data. */
  readonly memoryBase: number;
}

/** Compiles AssemblyScript to WebAssembly. Returns the bytes of the module. */
export async function compile({ entry, simd, memoryBase }: Build): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await runCompiler(
    [
      join("assembly", entry),
      `--baseDir=${directory}`,
      `--outFile=${OUTPUT}`,
      `--memoryBase=${memoryBase}`,
      simd ? "--enable=simd" : "--disable=simd",
      ...flags,
    ],
    {
      readFile: readSource,
      writeFile(name, contents) {
        if (name === OUTPUT && typeof contents !== "string") {
          wasm = contents;
        }
      },
    },
  );
  const problems = stderr.toString();
  if (error !== null || problems !== "" || wasm === undefined) {
    throw new Error(`${entry} does not compile: ${problems || error?.message}`);
  }
  return wasm;
}

/**
 * Reads a source file; null if there is none. A comment `// @inline` before a function becomes a
 * decorator for AssemblyScript. The sources do not contain the decorator itself, because a linter
 * for TypeScript cannot parse decorators of functions.
 */
function readSource(name: string, baseDirectory: string): string | null {
  const path = join(baseDirectory, name);
  return existsSync(path)
    ? readFileSync(path, "utf8").replaceAll(/^\/\/ @inline$/gm, "@inline")
    : null;
}
