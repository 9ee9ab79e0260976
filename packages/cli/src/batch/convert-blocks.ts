import { Tinypool } from "tinypool";
import { type BlockOptions, type BlockResult, createBlockConverter } from "./convert-block.js";
import type { BlockTask } from "./worker.js";

/** How many blocks are converted on the spot before it is worth while to start workers. */
const BLOCKS_WITHOUT_WORKERS = 16;

/** A block without its bytes, which are gone, and what became of it. */
export interface ConvertedBlock<Block> {
  readonly block: Omit<Block, "bytes">;
  readonly result: BlockResult;
}

/** How blocks are converted. */
export interface ConvertBlocksOptions extends BlockOptions {
  /** How many blocks are converted at a time. */
  readonly jobs: number;
}

/**
 * Converts one block after the other, or several at a time, and gives the results in
 * the order of the blocks. No more blocks are read than are being converted.
 */
export async function* convertBlocks<Block extends { readonly bytes: Uint8Array<ArrayBuffer> }>(
  blocks: AsyncIterable<Block>,
  { jobs, ...options }: ConvertBlocksOptions,
): AsyncGenerator<ConvertedBlock<Block>, void> {
  const iterator = blocks[Symbol.asyncIterator]();
  try {
    const convert = createBlockConverter(options);
    for (let count = 0; jobs === 1 || count < BLOCKS_WITHOUT_WORKERS; count++) {
      const { done, value: block } = await iterator.next();
      if (done === true) {
        return;
      }
      yield { block, result: convert(block.bytes) };
    }
    yield* convertInWorkers(iterator, jobs, options);
  } finally {
    await iterator.return?.();
  }
}

async function* convertInWorkers<Block extends { readonly bytes: Uint8Array<ArrayBuffer> }>(
  blocks: AsyncIterator<Block>,
  jobs: number,
  options: BlockOptions,
): AsyncGenerator<ConvertedBlock<Block>, void> {
  const pool = new Tinypool({
    filename: new URL("./worker.js", import.meta.url).href,
    minThreads: jobs,
    maxThreads: jobs,
    isolateWorkers: false,
  });
  const pending: Promise<ConvertedBlock<Block>>[] = [];
  const convert = async (block: Block): Promise<ConvertedBlock<Block>> => {
    const task: BlockTask = { block: block.bytes, options };
    const result = await pool.run(task, { transferList: [block.bytes.buffer] });
    return { block, result };
  };
  try {
    // One more than there are workers, so that none waits for the next.
    for (let isMore = true; isMore || pending.length > 0; ) {
      while (isMore && pending.length <= jobs) {
        const { done, value: block } = await blocks.next();
        if (done === true) {
          isMore = false;
        } else {
          const converted = convert(block);
          // A failure is told when its turn comes.
          converted.catch(() => {});
          pending.push(converted);
        }
      }
      const next = pending.shift();
      if (next !== undefined) {
        yield await next;
      }
    }
  } finally {
    await pool.destroy();
  }
}
