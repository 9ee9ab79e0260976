import { compress, init } from "@bokuweb/zstd-wasm";

let ready: Promise<void> | undefined;

/** The level that the program zstd has without an option. */
const LEVEL = 3;

/** How many bytes zstd makes of them. */
export async function zstdSize(bytes: Uint8Array): Promise<number> {
  ready ??= init();
  await ready;
  return compress(bytes, LEVEL).length;
}
