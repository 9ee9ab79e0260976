/*
 * Compiles stepwire-columns.wasm for hosts in any language: the module and, in the same file, the
 * plan of all messages of the model that can be documents. Does nothing if it is up to date. It is
 * not committed. Run it with `pnpm build:wasm`.
 */
import { join } from "node:path";
import { ensureFresh, replaceFile } from "../../../scripts/library/fresh.ts";
import { publishedColumns } from "./outputs.ts";

await ensureFresh(publishedColumns, async () => {
  // Writes the layout by which the plan is compiled.
  await import("./build-columns.ts");
  // Imported only if needed, because the compiler and the schema take a second to load.
  const { files } = await import("@stepwire/core/registry");
  const { getTableMapping } = await import("@stepwire/mapping");
  const { canBeDocument } = await import("@stepwire/mapping/internal");
  const { compilePlan } = await import("../src/plan/compile.js");
  const { compile, directory } = await import("./compile.ts");

  const messages = files
    .flatMap(({ messages }) => messages)
    .filter((message) => canBeDocument(message) && getTableMapping(message).columns.length > 0);
  const plan = compilePlan(messages);
  replaceFile(
    join(directory, "assembly/generated/plan.ts"),
    `// Written by scripts/build-published.ts.

export const plan: usize = memory.data<u8>([${plan.join(",")}]);
`,
  );
  const wasm = await compile("published.ts");
  replaceFile(join(directory, "build/stepwire-columns.wasm"), wasm);
  console.log(
    `packages/parquet/build/stepwire-columns.wasm: ${wasm.length} bytes, of which plan ${plan.length}`,
  );
});
