import { BACKSLASH, QUOTE } from "./characters";
import { NOT_JSON } from "./codes";
import { escapeLength, LONE, readEscape } from "./escape";
import { fail } from "./state";
import { BLOCK, findSpecial, firstOf } from "./vector";

/** Added to the end of a name that has escapes, or of a value that has white space. */
export const MARK: u32 = 0x80000000;

/** Properties of the last scanned string. */
export let stringEscaped: bool = false;
export let stringLone: bool = false;

/** Returns the offset after the string whose opening quote is at `from`; 0 if it is invalid. */
export function scanString(from: usize): usize {
  stringEscaped = false;
  stringLone = false;
  let at = from + 1;
  while (true) {
    const special = findSpecial(at);
    if (!special) {
      at += BLOCK;
      continue;
    }
    at += firstOf(special);
    const byte = load<u8>(at);
    if (byte === QUOTE) {
      return at + 1;
    }
    if (byte !== BACKSLASH) {
      return fail(NOT_JSON, at);
    }
    stringEscaped = true;
    const point = readEscape(at);
    if (escapeLength === 0) {
      return fail(NOT_JSON, at);
    }
    if (point & LONE) {
      stringLone = true;
    }
    at += escapeLength;
  }
}
