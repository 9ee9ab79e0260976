import { effect, type Signal, signal } from "@preact/signals";
import type { Sizes } from "../model/conversion.js";
import type { FileConversion, Progress } from "../model/protocol.js";
import { Cancelled } from "./engine.js";
import { conversion, engine, failure, tab } from "./store.js";

/** The size of the document in each form; undefined until it is measured. */
export const sizes: Signal<Sizes | undefined> = signal(undefined);
/** The progress of measuring. */
export const measuring: Signal<Progress | undefined> = signal(undefined);
/** Whether measuring was cancelled. */
export const isMeasuringStopped: Signal<boolean> = signal(false);

let measured: FileConversion | undefined;
let stop = new AbortController();

/** Cancels measuring. The document and its conversion are kept. */
export function stopMeasuring(): void {
  stop.abort();
  isMeasuringStopped.value = true;
}

/** Starts measuring again after it was cancelled. */
export function measureAgain(): void {
  measured = undefined;
  isMeasuringStopped.value = false;
}

/** Measures a conversion when its sizes are shown. */
export function startMeasuring(): void {
  effect(() => {
    const current = conversion.value;
    if (current !== measured) {
      stop.abort();
      measured = undefined;
      sizes.value = undefined;
      isMeasuringStopped.value = false;
    }
  });
  effect(() => {
    const current = conversion.value;
    const isWanted =
      tab.value === "sizes" && !isMeasuringStopped.value && current?.outcome !== "refused";
    if (isWanted && current !== undefined && current !== measured) {
      measured = current;
      stop = new AbortController();
      void measure(stop.signal);
    }
  });
}

async function measure(signal: AbortSignal): Promise<void> {
  const report = (progress: Progress): void => {
    measuring.value = progress;
  };
  try {
    const result = await engine.request({ kind: "measure" }, report, signal);
    if (!signal.aborted) {
      sizes.value = result;
    }
  } catch (reason) {
    if (!(reason instanceof Cancelled)) {
      failure.value = reason instanceof Error ? reason.message : String(reason);
    }
  } finally {
    if (stop.signal === signal) {
      measuring.value = undefined;
    }
  }
}
