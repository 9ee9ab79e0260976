import { Tinypool } from "tinypool";
import { type BlockOptions, type BlockResult, createBlockConverter } from "./convert-block.js";

/*
 * Runs in a worker thread: converts blocks, all in the same way.
 */

/** A block with how to convert it. */
export interface BlockTask {
  readonly block: Uint8Array<ArrayBuffer>;
  readonly options: BlockOptions;
}

let convert: ((block: Uint8Array<ArrayBuffer>) => BlockResult) | undefined;

/** Gives a `BlockResult`; its output is moved, not copied, to who asked. */
export default function convertBlock({ block, options }: BlockTask): unknown {
  convert ??= createBlockConverter(options);
  const result = convert(block);
  return Tinypool.move({
    [Tinypool.transferableSymbol]: result.output.buffer,
    [Tinypool.valueSymbol]: result,
  } as never);
}
