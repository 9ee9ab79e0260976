import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main as runCompiler } from "assemblyscript/asc";

/** The directory of this package. */
export const directory: string = dirname(dirname(fileURLToPath(import.meta.url)));

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

/** What distinguishes a build. */
export interface Build {
  /** In the folder assembly. */
  readonly entry: string;
  /** In the folder build. */
  readonly file: string;
  readonly simd: boolean;
  /** Where what is compiled in goes in memory. */
  readonly memoryBase: number;
}

/** Compiles AssemblyScript to WebAssembly; its bytes. */
export async function compile({ entry, file, simd, memoryBase }: Build): Promise<Uint8Array> {
  const output = join("build", file);
  const { error, stderr } = await runCompiler(
    [
      join("assembly", entry),
      `--baseDir=${directory}`,
      `--outFile=${output}`,
      `--memoryBase=${memoryBase}`,
      simd ? "--enable=simd" : "--disable=simd",
      ...flags,
    ],
    {},
  );
  const problems = stderr.toString();
  if (error !== null || problems !== "") {
    throw new Error(`${entry} does not compile: ${problems || error?.message}`);
  }
  return readFileSync(join(directory, output));
}
