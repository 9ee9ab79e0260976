import { parentPort, workerData } from "node:worker_threads";
import { type LineKernelPlan, openLineKernel } from "@stepwire/transcode/line-kernel";
import { type BlockOptions, type BlockResult, sizeOfLines } from "./block.js";
import type { BlockConverter } from "./convert-block.js";

/*
 * Code of a worker thread, which converts blocks one by one with the same options. The buffers of a
 * block and of its output are transferred with the task and back with the answer, so none is copied
 * or allocated.
 */

/** The options of a worker. */
export interface WorkerSetting {
  readonly options: BlockOptions;
  readonly kernel: LineKernelPlan;
}

/** A task: a block to convert. */
export interface BlockTask {
  readonly block: Uint8Array<ArrayBuffer>;
  /** Buffer for the output. */
  readonly into: Uint8Array<ArrayBuffer>;
}

/** The answer to a task. */
export interface BlockAnswer {
  readonly block: Uint8Array<ArrayBuffer>;
  readonly result: BlockResult;
}

const { options, kernel: plan }: WorkerSetting = workerData;
const kernel = openLineKernel(plan);
let converter: BlockConverter | undefined;

let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (task: BlockTask) => {
  // Answers are sent in the order of the tasks.
  last = last.then(() => answer(task));
});

async function answer({ block, into }: BlockTask): Promise<void> {
  const result = convertByKernel(block, into) ?? (await convertOneByOne(block, into));
  const answered: BlockAnswer = { block, result };
  parentPort?.postMessage(answered, [block.buffer, result.output.buffer]);
}

/** Returns undefined if the kernel refuses a document. */
function convertByKernel(
  block: Uint8Array<ArrayBuffer>,
  into: Uint8Array<ArrayBuffer>,
): BlockResult | undefined {
  const converted = kernel.convert(options.direction, block, into);
  return (
    converted && { ...converted, size: sizeOfLines(block, converted), refused: [], unexplained: 0 }
  );
}

/**
 * Loads the code that explains refused documents. It is loaded only when needed, because loading it
 * takes long.
 */
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
