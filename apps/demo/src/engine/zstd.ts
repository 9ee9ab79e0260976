import { compress, init } from "@bokuweb/zstd-wasm";

let ready: Promise<void> | undefined;

/** The default level of the program zstd. */
const LEVEL = 3;

/** Returns the size of bytes after compression with zstd. */
export async function zstdSize(bytes: Uint8Array): Promise<number> {
  ready ??= init();
  await ready;
  return compress(bytes, LEVEL).length;
}
