/*
 * The kernel for workerd, which refuses to compile WebAssembly at run time: there, `import` gives a
 * compiled module, and the bundler adds the file to the worker.
 */
import kernel from "@stepwire/transcode/kernel.wasm";
import type { WasmModule } from "./web-assembly.js";

/** Returns the kernel. */
export function compileKernel(): WasmModule {
  return kernel;
}

/** Returns the kernel. */
export function loadKernel(): Promise<WasmModule> {
  return Promise.resolve(kernel);
}
