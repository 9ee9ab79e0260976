import { BLOCK_SIZES, type BlockResult, type Conversion } from "./block.js";
import { BufferPool } from "./buffer-pool.js";
import { KernelConverter } from "./kernel-converter.js";
import { WorkerPool } from "./worker-pool.js";

/**
 * Number of full blocks that are converted in the main thread before workers are started. For fewer
 * bytes, starting workers would take longer than it saves.
 */
const BLOCKS_WITHOUT_WORKERS = 8;

/**
 * Number of blocks in progress in addition to one per worker, so that no worker waits for its next
 * block.
 */
const BLOCKS_IN_QUEUE = 2;

/** A converted block; its input bytes are no longer available. */
export interface ConvertedBlock<Block> {
  readonly block: Omit<Block, "bytes">;
  /** The result. Its output is overwritten when the next block is requested. */
  readonly result: BlockResult;
}

interface ReadableBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads blocks and converts them, one by one or in parallel. Yields the results in the order of the
 * blocks. Some blocks are read ahead.
 *
 * @param read splits an input into blocks, in buffers of the pool.
 * @param jobs number of blocks that are converted in parallel.
 * @param inputs the pool. By default, a new one.
 */
export async function* convertBlocks<Block extends ReadableBlock>(
  read: (buffers: BufferPool) => AsyncIterable<Block>,
  conversion: Conversion,
  jobs: number,
  inputs: BufferPool = inputPool(conversion.options.direction),
): AsyncGenerator<ConvertedBlock<Block>, void> {
  const sizes = BLOCK_SIZES[conversion.options.direction];
  const outputs = new BufferPool(sizes.output);
  const blocks = read(inputs)[Symbol.asyncIterator]();
  const converter = new KernelConverter(conversion);
  const few = BLOCKS_WITHOUT_WORKERS * sizes.input;
  for (let size = 0; jobs === 1 || size < few; ) {
    const { done, value: block } = await blocks.next();
    if (done === true) {
      return;
    }
    size += block.bytes.length;
    const result = await converter.convert(block.bytes, outputs.take());
    inputs.give(block.bytes);
    yield { block, result };
    outputs.give(result.output);
  }
  const workers = new WorkerPool(jobs, conversion);
  try {
    yield* convertInWorkers(blocks, workers, inputs, outputs);
  } finally {
    await workers.close();
  }
}

/** Returns a pool of buffers to read blocks into. */
export function inputPool(direction: keyof typeof BLOCK_SIZES): BufferPool {
  return new BufferPool(BLOCK_SIZES[direction].input);
}

async function* convertInWorkers<Block extends ReadableBlock>(
  blocks: AsyncIterator<Block>,
  workers: WorkerPool,
  inputs: BufferPool,
  outputs: BufferPool,
): AsyncGenerator<ConvertedBlock<Block>, void> {
  const convertNext = async (): Promise<ConvertedBlock<Block> | undefined> => {
    const { done, value: block } = await blocks.next();
    if (done === true) {
      return undefined;
    }
    const { block: bytes, result } = await workers.convert(block.bytes, outputs.take());
    inputs.give(bytes);
    return { block, result };
  };
  const pending: Promise<ConvertedBlock<Block> | undefined>[] = [];
  const start = (): void => {
    const converted = convertNext();
    // The error is reported when the result of this block is due.
    converted.catch(() => {});
    pending.push(converted);
  };
  for (let count = 0; count < workers.size + BLOCKS_IN_QUEUE; count++) {
    start();
  }
  for (;;) {
    const converted = await pending.shift();
    if (converted === undefined) {
      return;
    }
    start();
    yield converted;
    outputs.give(converted.result.output);
  }
}
