import { join } from "node:path";
import { main as runCompiler } from "assemblyscript/asc";
import { directory } from "./directory.ts";

const flags = [
  "--runtime=stub",
  "--noAssert",
  "--use=abort=",
  "--optimizeLevel=3",
  // Inlining more would pass the limit on the size; what pays is marked to be inlined.
  "--shrinkLevel=1",
  "--enable=bulk-memory",
  // The kernel is for memories of 32 bits.
  "--disableWarning=201",
];

/** What the compiler calls its output, which stays in memory. */
const OUTPUT = "kernel.wasm";

/** What distinguishes a build. */
export interface Build {
  /** In the folder assembly. */
  readonly entry: string;
  readonly simd: boolean;
  /** Where what is compiled in goes in memory. */
  readonly memoryBase: number;
}

/** Compiles AssemblyScript to WebAssembly; returns the bytes of the module. */
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
