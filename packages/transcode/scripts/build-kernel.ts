/*
 * Compiles the kernel: build/stepwire.wasm for hosts in any language, the same
 * without SIMD as build/stepwire-scalar.wasm, and src/built/kernel.ts, which carries
 * the former into JavaScript. None of them is committed.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main as compile } from "assemblyscript/asc";

const directory = dirname(dirname(fileURLToPath(import.meta.url)));

const flags = [
  "--runtime=stub",
  "--noAssert",
  "--use=abort=",
  "--memoryBase=1024",
  "--optimizeLevel=3",
  // Inlining more makes the kernel half as large again and no faster.
  "--shrinkLevel=1",
  "--enable=bulk-memory",
  // The kernel is for memories of 32 bits.
  "--disableWarning=201",
];

async function build(file: string, ...more: readonly string[]): Promise<Uint8Array> {
  const output = join("build", file);
  const { error, stderr } = await compile(
    ["assembly/index.ts", `--baseDir=${directory}`, `--outFile=${output}`, ...flags, ...more],
    {},
  );
  const problems = stderr.toString();
  if (error !== null || problems !== "") {
    throw new Error(`the kernel does not compile: ${problems || error?.message}`);
  }
  return readFileSync(join(directory, output));
}

mkdirSync(join(directory, "build"), { recursive: true });
mkdirSync(join(directory, "src/built"), { recursive: true });
await build("stepwire-scalar.wasm", "--disable=simd");
const wasm = await build("stepwire.wasm", "--enable=simd");
const base64 = Buffer.from(wasm).toString("base64");
writeFileSync(
  join(directory, "src/built/kernel.ts"),
  `// Written by scripts/build-kernel.ts.\n\n/** The kernel, ${wasm.length} bytes of WebAssembly. */\nexport const kernelBase64: string =\n  "${base64}";\n`,
);
