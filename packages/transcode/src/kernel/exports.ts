import {
  RESULT,
  RESULT_BEHIND,
  RESULT_CODE,
  RESULT_CONSUMED,
  RESULT_DOCUMENTS,
  RESULT_LINES,
  RESULT_OFFSET,
  RESULT_OUTPUT,
} from "../built/layout.js";
import type { WasmMemory } from "./web-assembly.js";

/** The exports of the kernel, see docs/kernel-abi.md. */
export interface KernelExports {
  readonly memory: WasmMemory;
  version(): number;
  reserveTable(size: number): number;
  seedHash(low: number, high: number): void;
  reserveInput(size: number): number;
  toBinary(size: number, maxDepth: number, refused: number): number;
  toJson(size: number, maxDepth: number, refused: number): number;
  payloadToBinary(arm: number, size: number, maxDepth: number, refused: number): number;
  payloadToJson(arm: number, size: number, maxDepth: number, refused: number): number;
  packLines(size: number, maxDepth: number, refused: number, maxSize: number, last: number): number;
  unpackLines(
    size: number,
    maxDepth: number,
    refused: number,
    maxSize: number,
    last: number,
  ): number;
}

/** The fields of the last call's result. `Result` has their indexes in a view of it. */
export type ResultWord =
  | "code"
  | "offset"
  | "output"
  | "documents"
  | "consumed"
  | "behind"
  | "lines";

export const Result: Readonly<Record<ResultWord, number>> = {
  code: wordAt(RESULT_CODE),
  offset: wordAt(RESULT_OFFSET),
  output: wordAt(RESULT_OUTPUT),
  documents: wordAt(RESULT_DOCUMENTS),
  consumed: wordAt(RESULT_CONSUMED),
  behind: wordAt(RESULT_BEHIND),
  lines: wordAt(RESULT_LINES),
};

function wordAt(address: number): number {
  return (address - RESULT) / Uint32Array.BYTES_PER_ELEMENT;
}
