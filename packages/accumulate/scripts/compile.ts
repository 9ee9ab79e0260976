import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AccumulationCode } from "@stepwire/mapping/stepwire/json/v1/accumulation_pb.js";
import { main as runCompiler } from "assemblyscript/asc";
import { PLAN } from "../src/plan/layout.js";
import { directory } from "./outputs.ts";

const flags = [
  // Objects are freed by a collection, which the module starts between two events.
  "--runtime=minimal",
  "--noAssert",
  "--use=abort=",
  "--optimizeLevel=3",
  "--shrinkLevel=1",
  "--enable=bulk-memory",
  // Every runtime has to run it.
  "--disable=simd",
  // No warning about `usize` of 32 bits: the module has a 32-bit memory.
  "--disableWarning=201",
];

/** The name of the compiler's output, which is kept in memory. */
const OUTPUT = "stepwire-accumulate.wasm";

/** Compiles the module with a plan in it. Returns the bytes of the module. */
export async function compile(plan: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await runCompiler(
    [
      "assembly/index.ts",
      `--baseDir=${directory}`,
      `--outFile=${OUTPUT}`,
      `--memoryBase=${PLAN}`,
      ...flags,
    ],
    {
      readFile: (name, baseDirectory) => readSource(join(baseDirectory, name), plan),
      writeFile(name, contents) {
        if (name === OUTPUT && typeof contents !== "string") {
          wasm = contents;
        }
      },
    },
  );
  const problems = stderr.toString();
  if (error !== null || problems !== "" || wasm === undefined) {
    throw new Error(`the assembly does not compile: ${problems || error?.message}`);
  }
  checkPlan(wasm, plan);
  return new Uint8Array(wasm);
}

/**
 * Reads a source file; null if there is none. `plan.ts` and `codes.ts` are no files: they have the plan,
 * and the codes of accumulation.proto. A comment `// @inline` before a function becomes a
 * decorator for AssemblyScript. The sources do not contain the decorator itself, because a linter
 * for TypeScript cannot parse decorators of functions.
 */
function readSource(path: string, plan: Uint8Array): string | null {
  switch (path) {
    case join(directory, "assembly/plan.ts"):
      return `export const plan: usize = memory.data<u8>([${plan.join(",")}]);\n`;
    case join(directory, "assembly/codes.ts"):
      return Object.entries(AccumulationCode)
        .map(([name, code]) => `export const ${name}: u32 = ${code};\n`)
        .join("");
    default:
  }
  return existsSync(path)
    ? readFileSync(path, "utf8").replaceAll(/^\/\/ @inline$/gm, "@inline")
    : null;
}

/** Checks that the plan is where the module reads it, although the compiler places it. */
function checkPlan(wasm: Uint8Array, plan: Uint8Array): void {
  // TypeScript declares WebAssembly only with the DOM.
  const { WebAssembly } = globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (
        module: object,
      ) => {
        readonly exports: { readonly memory: { readonly buffer: ArrayBuffer } };
      };
    };
  };
  const { memory } = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
  if (Buffer.compare(Buffer.from(memory.buffer, PLAN, plan.length), plan) !== 0) {
    throw new Error("the plan must be the first static data of assembly/index.ts");
  }
}
