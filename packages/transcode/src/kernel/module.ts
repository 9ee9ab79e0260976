import { kernelBase64 } from "../built/kernel.js";

let compiled: WebAssembly.Module | undefined;

/**
 * The compiled kernel. Every JavaScript runtime that is supported compiles so
 * small a module at once, browsers' main threads included (Chromium: up to 8 MB).
 */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(kernelBytes());
  return compiled;
}

/** Compiles the kernel without blocking, for threads that have something else to do. */
export async function loadKernelModule(): Promise<void> {
  compiled ??= await WebAssembly.compile(kernelBytes());
}

function kernelBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(kernelBase64), (character) => character.charCodeAt(0));
}
