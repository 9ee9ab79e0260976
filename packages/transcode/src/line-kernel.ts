import type { Direction, Limits } from "./kernel/kernel.js";
import { Kernel } from "./kernel/kernel.js";
import { kernelModule, useKernelModule } from "./kernel/module.js";
import type { WasmModule } from "./kernel/web-assembly.js";

/*
 * The kernel without what knows the schema: a worker starts in a fifth of the time of a
 * transcoder, which has to compile the schema and to load the reference engine.
 */

/** What a thread needs to convert lines by the kernel alone; it can be sent there. */
export interface LineKernelPlan {
  readonly module: WasmModule;
  readonly table: Uint8Array;
  readonly limits: Limits;
}

/** What became of a chunk in which no document was refused. */
export interface ConvertedLines {
  /** The documents that were converted, one after the other. */
  readonly output: Uint8Array<ArrayBuffer>;
  /** How many there are. */
  readonly documents: number;
  /** How many lines, or messages, were done: empty lines count too. */
  readonly lines: number;
  /** How many bytes of the chunk they took. */
  readonly consumed: number;
}

/** Converts whole chunks as a transcoder does, if no document in them is refused. */
export interface LineKernel {
  /**
   * Lines of JSON (JSONL) as size-delimited binary messages, or those as lines.
   *
   * @param into where to put the output, if it has room there.
   * @returns nothing if the kernel stopped at a document; a transcoder tells why.
   */
  convert(
    direction: Direction,
    chunk: Uint8Array,
    into?: Uint8Array<ArrayBuffer>,
  ): ConvertedLines | undefined;
}

/** The plan of a kernel in this thread. */
export function planLineKernel(table: Uint8Array, limits: Limits): LineKernelPlan {
  return { module: kernelModule(), table, limits };
}

/** Starts what was planned in another thread. */
export function openLineKernel({ module, table, limits }: LineKernelPlan): LineKernel {
  useKernelModule(module);
  const kernel = new Kernel(table);
  return {
    convert(direction, chunk, into) {
      const { code, output, documents, lines, consumed } = kernel.convertLines(
        direction,
        chunk,
        limits,
        { last: true, into },
      );
      return code === 0 ? { output, documents, lines, consumed } : undefined;
    },
  };
}
