import { parentPort, workerData } from "node:worker_threads";
import type { FuzzOptions, FuzzResult } from "./fuzz.js";
import { targets } from "./targets.js";

/** The task of a thread. */
export interface WorkerTask {
  readonly target: string;
  readonly options: Pick<FuzzOptions, "seed" | "first" | "cases" | "seconds" | "maxFinds">;
  /** The number of checks so far and the number of the current input, read by the main thread. */
  readonly beat: Int32Array<SharedArrayBuffer>;
}

/** A find, as it can be sent to another thread. */
export interface FoundText {
  readonly number: number;
  readonly message: string;
  /** The JSON text of the input. */
  readonly input: string | undefined;
}

/** A message of a thread: a find, or the end. */
export type WorkerMessage =
  | { readonly kind: "find"; readonly found: FoundText }
  | { readonly kind: "end"; readonly cases: number; readonly seconds: number };

// The one that starts this thread gives it this task.
const { target, options, beat } = workerData as WorkerTask;
const port = parentPort;
const run = targets.find(({ name }) => name === target)?.run;
if (port === null || run === undefined) {
  throw new Error(`no target ${target}`);
}
const tell = (message: WorkerMessage): void => port.postMessage(message);
const result: FuzzResult = await run({
  ...options,
  onCheck: (number) => {
    Atomics.add(beat, 0, 1);
    Atomics.store(beat, 1, number);
  },
  onFind: ({ number, find, input }) =>
    tell({
      kind: "find",
      found: {
        number,
        message: find.message,
        input: input === undefined ? undefined : JSON.stringify(input),
      },
    }),
});
tell({ kind: "end", cases: result.cases, seconds: result.seconds });
