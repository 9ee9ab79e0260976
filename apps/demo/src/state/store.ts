import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { detectForm } from "../engine/documents.js";
import type { InputForm, Mode } from "../model/conversion.js";
import { EDITABLE_LENGTH } from "../model/limits.js";
import type { FileConversion, Progress } from "../model/protocol.js";
import { Cancelled, Engine } from "./engine.js";
import { type Sample, samples } from "./samples.js";

/** The parts of the page that show a document. */
export type Tab = "roundtrip" | "sizes" | "stream" | "use";

/** A file that is too large for the editor. */
export interface LargeFile {
  readonly name: string;
  readonly size: number;
  readonly source: Blob;
}

/** A document as it was opened. */
export interface Opened {
  /** The name of the sample or file; empty for a text that was pasted. */
  readonly name: string;
  readonly text: string;
}

/** The worker that converts. */
export const engine: Engine = new Engine();

/** The text in the editor. */
export const text: Signal<string> = signal(samples[0]?.text ?? "");
/** The file that is shown instead of the editor's text. */
export const file: Signal<LargeFile | undefined> = signal(undefined);
/** What was opened last. The text may have been edited since then. */
export const opened: Signal<Opened> = signal({
  name: samples[0]?.name ?? "",
  text: samples[0]?.text ?? "",
});
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

/** The sample that is shown; undefined if another document is, such as an edited sample. */
export const shownSample: ReadonlySignal<Sample | undefined> = computed(() =>
  file.value === undefined ? samples.find((sample) => sample.text === text.value) : undefined,
);

const extensions: Readonly<Record<InputForm, string>> = {
  json: ".json",
  lines: ".jsonl",
  events: ".sse",
};

/** The file name of the shown document. An edited one is named by its type. */
export const documentName: ReadonlySignal<string> = computed(() => {
  const sample = shownSample.value;
  if (sample !== undefined) {
    return sample.name;
  }
  const { name, text: original } = opened.value;
  if (name !== "" && (file.value !== undefined || text.value === original)) {
    return name;
  }
  const { form = "json", outcome = "refused", type } = conversion.value ?? {};
  const base = outcome === "refused" || form === "lines" ? "document" : type?.name;
  return `${base}${extensions[form]}`;
});

/** The name of the file that the binary is saved as. */
export const binaryName: ReadonlySignal<string> = computed(() => {
  const base = documentName.value.replace(/^.*\//, "").replace(/\.[^.]*$/, "");
  return conversion.value?.form === "json" ? `${base}.binpb` : `${base}.archive`;
});

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
  batch(() => {
    file.value = undefined;
    opened.value = { name, text: newText };
    text.value = newText;
  });
}

/** Opens a file that was dropped or picked. */
export async function openFile(picked: File): Promise<void> {
  if (picked.size <= EDITABLE_LENGTH) {
    openText(await picked.text(), picked.name);
  } else {
    openLargeFile(picked, picked.name);
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
  batch(() => {
    conversion.value = undefined;
    opened.value = { name, text: "" };
    file.value = { name, size: source.size, source };
  });
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
  const large = file.peek();
  const source = large?.source ?? text.peek();
  try {
    const result = await engine.request({ kind: "convert", source, mode: mode.peek() }, (step) => {
      if (large !== undefined && file.peek() === large) {
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
    void [text.value, file.value, mode.value];
    void convertNewest();
  });
}
