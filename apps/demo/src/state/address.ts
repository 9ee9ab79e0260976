import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  DamagedAddress,
  readFragment,
  type SharedContent,
  type SharedPage,
  writeFragment,
} from "./fragment.js";
import { openBytes, openText } from "./opening.js";
import { sampleDocument } from "./samples.js";
import {
  chosenForm,
  chosenType,
  file,
  isEdited,
  mode,
  type Opened,
  opened,
  shownBytes,
  type Tab,
  tab,
  text,
} from "./store.js";

/*
 * The address carries the page: the document, how it is read, and the tab. Opening a document or a
 * tab is a step of the history; an edit is one the first time, and replaces the address afterwards.
 */

/** Whether the address carries the document. */
export type Carried = "yes" | "too long" | "not yet";

export const carried: Signal<Carried> = signal("not yet");
/** What is wrong with the address that the page was opened with. */
export const addressProblem: Signal<string | undefined> = signal(undefined);

/** An edit is carried after this pause: browsers limit how often an address may change. */
const EDIT_MILLISECONDS = 400;

/** The state that the address carries. */
interface PageState {
  readonly opened: Opened;
  readonly tab: Tab;
  readonly isEdited: boolean;
  /** Undefined if the document is a file that is too long in any case. */
  readonly page: SharedPage | undefined;
}

const state: ReadonlySignal<PageState> = computed(() => ({
  opened: opened.value,
  tab: tab.value,
  isEdited: isEdited.value,
  page: currentPage(),
}));

function currentPage(): SharedPage | undefined {
  const content = currentContent();
  return (
    content && {
      mode: mode.value,
      tab: tab.value,
      name: isEdited.value ? "" : opened.value.name,
      form: chosenForm.value,
      type: chosenType.value,
      content,
    }
  );
}

function currentContent(): SharedContent | undefined {
  const bytes = shownBytes.value;
  if (bytes !== undefined) {
    const { source, spelling } = bytes.given;
    return { kind: "bytes", bytes: source, spelling, choice: bytes.choice };
  }
  return file.value === undefined ? { kind: "text", text: text.value } : undefined;
}

/** Number of documents that are being opened from the address. */
let restoring = 0;
/** Counts what was opened from the address: only the newest is shown. */
let restores = 0;
/** The address that the state belongs to. If it is another, the reader has gone to another entry. */
let known = location.hash;
let last: PageState | undefined;
let isNewEntry = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let writes = 0;

/** Opens what the address carries, and keeps the address up to date from then on. */
export async function startAddress(): Promise<void> {
  if (location.hash.length > 1) {
    await restore();
  }
  effect(() => follow(state.value));
  addEventListener("hashchange", () => void restore());
}

function follow(current: PageState): void {
  if (restoring > 0) {
    return;
  }
  carried.value = "not yet";
  const before = last;
  last = current;
  if (before !== undefined && before.opened !== current.opened) {
    addressProblem.value = undefined;
  }
  isNewEntry ||=
    before !== undefined &&
    (before.opened !== current.opened ||
      before.tab !== current.tab ||
      (current.isEdited && !before.isEdited));
  clearTimeout(timer);
  timer = setTimeout(() => void write(current), current.isEdited ? EDIT_MILLISECONDS : 0);
}

async function write({ page, opened: { name } }: PageState): Promise<void> {
  const own = ++writes;
  const fragment = page && (await writeFragment(page));
  const dropped: SharedPage = {
    mode: mode.peek(),
    tab: tab.peek(),
    name,
    content: { kind: "none" },
  };
  const written = fragment ?? (await writeFragment(dropped)) ?? "";
  if (own !== writes || restoring > 0 || location.hash !== known) {
    return;
  }
  if (written !== location.hash) {
    history[isNewEntry ? "pushState" : "replaceState"](null, "", written);
    known = location.hash;
  }
  isNewEntry = false;
  carried.value = fragment === undefined ? "too long" : "yes";
}

/** Shows what the address carries, after the reader changed it or went through the history. */
async function restore(): Promise<void> {
  clearTimeout(timer);
  writes++;
  restoring++;
  known = location.hash;
  try {
    await show(known);
  } finally {
    restoring--;
  }
  if (restoring === 0) {
    // Only the address of the same entry may change, such as by another compressor.
    last = undefined;
    isNewEntry = false;
    follow(state.peek());
  }
}

async function show(hash: string): Promise<void> {
  const own = ++restores;
  addressProblem.value = undefined;
  const page = await read(hash);
  if (own !== restores) {
    return;
  }
  if (page === undefined || page.content.kind === "none") {
    openText(sampleDocument.text, sampleDocument.name);
  }
  if (page === undefined) {
    return;
  }
  batch(() => {
    mode.value = page.mode;
    tab.value = page.tab;
  });
  const { content, name, form, type } = page;
  switch (content.kind) {
    case "text":
      batch(() => {
        openText(content.text, name);
        chosenForm.value = form;
        chosenType.value = type;
      });
      break;
    case "bytes":
      await openBytes({ name, spelling: content.spelling, source: content.bytes }, content.choice);
      break;
    case "none":
      addressProblem.value = `${name || "The document"} is too long for the address. Open it again: this is a sample.`;
      break;
  }
}

async function read(hash: string): Promise<SharedPage | undefined> {
  try {
    return await readFragment(hash);
  } catch (reason) {
    if (!(reason instanceof DamagedAddress)) {
      throw reason;
    }
    addressProblem.value =
      "The document of this address is damaged or cut off. Copy the whole address: this is a sample.";
    return undefined;
  }
}
