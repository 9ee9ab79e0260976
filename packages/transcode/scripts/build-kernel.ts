/*
 * Compiles the kernel for JavaScript to build/kernel.wasm and to src/built/kernel.ts, which
 * embeds it in the package. The constants that both sides use have one definition each: the codes
 * of conversion.proto are written to assembly/generated/codes.ts, and assembly/layout.ts is
 * evaluated into src/built/layout.ts. Does nothing if all files are up to date. None of them is
 * committed.
 */
// The types of the layouts, which are imported here.
/// <reference types="assemblyscript/std/portable/index.d.ts" />
import { createHash } from "node:crypto";
import { join } from "node:path";
import { ensureFresh, replaceFile } from "../../../scripts/library/fresh.ts";
import { directory } from "./directory.ts";
import { kernel } from "./outputs.ts";

/** Web pages load the kernel, and every thread that uses it compiles it. */
const LIMIT_BYTES = 64 * 1024;

await ensureFresh(kernel, async () => {
  replaceFile(join(directory, "assembly/generated/codes.ts"), await codeConstants());
  // Imported only if needed, because the compiler takes a second to load.
  const { compile } = await import("./compile.ts");
  const wasm = await compile({ entry: "index.ts", simd: true, memoryBase: 1024 });
  if (wasm.length >= LIMIT_BYTES) {
    throw new Error(`the kernel has ${wasm.length} bytes; it must stay below ${LIMIT_BYTES}`);
  }
  replaceFile(join(directory, "build/kernel.wasm"), wasm);
  const layout = {
    ...(await import("../assembly/layout.ts")),
    ...(await import("../assembly/event-layout.ts")),
  };
  const constants = Object.entries(layout).map(
    ([name, value]) => `export const ${name} = ${value};\n`,
  );
  constants.push(
    `/** Differs between layouts. */\nexport const LAYOUT_HASH = ${hashOf(constants)};\n`,
  );
  replaceFile(
    join(directory, "src/built/layout.ts"),
    `// Written by scripts/build-kernel.ts from assembly/layout.ts and event-layout.ts.\n\n${constants.join("")}`,
  );
  const base64 = Buffer.from(wasm).toString("base64");
  replaceFile(
    join(directory, "src/built/kernel.ts"),
    `// Written by scripts/build-kernel.ts.\n\n/** The kernel, ${wasm.length} bytes of WebAssembly. */\nexport const kernelBase64: string =\n  "${base64}";\n`,
  );
});

/** Returns 32 bits of a hash. */
function hashOf(texts: readonly string[]): number {
  return createHash("sha256").update(texts.join("")).digest().readUInt32LE();
}

/** Returns the codes as constants in AssemblyScript, such as `NOT_JSON`. */
async function codeConstants(): Promise<string> {
  const { ResultCode, ViolationCode } = await import(
    "../../mapping/src/gen/stepwire/json/v1/conversion_pb.ts"
  );
  const constants = Object.entries({ ...ViolationCode, ...ResultCode })
    .filter(([name]) => name !== "UNSPECIFIED")
    .map(([name, code]) => `export const ${name}: u32 = ${code};\n`);
  return `// Written by scripts/build-kernel.ts from conversion.proto.\n\n${constants.join("")}`;
}
