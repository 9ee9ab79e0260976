/*
 * Compiles stepwire.wasm for hosts in any language: the kernel and, in the same file, the tables
 * of all messages of the model that can be documents; and stepwire-scalar.wasm, the same for hosts without
 * SIMD. Does nothing if both are up to date. Neither is committed. Run it with `pnpm build:wasm`.
 */
import { join } from "node:path";
import { ensureFresh, replaceFile } from "../../../scripts/library/fresh.ts";
import type { KernelExports } from "../src/kernel/exports.js";
import { directory } from "./directory.ts";
import { published } from "./outputs.ts";

await ensureFresh(published, async () => {
  // Writes the layout by which the table is compiled.
  await import("./build-kernel.ts");
  // Imported only if needed, because the compiler and the schema take a second to load.
  const { DocumentSchema } = await import("@stepwire/core");
  const { files } = await import("@stepwire/core/registry");
  const { getDocumentArms } = await import("@stepwire/mapping");
  const { canBeDocument } = await import("@stepwire/mapping/internal");
  const { TABLE } = await import("../src/built/layout.js");
  const { compileHostTable } = await import("../src/table/host-table.js");
  const { compile } = await import("./compile.ts");

  const table = compileHostTable([
    ...getDocumentArms(DocumentSchema).map(({ message }) => message),
    DocumentSchema,
    ...files.flatMap(({ messages }) => messages).filter(canBeDocument),
  ]);
  replaceFile(
    join(directory, "assembly/generated/table.ts"),
    `// Written by scripts/build-published.ts.

export const table: usize = memory.data<u8>([${table.join(",")}]);
`,
  );
  for (const simd of [true, false]) {
    const file = simd ? "stepwire.wasm" : "stepwire-scalar.wasm";
    const wasm = await compile({ entry: "published.ts", simd, memoryBase: TABLE });
    await checkTable(wasm, table, TABLE);
    replaceFile(join(directory, "build", file), wasm);
    console.log(
      `packages/transcode/build/${file}: ${wasm.length} bytes, of which table ${table.length}`,
    );
  }
});

/** Checks that the table is where the kernel reads it, although the compiler places it. */
async function checkTable(wasm: Uint8Array, table: Uint8Array, place: number): Promise<void> {
  const { webAssembly } = await import("../src/kernel/web-assembly.js");
  const instance = new webAssembly.Instance(new webAssembly.Module(new Uint8Array(wasm)));
  // Its exports are those of assembly/published.ts.
  const { memory } = instance.exports as Pick<KernelExports, "memory">;
  if (Buffer.compare(Buffer.from(memory.buffer, place, table.length), table) !== 0) {
    throw new Error("the table must be the first static data of assembly/published.ts");
  }
}
