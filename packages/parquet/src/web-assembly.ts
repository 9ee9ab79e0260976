/*
 * The part of WebAssembly's JavaScript interface that this package uses. TypeScript declares it
 * only together with the whole DOM.
 */

interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** The memory of an instance. */
export interface WasmMemory {
  /** A new object after the memory has grown. */
  readonly buffer: ArrayBuffer;
}

interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule) => { readonly exports: unknown };
}

/** The global `WebAssembly`, which every supported runtime has. */
export const webAssembly: WebAssemblyInterface = (
  globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }
).WebAssembly;
