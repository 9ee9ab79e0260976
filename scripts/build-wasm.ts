/* Compiles the WebAssembly modules for hosts in any language, unless they are up to date. */
await import("../packages/transcode/scripts/build-published.ts");
await import("../packages/parquet/scripts/build-published.ts");
await import("../packages/accumulate/scripts/build-wasm.ts");
