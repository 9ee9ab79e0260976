import { parentPort, workerData } from "node:worker_threads";
import { type LineKernelPlan, openLineKernel } from "@stepwire/transcode/line-kernel";
import { type BlockOptions, type BlockResult, sizeOfLines } from "./block.js";
import type { BlockConverter } from "./convert-block.js";

/*
 * Runs in a worker thread: converts blocks, one after the other, all in the same way.
 * The buffers of a block and of its output come with the task and go back with the
 * answer, so that none is copied and none is made.
 */

/** How a worker converts. */
export interface WorkerSetting {
  readonly options: BlockOptions;
  readonly kernel: LineKernelPlan;
}

/** A block to convert. */
export interface BlockTask {
  readonly block: Uint8Array<ArrayBuffer>;
  /** Where the output may go. */
  readonly into: Uint8Array<ArrayBuffer>;
}

/** What became of it. */
export interface BlockAnswer {
  readonly block: Uint8Array<ArrayBuffer>;
  readonly result: BlockResult;
}

const { options, kernel: plan }: WorkerSetting = workerData;
const kernel = openLineKernel(plan);
let converter: BlockConverter | undefined;

let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (task: BlockTask) => {
  // Answers keep the order of the tasks.
  last = last.then(() => answer(task));
});

async function answer({ block, into }: BlockTask): Promise<void> {
  const result = convertByKernel(block, into) ?? (await convertOneByOne(block, into));
  const answered: BlockAnswer = { block, result };
  parentPort?.postMessage(answered, [block.buffer, result.output.buffer]);
}

/** Nothing if the kernel refuses a document. */
function convertByKernel(
  block: Uint8Array<ArrayBuffer>,
  into: Uint8Array<ArrayBuffer>,
): BlockResult | undefined {
  const converted = kernel.convert(options.direction, block, into);
  return (
    converted && { ...converted, size: sizeOfLines(block, converted), refused: [], unexplained: 0 }
  );
}

/** Loads what knows what is wrong with documents, which few inputs need, and takes long. */
async function convertOneByOne(
  block: Uint8Array<ArrayBuffer>,
  into: Uint8Array<ArrayBuffer>,
): Promise<BlockResult> {
  if (converter === undefined) {
    const loaded = await import("./convert-block.js");
    converter = new loaded.BlockConverter(options);
  }
  return converter.convert(block, into);
}
