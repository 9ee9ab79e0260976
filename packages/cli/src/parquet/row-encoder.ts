import { ColumnKernel, type ColumnPlan, encodeRows } from "@stepwire/parquet/rows";
import type { BlockResult } from "../batch/block.js";
import { convertAll } from "./convert-all.js";

/** Makes the documents of converted blocks to rows of a Parquet file. */
export class RowEncoder {
  readonly #kernel: ColumnKernel;

  constructor(plan: ColumnPlan) {
    this.#kernel = new ColumnKernel(plan);
  }

  /** Returns a result whose output are the pages of the rows. */
  encode(result: BlockResult): BlockResult {
    if (result.documents === 0) {
      return result;
    }
    const rows = convertAll(this.#kernel, result.output, result.documents);
    // The documents are no longer needed; their buffer goes back to its pool.
    const { bytes, pages } = encodeRows(this.#kernel, rows, new Uint8Array(result.output.buffer));
    return { ...result, output: bytes, pages };
  }
}
