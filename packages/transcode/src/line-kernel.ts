import type { BatchResult, Direction, Limits } from "./kernel/kernel.js";
import { Kernel } from "./kernel/kernel.js";
import { kernelModule, useKernelModule } from "./kernel/module.js";
import type { WasmModule } from "./kernel/web-assembly.js";

export { hasCurrentLayout } from "./table/layout-mark.js";

/*
 * The kernel without the schema: a worker with it starts in a fifth of the time of a transcoder,
 * which compiles the schema and loads the reference engine.
 */

/**
 * Everything that another thread needs to convert lines with the kernel alone. It can be posted
 * there.
 */
export interface LineKernelPlan {
  readonly module: WasmModule;
  readonly table: Uint8Array;
  readonly limits: Limits;
}

/** The result of a chunk in which no document was refused. */
export interface ConvertedLines {
  /** The converted documents, concatenated. */
  readonly output: Uint8Array<ArrayBuffer>;
  /** The number of documents. */
  readonly documents: number;
  /** The number of lines, or messages, that were read, including empty lines. */
  readonly lines: number;
  /** Their size in the chunk, in bytes. */
  readonly consumed: number;
}

/** Converts chunks like a transcoder, as long as no document is refused. */
export interface LineKernel {
  /**
   * Converts lines of JSON (JSONL) to size-delimited binary messages, or back.
   *
   * @param into Buffer to write the output to, if it fits.
   * @returns undefined if a document was refused; a transcoder then gives the error.
   */
  convert(
    direction: Direction,
    chunk: Uint8Array,
    into?: Uint8Array<ArrayBuffer>,
  ): ConvertedLines | undefined;
  /**
   * Returns memory of the kernel for a chunk of this size, which saves copying the chunk. Its
   * content is undefined. It is valid until the next call of `convert` or `convertReserved`.
   */
  reserve(size: number): Uint8Array<ArrayBuffer>;
  /**
   * Converts the first `size` bytes of the reserved memory.
   *
   * @returns The same as `convert`. The output is part of the kernel's memory: it is overwritten by
   * the next call.
   */
  convertReserved(direction: Direction, size: number): ConvertedLines | undefined;
}

/** Plans a kernel like that of this thread. */
export function planLineKernel(table: Uint8Array, limits: Limits): LineKernelPlan {
  return { module: kernelModule(), table, limits };
}

/** Starts a kernel that another thread has planned. */
export function openLineKernel({ module, table, limits }: LineKernelPlan): LineKernel {
  useKernelModule(module);
  const kernel = new Kernel(table);
  return {
    convert: (direction, chunk, into) =>
      unlessRefused(kernel.convertLines(direction, chunk, limits, { last: true, into })),
    reserve: (size) => kernel.reserve(size),
    convertReserved: (direction, size) =>
      unlessRefused(kernel.convertReserved(direction, size, limits)),
  };
}

function unlessRefused({
  code,
  output,
  documents,
  lines,
  consumed,
}: BatchResult): ConvertedLines | undefined {
  return code === 0 ? { output, documents, lines, consumed } : undefined;
}
