import { parentPort, workerData } from "node:worker_threads";
import {
  type IrregularRange,
  RangeConverter,
  type RangeFailure,
  RangeFileError,
  type RangeResult,
  type RangeWork,
} from "./range.js";

/* Code of a worker thread, which converts ranges of a file until there are no more. */

/** What a worker sends. */
export type RangeAnswer = RangeResult | IrregularRange | RangeFailure;

const work: RangeWork = workerData;

async function convertAll(): Promise<void> {
  const converter = new RangeConverter(work);
  for (let range = converter.take(); range !== undefined; range = converter.take()) {
    const converted = await converter.convert(range);
    if (!converter.state.waitForTurn(range, Number.POSITIVE_INFINITY)) {
      return;
    }
    send(converter.write(range, converted));
  }
}

function send(answer: RangeAnswer): void {
  parentPort?.postMessage(answer);
}

try {
  await convertAll();
} catch (error) {
  if (!(error instanceof RangeFileError)) {
    throw error;
  }
  send(error.failure);
}
