import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { detectForm } from "../engine/documents.js";
import type { Mode } from "../model/conversion.js";
import { EDITABLE_LENGTH } from "../model/limits.js";
import type { FileConversion, Progress } from "../model/protocol.js";
import { Cancelled, Engine } from "./engine.js";
import { samples } from "./samples.js";

/** The parts of the page that show a document. */
export type Tab = "roundtrip" | "sizes" | "stream" | "use";

/** A file that is too large for the editor. */
export interface LargeFile {
  readonly name: string;
  readonly size: number;
  readonly source: Blob;
}

/** The worker that converts. */
export const engine: Engine = new Engine();

/** The text in the editor. */
export const text: Signal<string> = signal(samples[0]?.text ?? "");
/** The file that is shown instead of the editor's text. */
export const file: Signal<LargeFile | undefined> = signal(undefined);
/** The name of the sample or file that the text came from. */
export const sourceName: Signal<string> = signal(samples[0]?.name ?? "");
export const mode: Signal<Mode> = signal("preserve");
export const tab: Signal<Tab> = signal("roundtrip");
/** The last completed conversion. */
export const conversion: Signal<FileConversion | undefined> = signal(undefined);
/** The progress of the current work; undefined if it is not shown. */
export const progress: Signal<Progress | undefined> = signal(undefined);
/** A failure that the document did not cause. */
export const failure: Signal<string | undefined> = signal(undefined);

/** The text that is seen: the editor's, or the start of a large file. */
export const shownText: ReadonlySignal<string> = computed(() =>
  file.value === undefined ? text.value : (conversion.value?.excerpt ?? ""),
);

/** Whether the editor holds a transcript. */
export const isTranscript: ReadonlySignal<boolean> = computed(
  () => file.value === undefined && detectForm(text.value.slice(0, 4096)) === "events",
);

/** Shows a text; one that is too long for the editor like a file. */
export function openText(newText: string, name: string): void {
  if (newText.length > EDITABLE_LENGTH) {
    openLargeFile(new Blob([newText]), name);
    return;
  }
  cancelLargeWork();
  file.value = undefined;
  sourceName.value = name;
  text.value = newText;
}

/** Opens a file that was dropped or picked. */
export async function openFile(opened: File): Promise<void> {
  if (opened.size <= EDITABLE_LENGTH) {
    openText(await opened.text(), opened.name);
  } else {
    openLargeFile(opened, opened.name);
  }
}

/** Cancels the conversion of a file, and shows the editor again. */
export function cancel(): void {
  engine.cancel();
  progress.value = undefined;
  file.value = undefined;
}

function openLargeFile(source: Blob, name: string): void {
  cancelLargeWork();
  conversion.value = undefined;
  sourceName.value = name;
  file.value = { name, size: source.size, source };
}

function cancelLargeWork(): void {
  if (progress.value !== undefined) {
    engine.cancel();
    progress.value = undefined;
  }
}

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
  const opened = file.peek();
  const source = opened?.source ?? text.peek();
  try {
    const result = await engine.request({ kind: "convert", source, mode: mode.peek() }, (step) => {
      if (opened !== undefined && file.peek() === opened) {
        progress.value = step;
      }
    });
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
    if (file.peek() === opened) {
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
    void [text.value, file.value, mode.value];
    void convertNewest();
  });
}
