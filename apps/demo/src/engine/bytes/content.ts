import { detectForm } from "../documents.js";

/** Number of bytes at the start of a file that tell what it is. */
export const HEAD_BYTES: number = 4096;

/** Tab, line feed, form feed, carriage return: the only control characters of a text. */
const SPACES: readonly number[] = [0x09, 0x0a, 0x0c, 0x0d];

function isControl(byte: number): boolean {
  return byte < 0x20 && !SPACES.includes(byte);
}

/**
 * Returns whether a file is text, by its first bytes: valid UTF-8 without control characters, and
 * the start of JSON or of a transcript. Everything else is bytes, which may be spelled as text.
 */
export function isDocumentText(head: Uint8Array): boolean {
  const text = decodeStart(head);
  if (text === undefined || head.some(isControl)) {
    return false;
  }
  const start = text.replace(/^\ufeff/, "").trimStart();
  return start === "" || /^[{[]/.test(start) || detectForm(text) === "events";
}

/** Returns the text that bytes start with; undefined if they are not UTF-8. */
export function decodeStart(head: Uint8Array): string | undefined {
  try {
    // The last character may be cut off.
    return new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
  } catch {
    return undefined;
  }
}

/** Returns whether bytes are ASCII without control characters. */
export function isAscii(head: Uint8Array): boolean {
  return head.every((byte) => byte < 0x7f && !isControl(byte));
}
