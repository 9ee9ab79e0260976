import { Worker } from "node:worker_threads";
import type { FoundText, WorkerMessage, WorkerTask } from "./worker.js";

/** The result of a run in a thread. */
export interface WatchedResult {
  readonly cases: number;
  readonly seconds: number;
  readonly finds: readonly FoundText[];
}

/** How a run is watched. */
export interface WatchOptions {
  readonly target: string;
  readonly options: WorkerTask["options"];
  /** After how many seconds an input that does not end is a find. */
  readonly hangSeconds: number;
  readonly onFind: (found: FoundText) => void;
  /** Told every second how many inputs were tried. */
  readonly onProgress: (cases: number, seconds: number) => void;
}

/**
 * Runs a target in a thread of its own, so that a loop that never ends is a find as well.
 */
export async function watch(options: WatchOptions): Promise<WatchedResult> {
  const { target, hangSeconds, onFind, onProgress } = options;
  const beat = new Int32Array(new SharedArrayBuffer(8));
  const task: WorkerTask = { target, options: options.options, beat };
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: task });
  const { first = 0 } = options.options;
  const finds: FoundText[] = [];
  const add = (found: FoundText): void => {
    finds.push(found);
    onFind(found);
  };
  const start = performance.now();
  let lastBeat = -1;
  let lastChange = start;
  return await new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const now = performance.now();
      const number = Atomics.load(beat, 1);
      const seconds = (now - start) / 1000;
      onProgress(number - first, seconds);
      if (Atomics.load(beat, 0) !== lastBeat) {
        lastBeat = Atomics.load(beat, 0);
        lastChange = now;
      } else if (now - lastChange > hangSeconds * 1000) {
        clearInterval(timer);
        const message = `an input ends: it did not within ${hangSeconds} seconds`;
        add({ number, message, input: undefined });
        void worker.terminate();
        resolve({ cases: number - first + 1, seconds, finds });
      }
    }, 1000);
    worker.on("message", (message: WorkerMessage) => {
      if (message.kind === "find") {
        add(message.found);
      } else {
        clearInterval(timer);
        resolve({ cases: message.cases, seconds: message.seconds, finds });
      }
    });
    worker.on("error", (error) => {
      clearInterval(timer);
      reject(error);
    });
  });
}
