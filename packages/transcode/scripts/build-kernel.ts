/*
 * Compiles the kernel for JavaScript, as build/kernel.wasm, and as src/built/kernel.ts,
 * which carries it into the package. Neither is committed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as layout from "../assembly/layout.ts";
import { compile, directory } from "./compile.ts";

/** The kernel is a part of web pages, and compiled in each thread that uses it. */
const LIMIT_BYTES = 64 * 1024;

mkdirSync(join(directory, "build"), { recursive: true });
mkdirSync(join(directory, "src/built"), { recursive: true });
const wasm = await compile({
  entry: "index.ts",
  file: "kernel.wasm",
  simd: true,
  memoryBase: 1024,
});
if (wasm.length >= LIMIT_BYTES) {
  throw new Error(`the kernel has ${wasm.length} bytes; it must stay below ${LIMIT_BYTES}`);
}
const constants = Object.entries(layout).map(
  ([name, value]) => `export const ${name} = ${value};\n`,
);
writeFileSync(
  join(directory, "src/built/layout.ts"),
  `// Written by scripts/build-kernel.ts from assembly/layout.ts.\n\n${constants.join("")}`,
);
const base64 = Buffer.from(wasm).toString("base64");
writeFileSync(
  join(directory, "src/built/kernel.ts"),
  `// Written by scripts/build-kernel.ts.\n\n/** The kernel, ${wasm.length} bytes of WebAssembly. */\nexport const kernelBase64: string =\n  "${base64}";\n`,
);
