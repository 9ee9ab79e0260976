/* Compiles the WebAssembly modules for hosts in any language, unless they are up to date. */
const scripts = [
  "transcode/scripts/build-published.ts",
  "parquet/scripts/build-published.ts",
  "accumulate/scripts/build-wasm.ts",
];

for (const script of scripts) {
  await import(`../packages/${script}`);
}
