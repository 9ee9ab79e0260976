import { EDITABLE_LENGTH } from "../../model/limits.js";

/** Returns UTF-8 as a text, or as a file if it is too long for the editor. */
export function fileOrText(utf8: Uint8Array<ArrayBuffer>): string | Blob {
  if (utf8.length > EDITABLE_LENGTH) {
    return new Blob([utf8]);
  }
  return new TextDecoder().decode(utf8);
}
