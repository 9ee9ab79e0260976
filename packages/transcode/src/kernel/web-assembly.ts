/*
 * The part of WebAssembly's JavaScript interface that this package uses. TypeScript declares it
 * only together with the whole DOM.
 */

/** A compiled module. */
export interface WasmModule {
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
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WasmModule>;
}

/** The global `WebAssembly`, which every supported runtime has. */
export const webAssembly: WebAssemblyInterface = (
  globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }
).WebAssembly;
