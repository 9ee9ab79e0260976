import { isUtf8 } from "node:buffer";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const LONGEST_CHARACTER = 4;
/** What a byte that is no part of a character becomes: a lone surrogate, which no UTF-8 has. */
const FIRST_ESCAPE = 0xdc00;
const FIRST_BEYOND_ASCII = 0x80;

/** Decodes UTF-8 so that different bytes are different texts, also where they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  if (isUtf8(bytes)) {
    return decoder.decode(bytes);
  }
  let text = "";
  for (let start = 0; start < bytes.length; ) {
    const length = lengthOfCharacter(bytes, start);
    text +=
      length === 0
        ? String.fromCharCode(FIRST_ESCAPE + (bytes[start] ?? 0))
        : decoder.decode(bytes.subarray(start, start + length));
    start += Math.max(length, 1);
  }
  return text;
}

/** Returns how many bytes the character at a place has; 0 if there is none. */
function lengthOfCharacter(bytes: Uint8Array, start: number): number {
  if ((bytes[start] ?? 0) < FIRST_BEYOND_ASCII) {
    let end = start + 1;
    while (end < bytes.length && (bytes[end] ?? 0) < FIRST_BEYOND_ASCII) {
      end++;
    }
    return end - start;
  }
  for (let length = 2; length <= LONGEST_CHARACTER; length++) {
    if (start + length <= bytes.length && isUtf8(bytes.subarray(start, start + length))) {
      return length;
    }
  }
  return 0;
}
