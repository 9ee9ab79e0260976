import type { ColumnPlan } from "@stepwire/parquet/rows";
import {
  type ConvertedLines,
  type LineKernel,
  openLineKernel,
} from "@stepwire/transcode/line-kernel";
import type { RowEncoder } from "../parquet/row-encoder.js";
import { type BlockOptions, type BlockResult, type Conversion, sizeOfLines } from "./block.js";
import type { BlockConverter } from "./convert-block.js";
import { storeBlock } from "./store-block.js";

/**
 * Converts blocks by the kernel alone. The code that explains refused documents is loaded when the
 * first one is refused, because loading it takes long.
 */
export class KernelConverter {
  readonly options: BlockOptions;
  readonly kernel: LineKernel;
  #explaining: BlockConverter | undefined;
  #encoder: RowEncoder | undefined;

  constructor({ options, kernel }: Conversion) {
    this.options = options;
    this.kernel = openLineKernel(kernel);
  }

  /** @param into buffer for the output; if the output does not fit, a new buffer is allocated. */
  convert(
    block: Uint8Array<ArrayBuffer>,
    into: Uint8Array<ArrayBuffer>,
  ): BlockResult | Promise<BlockResult> {
    const converted = this.kernel.convert(this.options.direction, block, into);
    return converted === undefined
      ? this.explain(block, into)
      : this.#finish(resultWithoutRefusals(block, converted));
  }

  /** Converts a block in which the kernel refuses a document. */
  async explain(
    block: Uint8Array<ArrayBuffer>,
    into: Uint8Array<ArrayBuffer>,
  ): Promise<BlockResult> {
    if (this.#explaining === undefined) {
      const loaded = await import("./convert-block.js");
      this.#explaining = new loaded.BlockConverter(this.options);
    }
    return this.#finish(this.#explaining.convert(block, into));
  }

  #finish(result: BlockResult): BlockResult | Promise<BlockResult> {
    const { rows } = this.options;
    return rows === undefined ? this.store(result) : this.#encode(result, rows);
  }

  /** Makes the output rows of a Parquet file. */
  async #encode(result: BlockResult, plan: ColumnPlan): Promise<BlockResult> {
    if (this.#encoder === undefined) {
      const loaded = await import("../parquet/row-encoder.js");
      this.#encoder = new loaded.RowEncoder(plan);
    }
    return this.#encoder.encode(result);
  }

  /** Makes the output a block of an archive, if the options say so. */
  store<Result extends BlockResult>(result: Result): Result {
    const { compression } = this.options;
    if (compression === undefined || result.documents === 0) {
      return result;
    }
    const { payload, content } = storeBlock(result.output, result.documents, compression);
    return { ...result, output: payload, stored: content };
  }
}

/** Returns the result of a block in which no document was refused. */
export function resultWithoutRefusals(block: Uint8Array, converted: ConvertedLines): BlockResult {
  return { ...converted, size: sizeOfLines(block, converted), refused: [], unexplained: 0 };
}
