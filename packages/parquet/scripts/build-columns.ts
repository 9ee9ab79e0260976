/*
 * Compiles the module for JavaScript to src/built/columns.ts, which embeds it in the package, and
 * evaluates assembly/layout.ts into src/built/layout.ts. Does nothing if both files are up to date.
 * Neither is committed.
 */
// The types of assembly/layout.ts, which is imported here.
/// <reference types="assemblyscript/std/portable/index.d.ts" />
import { join } from "node:path";
import { ensureFresh, replaceFile } from "../../../scripts/library/fresh.ts";
import { columns } from "./outputs.ts";

await ensureFresh(columns, async () => {
  // Imported only if needed, because the compiler takes a second to load.
  const { compile, directory } = await import("./compile.ts");
  const wasm = await compile("index.ts");
  const layout = await import("../assembly/layout.ts");
  const constants = Object.entries(layout).map(
    ([name, value]) => `export const ${name} = ${value};\n`,
  );
  replaceFile(
    join(directory, "src/built/layout.ts"),
    `// Written by scripts/build-columns.ts from assembly/layout.ts.\n\n${constants.join("")}`,
  );
  const base64 = Buffer.from(wasm).toString("base64");
  replaceFile(
    join(directory, "src/built/columns.ts"),
    `// Written by scripts/build-columns.ts.\n\n/** The module, ${wasm.length} bytes of WebAssembly. */\nexport const columnsBase64: string =\n  "${base64}";\n`,
  );
});
