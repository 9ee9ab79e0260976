import type { ColumnKernel } from "@stepwire/parquet/rows";

/** Fills columns from documents that were just written. Returns their number. */
export function convertAll(kernel: ColumnKernel, bytes: Uint8Array, documents: number): number {
  const { rows, malformedAt } = kernel.convert(bytes);
  if (malformedAt !== undefined || rows !== documents) {
    throw new Error(`document ${rows + 1} of a block is malformed`);
  }
  return rows;
}
