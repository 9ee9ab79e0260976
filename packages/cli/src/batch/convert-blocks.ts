import type { DescMessage } from "@bufbuild/protobuf";
import type { Model } from "../schema/model.js";
import { BLOCK_SIZES, type BlockOptions, type BlockResult } from "./block.js";
import { BufferPool } from "./buffer-pool.js";
import { BlockConverter } from "./convert-block.js";
import { WorkerPool } from "./worker-pool.js";

/** How many blocks are converted on the spot before it is worth while to start workers. */
const BLOCKS_WITHOUT_WORKERS = 8;

/** How many blocks more than there are workers are under way, so that none waits for the next. */
const BLOCKS_IN_QUEUE = 2;

/** A block without its bytes, which are gone, and what became of it. */
export interface ConvertedBlock<Block> {
  readonly block: Omit<Block, "bytes">;
  /** Its output is overwritten once the next block is asked for. */
  readonly result: BlockResult;
}

/** How blocks are converted. */
export interface ConvertBlocksOptions extends Omit<BlockOptions, "schema"> {
  readonly model: Model;
  /** The message of the model that each document is. */
  readonly schema: DescMessage;
  /** How many blocks are converted at a time. */
  readonly jobs: number;
}

interface ReadableBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads blocks and converts one after the other, or several at a time; gives the
 * results in the order of the blocks. Some more blocks are read than are being
 * converted.
 *
 * @param read cuts an input into blocks, in buffers of the pool.
 */
export async function* convertBlocks<Block extends ReadableBlock>(
  read: (buffers: BufferPool) => AsyncIterable<Block>,
  { jobs, model, schema, ...others }: ConvertBlocksOptions,
): AsyncGenerator<ConvertedBlock<Block>, void> {
  const { source } = model;
  const options = { ...others, schema: { source, typeName: schema.typeName } };
  const sizes = BLOCK_SIZES[options.direction];
  const inputs = new BufferPool(sizes.input);
  const outputs = new BufferPool(sizes.output);
  const blocks = read(inputs)[Symbol.asyncIterator]();
  const converter = new BlockConverter(options, schema);
  for (let count = 0; jobs === 1 || count < BLOCKS_WITHOUT_WORKERS; count++) {
    const { done, value: block } = await blocks.next();
    if (done === true) {
      return;
    }
    const result = converter.convert(block.bytes, outputs.take());
    inputs.give(block.bytes);
    yield { block, result };
    outputs.give(result.output);
  }
  const workers = new WorkerPool(jobs, { options, kernel: converter.lineKernel() });
  try {
    yield* convertInWorkers(blocks, workers, inputs, outputs);
  } finally {
    await workers.close();
  }
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
    // A failure is told when its turn comes.
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
