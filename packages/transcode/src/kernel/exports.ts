import type { WasmMemory } from "./web-assembly.js";

/** What the kernel gives its host. docs/kernel-abi.md describes it. */
export interface KernelExports {
  readonly memory: WasmMemory;
  version(): number;
  reserveTable(size: number): number;
  seedHash(low: number, high: number): void;
  reserveInput(size: number): number;
  toBinary(size: number, maxDepth: number, refused: number): number;
  toJson(size: number, maxDepth: number, refused: number): number;
  packLines(size: number, maxDepth: number, refused: number, maxSize: number, last: number): number;
  unpackLines(
    size: number,
    maxDepth: number,
    refused: number,
    maxSize: number,
    last: number,
  ): number;
}

/** Where, in words of 32 bits, the kernel says what the last call came to. */
export const Result = {
  place: 64,
  words: 7,
  code: 0,
  offset: 1,
  output: 2,
  documents: 3,
  consumed: 4,
  behind: 5,
  lines: 6,
} as const;
