import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { detectForm } from "../engine/documents.js";
import type { BytesChoice, BytesReading, GivenBytes } from "../model/bytes.js";
import type { ConvertOptions, InputForm, Mode, PlacedViolation } from "../model/conversion.js";
import type { FileConversion, Progress } from "../model/protocol.js";
import { Engine } from "./engine.js";
import { type Sample, sampleDocument, samples } from "./samples.js";

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
  /** The bytes that the text was read from. */
  readonly bytes?: OpenedBytes;
}

/** Bytes that were opened, and what was found in them. */
export interface OpenedBytes {
  readonly given: GivenBytes;
  readonly choice: BytesChoice;
  readonly reading: BytesReading;
}

/** The worker that converts. */
export const engine: Engine = new Engine();

/** The text in the editor. */
export const text: Signal<string> = signal(sampleDocument.text);
/** The file that is shown instead of the editor's text. */
export const file: Signal<LargeFile | undefined> = signal(undefined);
/** What was opened last. The text may have been edited since then. */
export const opened: Signal<Opened> = signal({
  name: sampleDocument.name,
  text: sampleDocument.text,
});
export const mode: Signal<Mode> = signal("preserve");
/** What the reader chose for a text; detected if undefined. */
export const chosenForm: Signal<InputForm | undefined> = signal(undefined);
export const chosenType: Signal<string | undefined> = signal(undefined);
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

const extensions: Readonly<Record<InputForm, string>> = {
  json: ".json",
  lines: ".jsonl",
  events: ".sse",
};

const NO_VIOLATIONS: readonly PlacedViolation[] = [];

/** Whether the document was edited since it was opened. */
export const isEdited: ReadonlySignal<boolean> = computed(
  () => file.value === undefined && text.value !== opened.value.text,
);

/** The bytes that the shown text was read from; undefined if it is edited, or was given as text. */
export const shownBytes: ReadonlySignal<OpenedBytes | undefined> = computed(() =>
  isEdited.value ? undefined : opened.value.bytes,
);

/** The sample that is shown; undefined if another document is, such as an edited sample. */
export const shownSample: ReadonlySignal<Sample | undefined> = computed(() =>
  file.value === undefined && shownBytes.value === undefined
    ? samples.find((sample) => sample.text === text.value)
    : undefined,
);

/** Why there is nothing to convert: no document, or bytes that cannot be read. */
export const missing: ReadonlySignal<"empty" | "unreadable" | undefined> = computed(() => {
  if (shownBytes.value?.reading.kind === "unreadable") {
    return "unreadable";
  }
  return file.value === undefined && text.value.trim() === "" ? "empty" : undefined;
});

/** What the mode refuses of the document. */
export const violations: ReadonlySignal<readonly PlacedViolation[]> = computed(
  () => (missing.value === undefined && conversion.value?.violations[mode.value]) || NO_VIOLATIONS,
);

/** How the document is converted. */
export const convertOptions: ReadonlySignal<ConvertOptions> = computed(() => {
  const reading = shownBytes.value?.reading;
  return reading?.kind === "read"
    ? { mode: mode.value, form: reading.form, type: reading.type.name }
    : { mode: mode.value, form: chosenForm.value, type: chosenType.value };
});

/** The file name of the shown document. Without a file, it is named by its type. */
export const documentName: ReadonlySignal<string> = computed(() => {
  const { name, bytes } = opened.value;
  const sample = shownSample.value;
  if (sample !== undefined || isEdited.value || name === "") {
    return sample?.name ?? nameByType(conversion.value);
  }
  if (bytes?.reading.kind !== "read") {
    return name;
  }
  const { document } = bytes.choice;
  const number = document === undefined ? "" : `-${document + 1}`;
  return `${baseName(name)}${number}${extensions[bytes.reading.form]}`;
});

function nameByType(current: FileConversion | undefined): string {
  const { form = "json", type } = current ?? {};
  const base = form === "lines" ? undefined : type?.name;
  return `${base ?? "document"}${extensions[form]}`;
}

/** Returns the name of a file without its folder, and without what it says of the format. */
function baseName(name: string): string {
  return name
    .replace(/^.*\//, "")
    .replace(/\.(?:gz|zst)$/, "")
    .replace(/\.[^.]*$/, "");
}

/** The name of the file that the binary is saved as. */
export const binaryName: ReadonlySignal<string> = computed(() => {
  const base = baseName(documentName.value);
  return conversion.value?.form === "json" ? `${base}.binpb` : `${base}.archive`;
});

/** Whether the editor holds a transcript. */
export const isTranscript: ReadonlySignal<boolean> = computed(
  () =>
    file.value === undefined &&
    (convertOptions.value.form ?? detectForm(text.value.slice(0, 4096))) === "events",
);
