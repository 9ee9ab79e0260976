import { parentPort, workerData } from "node:worker_threads";
import type { BlockResult, Conversion } from "./block.js";
import { KernelConverter } from "./kernel-converter.js";

/*
 * Code of a worker thread, which converts blocks one by one with the same options. The buffers of a
 * block and of its output are transferred with the task and back with the answer, so none is copied
 * or allocated.
 */

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

const conversion: Conversion = workerData;
const converter = new KernelConverter(conversion);

let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (task: BlockTask) => {
  // Answers are sent in the order of the tasks.
  last = last.then(() => answer(task));
});

async function answer({ block, into }: BlockTask): Promise<void> {
  const result = await converter.convert(block, into);
  const answered: BlockAnswer = { block, result };
  parentPort?.postMessage(answered, [block.buffer, result.output.buffer]);
}
