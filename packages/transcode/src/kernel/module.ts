import { compileKernel, loadKernel } from "#kernel";
import type { WasmModule } from "./web-assembly.js";

let compiled: WasmModule | undefined;

/** Returns the compiled kernel. */
export function kernelModule(): WasmModule {
  compiled ??= compileKernel();
  return compiled;
}

/** Compiles the kernel without blocking the thread. */
export async function loadKernelModule(): Promise<void> {
  compiled ??= await loadKernel();
}

/** Uses a kernel that another thread has compiled. */
export function useKernelModule(module: WasmModule): void {
  compiled ??= module;
}
