/*
 * Compiles stepwire.wasm for hosts in any language: the kernel and the table of the
 * run-step model in one file; and stepwire-scalar.wasm, the same for hosts without
 * SIMD. Neither is committed. Run it with `pnpm build:wasm`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DocumentSchema, documentSchemas } from "@stepwire/core";
import { TABLE } from "../src/built/layout.js";
import { compileNamedTable } from "../src/table/compile.js";
import { compile, directory } from "./compile.ts";

const table = compileNamedTable([...documentSchemas, DocumentSchema]);

mkdirSync(join(directory, "build"), { recursive: true });
mkdirSync(join(directory, "assembly/generated"), { recursive: true });
writeFileSync(
  join(directory, "assembly/generated/table.ts"),
  `// Written by scripts/build-published.ts.

export const TABLE_SIZE: usize = ${table.length};
export const table: usize = memory.data<u8>([${table.join(",")}]);
`,
);
// Behind the table, so that the table can be copied to its place.
const memoryBase = TABLE + Math.ceil(table.length / 64) * 64;
for (const simd of [true, false]) {
  const file = simd ? "stepwire.wasm" : "stepwire-scalar.wasm";
  const wasm = await compile({ entry: "published.ts", file, simd, memoryBase });
  console.log(
    `packages/transcode/build/${file}: ${wasm.length} bytes, of which table ${table.length}`,
  );
}
