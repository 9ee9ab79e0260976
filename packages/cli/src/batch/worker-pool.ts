import { Worker } from "node:worker_threads";
import type { Conversion } from "./block.js";
import type { BlockAnswer, BlockTask } from "./worker.js";

/** A pool of worker threads that convert blocks. */
export class WorkerPool {
  readonly #threads: readonly Thread[];

  constructor(size: number, conversion: Conversion) {
    this.#threads = Array.from({ length: size }, () => new Thread(conversion));
  }

  get size(): number {
    return this.#threads.length;
  }

  /** Sends a block and a buffer for its output to the worker with the fewest tasks. */
  convert(block: Uint8Array<ArrayBuffer>, into: Uint8Array<ArrayBuffer>): Promise<BlockAnswer> {
    const thread = this.#threads.reduce((one, other) => (other.load < one.load ? other : one));
    return thread.run({ block, into });
  }

  /** Terminates all workers immediately. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

interface Waiting {
  readonly resolve: (answer: BlockAnswer) => void;
  readonly reject: (error: unknown) => void;
}

class Thread {
  readonly #worker: Worker;
  /** The pending tasks; workers answer them in this order. */
  readonly #waiting: Waiting[] = [];
  /** The error that ended the worker. */
  #failure: unknown;

  constructor(conversion: Conversion) {
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: conversion });
    this.#worker.on("message", (answer: BlockAnswer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on("error", (error) => {
      this.#failure = error;
      for (const { reject } of this.#waiting.splice(0)) {
        reject(error);
      }
    });
  }

  /** The number of pending tasks. */
  get load(): number {
    return this.#waiting.length;
  }

  run(task: BlockTask): Promise<BlockAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(task, [task.block.buffer, task.into.buffer]);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
