/*
 * What is used here of WebAssembly's JavaScript interface. TypeScript declares it
 * only together with the whole of the browser's.
 */

/** Compiled code. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** Memory of an instance. */
export interface WasmMemory {
  /** Another one after the memory has grown. */
  readonly buffer: ArrayBuffer;
}

interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule) => { readonly exports: unknown };
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WasmModule>;
}

/** The interface as every supported runtime has it. */
export const webAssembly: WebAssemblyInterface = (
  globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }
).WebAssembly;
