import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { main as runCompiler } from "assemblyscript/asc";

/** The directory of this package. */
export const directory: string = dirname(import.meta.dirname);

const flags = [
  // With memory that can be freed, but without a garbage collector: there are no objects.
  "--runtime=minimal",
  "--noAssert",
  "--use=abort=",
  "--optimizeLevel=3",
  "--shrinkLevel=0",
  "--enable=bulk-memory",
  // The result words are below this address.
  "--memoryBase=1024",
  // No warning about `usize` of 32 bits: the module supports 32-bit memories only.
  "--disableWarning=201",
];

/** The name of the compiler's output, which is kept in memory. */
const OUTPUT = "columns.wasm";

/** Compiles a file in the folder assembly to WebAssembly. Returns the bytes of the module. */
export async function compile(entry: string): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await runCompiler(
    [join("assembly", entry), `--baseDir=${directory}`, `--outFile=${OUTPUT}`, ...flags],
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
 * decorator for AssemblyScript, as in packages/transcode.
 */
function readSource(name: string, baseDirectory: string): string | null {
  const path = join(baseDirectory, name);
  return existsSync(path)
    ? readFileSync(path, "utf8").replaceAll(/^\/\/ @inline$/gm, "@inline")
    : null;
}
