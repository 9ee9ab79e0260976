import { effect } from "@preact/signals";
import { Cancelled } from "./engine.js";
import { conversion, convertOptions, engine, failure, file, progress, text } from "./store.js";

let isConverting = false;
let isOutdated = false;

/** Converts the current text or file. Of the changes in the meantime, only the last one is converted. */
async function convertNewest(): Promise<void> {
  if (isConverting) {
    isOutdated = true;
    return;
  }
  isConverting = true;
  do {
    isOutdated = false;
    await convertOnce();
  } while (isOutdated);
  isConverting = false;
}

async function convertOnce(): Promise<void> {
  const large = file.peek();
  const source = large?.source ?? text.peek();
  try {
    const result = await engine.request(
      { kind: "convert", source, options: convertOptions.peek() },
      (step) => {
        if (large !== undefined && file.peek() === large) {
          progress.value = step;
        }
      },
    );
    if (!isOutdated) {
      conversion.value = result;
      failure.value = undefined;
      markFirst();
    }
  } catch (reason) {
    if (!(reason instanceof Cancelled)) {
      failure.value = reason instanceof Error ? reason.message : String(reason);
    }
  } finally {
    if (file.peek() === large) {
      progress.value = undefined;
    }
  }
}

let isMarked = false;

/** Records the time of the first round trip, for measurements of the page. */
function markFirst(): void {
  if (!isMarked) {
    isMarked = true;
    performance.mark("first-round-trip");
  }
}

/** Starts to convert whatever is in the editor, whenever it changes. */
export function startConverting(): void {
  effect(() => {
    void [text.value, file.value, convertOptions.value];
    void convertNewest();
  });
}
