import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Conversion } from "./block.js";
import {
  type IrregularRange,
  RANGE_BYTES,
  RangeConverter,
  RangeFileError,
  type RangeResult,
} from "./range.js";
import { type RangePlace, RangeState } from "./range-state.js";
import type { RangeAnswer } from "./range-worker.js";

/** The number of ranges below which starting workers takes longer than it saves. */
const RANGES_WITHOUT_WORKERS = 8;
/** How long this thread blocks until it looks for signals and messages, in milliseconds. */
const PATIENCE_MILLISECONDS = 5;

/** The files, and who converts. */
export interface ConvertRangesOptions {
  readonly conversion: Conversion;
  /** A regular file: its descriptor, and the size of the part that is converted. */
  readonly input: { readonly descriptor: number; readonly size: number };
  /** A regular file: its descriptor, and where the output goes. */
  readonly output: RangePlace & { readonly descriptor: number };
  /** The identifier of the archive, if the ranges become its blocks. */
  readonly id?: Uint8Array | undefined;
  /** The number of threads, with this one. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/**
 * Converts a file in ranges, in this thread and in workers. Yields the results in the order of the
 * ranges; their output has been written by then. Ends before the first irregular range, or before
 * the last incomplete one: the rest of the file, after `end` of the last result, is not converted.
 *
 * @throws {RangeFileError} if a file cannot be read or written; the reason of the signal.
 */
export async function* convertRanges({
  conversion,
  input,
  output,
  id,
  jobs,
  signal,
}: ConvertRangesOptions): AsyncGenerator<RangeResult, void> {
  const state = new RangeState();
  state.place = output;
  const count = Math.floor(input.size / RANGE_BYTES);
  if (count === 0) {
    return;
  }
  const work = {
    conversion,
    input: input.descriptor,
    output: output.descriptor,
    count,
    state: state.memory,
    id,
  };
  const others = count < RANGES_WITHOUT_WORKERS ? 0 : Math.min(jobs, count) - 1;
  const results = new Results(state);
  const workers = Array.from({ length: others }, () => {
    const worker = new Worker(new URL("./range-worker.js", import.meta.url), { workerData: work });
    worker.on("message", (answer: RangeAnswer) => results.add(answer));
    worker.on("error", (error) => results.fail(error));
    return worker;
  });
  try {
    const converter = new RangeConverter(work);
    for (let due = 0; due < count; due++) {
      for (let result = results.take(due); ; result = results.take(due)) {
        signal.throwIfAborted();
        if (result === undefined) {
          await convertNext(converter, results);
        } else if ("isIrregular" in result) {
          return;
        } else {
          yield result;
          break;
        }
      }
    }
  } finally {
    state.stop();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Converts a range in this thread, or waits for another thread if there is no range left. */
async function convertNext(converter: RangeConverter, results: Results): Promise<void> {
  const range = converter.take();
  if (range === undefined) {
    await results.next();
    return;
  }
  const converted = await converter.convert(range);
  while (!converter.state.waitForTurn(range, PATIENCE_MILLISECONDS)) {
    if (converter.state.isStopped) {
      return;
    }
    await setImmediate();
  }
  results.add(converter.write(range, converted));
  // Lets signals and the messages of workers in.
  await setImmediate();
}

/** Collects results in any order. */
class Results {
  readonly #state: RangeState;
  readonly #results = new Map<number, RangeResult | IrregularRange>();
  #failure: { readonly error: unknown } | undefined;
  #wake = (): void => {};

  constructor(state: RangeState) {
    this.#state = state;
  }

  add(answer: RangeAnswer): void {
    if ("side" in answer) {
      this.fail(new RangeFileError(answer));
      return;
    }
    this.#results.set(answer.range, answer);
    this.#wake();
  }

  /** Ends the work of all threads. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#state.stop();
    this.#wake();
  }

  /** Returns the result of a range, once; undefined if it is not there yet. */
  take(range: number): RangeResult | IrregularRange | undefined {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
    const result = this.#results.get(range);
    this.#results.delete(range);
    return result;
  }

  /** Waits for the next result or failure. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
