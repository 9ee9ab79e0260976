import { kernelBase64 } from "../built/kernel.js";
import { type WasmModule, webAssembly } from "./web-assembly.js";

/**
 * Compiles the kernel. Every supported JavaScript runtime but workerd compiles a module of this size
 * synchronously, including the main threads of browsers (Chromium: up to 8 MB).
 */
export function compileKernel(): WasmModule {
  return new webAssembly.Module(kernelBytes());
}

/** Compiles the kernel without blocking the thread. */
export async function loadKernel(): Promise<WasmModule> {
  return await webAssembly.compile(kernelBytes());
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
