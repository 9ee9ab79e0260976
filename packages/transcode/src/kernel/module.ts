import { kernelBase64 } from "../built/kernel.js";
import { type WasmModule, webAssembly } from "./web-assembly.js";

let compiled: WasmModule | undefined;

/**
 * The compiled kernel. Every JavaScript runtime that is supported compiles so
 * small a module at once, browsers' main threads included (Chromium: up to 8 MB).
 */
export function kernelModule(): WasmModule {
  compiled ??= new webAssembly.Module(kernelBytes());
  return compiled;
}

/** Compiles the kernel without blocking, for threads that have something else to do. */
export async function loadKernelModule(): Promise<void> {
  compiled ??= await webAssembly.compile(kernelBytes());
}

/** Takes the kernel as another thread has compiled it. */
export function useKernelModule(module: WasmModule): void {
  compiled ??= module;
}

function kernelBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(kernelBase64), (character) => character.charCodeAt(0));
}
