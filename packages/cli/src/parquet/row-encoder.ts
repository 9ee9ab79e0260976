import { ColumnKernel, encodeRows } from "@stepwire/parquet";
import type { BlockOptions, BlockResult } from "../batch/block.js";
import { findSchema } from "../batch/convert-block.js";

/** Makes the documents of converted blocks to rows of a Parquet file. */
export class RowEncoder {
  readonly #kernel: ColumnKernel;

  constructor(options: BlockOptions) {
    this.#kernel = new ColumnKernel(findSchema(options));
  }

  /** Returns a result whose output are the pages of the rows. */
  encode(result: BlockResult): BlockResult {
    if (result.documents === 0) {
      return result;
    }
    const { rows, malformedAt } = this.#kernel.convert(result.output);
    if (malformedAt !== undefined || rows !== result.documents) {
      // The kernel has just written the documents.
      throw new Error(`document ${rows + 1} of a block is malformed`);
    }
    // The documents are no longer needed; their buffer goes back to its pool.
    const { bytes, pages } = encodeRows(this.#kernel, rows, new Uint8Array(result.output.buffer));
    return { ...result, output: bytes, pages };
  }
}
