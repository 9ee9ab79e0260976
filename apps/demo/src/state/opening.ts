import { batch } from "@preact/signals";
import { HEAD_BYTES, isDocumentText } from "../engine/bytes/content.js";
import type { BytesChoice, GivenBytes } from "../model/bytes.js";
import { EDITABLE_LENGTH } from "../model/limits.js";
import { Cancelled } from "./engine.js";
import { focused, hovered } from "./links.js";
import {
  chosenForm,
  chosenType,
  conversion,
  engine,
  failure,
  file,
  type Opened,
  type OpenedBytes,
  opened,
  progress,
  text,
} from "./store.js";

/** Counts what was opened: bytes that are still read do not replace what was opened after them. */
let openings = 0;

/** Shows a text; one that is too long for the editor like a file. */
export function openText(newText: string, name: string): void {
  openings++;
  openContent(newText, { name });
}

/** Takes what the reader typed. It replaces bytes that are still read, or could not be read. */
export function editText(typed: string): void {
  openings++;
  batch(() => {
    if (opened.peek().bytes?.reading.kind === "unreadable") {
      opened.value = { name: "", text: "" };
    }
    text.value = typed;
  });
}

/** Opens a file that was dropped or picked: text, or bytes of any kind. */
export async function openFile(picked: File): Promise<void> {
  const own = ++openings;
  const head = new Uint8Array(await picked.slice(0, HEAD_BYTES).arrayBuffer());
  if (own !== openings) {
    return;
  }
  if (!isDocumentText(head)) {
    await openBytes({ name: picked.name, spelling: "binary", source: picked });
  } else {
    openContent(picked.size <= EDITABLE_LENGTH ? await picked.text() : picked, {
      name: picked.name,
    });
  }
}

/** Opens bytes, and shows them as JSON. */
export async function openBytes(given: GivenBytes, choice: BytesChoice = {}): Promise<void> {
  const own = ++openings;
  cancelLargeWork();
  const isLarge = given.source.size > EDITABLE_LENGTH;
  try {
    const reading = await engine.request({ kind: "read-bytes", given, choice }, (step) => {
      if (isLarge && own === openings) {
        progress.value = step;
      }
    });
    if (own === openings) {
      progress.value = undefined;
      failure.value = undefined;
      const content = reading.kind === "unreadable" ? "" : reading.text;
      openContent(content, {
        name: nameOf(given, reading.kind),
        bytes: { given, choice, reading },
      });
    }
  } catch (reason) {
    if (own === openings && !(reason instanceof Cancelled)) {
      progress.value = undefined;
      failure.value = reason instanceof Error ? reason.message : String(reason);
    }
  }
}

/** Returns the name of a file; without its last extension if it was compressed text. */
function nameOf({ name }: GivenBytes, kind: OpenedBytes["reading"]["kind"]): string {
  return kind === "text" ? name.replace(/\.(?:gz|zst)$/, "") : name;
}

function openContent(content: string | Blob, { name, bytes }: Omit<Opened, "text">): void {
  const source =
    typeof content !== "string" || content.length > EDITABLE_LENGTH ? content : undefined;
  cancelLargeWork();
  batch(() => {
    hovered.value = undefined;
    focused.value = undefined;
    chosenForm.value = undefined;
    chosenType.value = undefined;
    const newText = typeof content === "string" && source === undefined ? content : "";
    opened.value = { name, text: newText, ...(bytes && { bytes }) };
    if (source === undefined) {
      file.value = undefined;
      text.value = newText;
    } else {
      const blob = new Blob([source]);
      conversion.value = undefined;
      file.value = { name: name || "pasted text", size: blob.size, source: blob };
    }
  });
}

/** Cancels the conversion of a file, and shows the editor again. */
export function cancel(): void {
  engine.cancel();
  batch(() => {
    progress.value = undefined;
    file.value = undefined;
    opened.value = { name: "", text: text.peek() };
  });
}

function cancelLargeWork(): void {
  if (progress.value !== undefined) {
    engine.cancel();
    progress.value = undefined;
  }
}
