import { kernelBase64 } from "../built/kernel.js";
import { type WasmModule, webAssembly } from "./web-assembly.js";

let compiled: WasmModule | undefined;

/**
 * Returns the compiled kernel. Every supported JavaScript runtime compiles a module of this size
 * synchronously, including the main threads of browsers (Chromium: up to 8 MB).
 */
export function kernelModule(): WasmModule {
  compiled ??= new webAssembly.Module(kernelBytes());
  return compiled;
}

/** Compiles the kernel without blocking the thread. */
export async function loadKernelModule(): Promise<void> {
  compiled ??= await webAssembly.compile(kernelBytes());
}

/** Uses a kernel that another thread has compiled. */
export function useKernelModule(module: WasmModule): void {
  compiled ??= module;
}

function kernelBytes(): Uint8Array<ArrayBuffer> {
  const text = atob(kernelBase64);
  const bytes = new Uint8Array(text.length);
  // `Uint8Array.from` with a function takes 4 ms more.
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = text.charCodeAt(index);
  }
  return bytes;
}
