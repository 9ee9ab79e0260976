import {
  BACKSLASH,
  BACKSPACE,
  CARRIAGE_RETURN,
  FORM_FEED,
  LETTER_B,
  LETTER_F,
  LETTER_N,
  LETTER_R,
  LETTER_T,
  LINE_FEED,
  QUOTE,
  SLASH,
  TAB,
} from "./characters";
import { NOT_JSON, NOT_REPRESENTABLE } from "./codes";
import { escapeLength, LONE, readEscape, writeCodePoint } from "./escape";
import { ESCAPES } from "./layout";
import { fail, misfit, out, setOut } from "./state";
import { BLOCK, copy64, copySpecial, findSpecial64, firstOf, shift } from "./vector";
import { lengthSize, storeLength } from "./writer";

/**
 * Reads the string whose opening quote is at `from`, and writes its length and text. Returns the
 * offset after it; 0 if it is invalid or has a lone surrogate.
 *
 * One loop copies the text and finds its end. Text never grows by unescaping, so room for the
 * rest of the input suffices.
 */
export function readString(from: usize): usize {
  const start = out;
  const special = copySpecial(start + 1, from + 1);
  const end = from + 1 + firstOf(special);
  if (special && load<u8>(end) === QUOTE) {
    store<u8>(start, end - from - 1);
    setOut(start + (end - from));
    return end + 1;
  }
  return readLongString(from + 1, start);
}

/**
 * A text is moved this many bytes before its length takes another byte; `copyRun` passes its
 * limit by less.
 */
const TURN_SLACK: usize = 128;

function readLongString(from: usize, start: usize): usize {
  let at = from;
  // One byte is reserved for the length until the text passes 127 bytes; the text is then moved
  // while it is still short.
  let left: usize = 1;
  let text = start + 1;
  let to = text;
  let turn = text + TURN_SLACK;
  while (true) {
    const next = copyRun(to, at, turn);
    to += copied;
    at = next;
    if (to >= turn) {
      const size = lengthSize(to - text + TURN_SLACK);
      shift(start + size, text, to - text);
      to += size - left;
      text = start + size;
      left = size;
      // A length has at most five bytes.
      turn = size < 5 ? text + ((<usize>1) << (7 * size)) - TURN_SLACK : usize.MAX_VALUE;
      continue;
    }
    const byte = load<u8>(at);
    if (byte === QUOTE) {
      break;
    }
    if (byte !== BACKSLASH) {
      return fail(NOT_JSON, at);
    }
    const point = readEscape(at);
    if (escapeLength === 0) {
      return fail(NOT_JSON, at);
    }
    if (point & LONE) {
      return misfit(NOT_REPRESENTABLE, from - 1);
    }
    to = writeCodePoint(to, point);
    at += escapeLength;
  }
  const length = to - text;
  const size = lengthSize(length);
  if (size !== left) {
    shift(start + size, text, length);
    to += size - left;
  }
  storeLength(start, length, size);
  setOut(to);
  return at + 1;
}

/** The number of bytes that `copyRun` wrote last. */
let copied: usize = 0;

/**
 * Copies plain text and short escapes from `at` on. Stops at anything else, or soon after the
 * output passes `turn`. Returns where it stopped.
 */
function copyRun(to: usize, at: usize, turn: usize): usize {
  const start = to;
  while (to < turn) {
    if (ASC_FEATURE_SIMD) {
      // Special bytes are found for 64 bytes at once: a new search after each escape would have
      // to wait for the previous one.
      let special = findSpecial64(at);
      if (!special) {
        copy64(to, at);
        to += 64;
        at += 64;
        continue;
      }
      const behind = at + 64;
      const block = at;
      do {
        const place = block + <usize>ctz(special);
        const run = place - at;
        copy64(to, at);
        to += run;
        at = place;
        const meant = escapeMeaning(place);
        if (!meant) {
          copied = to - start;
          return place;
        }
        store<u8>(to++, meant);
        at += 2;
        // Skips the escaped character as well.
        special &= ~((<u64>3) << (<u64>(place - block)));
      } while (special);
      if (at < behind) {
        copy64(to, at);
        to += behind - at;
        at = behind;
      }
    } else {
      const special = copySpecial(to, at);
      if (!special) {
        to += BLOCK;
        at += BLOCK;
        continue;
      }
      to += firstOf(special);
      at += firstOf(special);
      const meant = escapeMeaning(at);
      if (!meant) {
        break;
      }
      store<u8>(to++, meant);
      at += 2;
    }
  }
  copied = to - start;
  return at;
}

/** Returns the character that a short escape means; 0 for anything else. */
// @inline
export function escapeMeaning(at: usize): u8 {
  const pair = <usize>load<u16>(at);
  return (pair & 0xff) === BACKSLASH ? load<u8>(ESCAPES + (pair >> 8)) : 0;
}

/** Fills the table of escapes. */
export function prepareEscapes(): void {
  store<u8>(ESCAPES + QUOTE, QUOTE);
  store<u8>(ESCAPES + SLASH, SLASH);
  store<u8>(ESCAPES + BACKSLASH, BACKSLASH);
  store<u8>(ESCAPES + LETTER_B, BACKSPACE);
  store<u8>(ESCAPES + LETTER_F, FORM_FEED);
  store<u8>(ESCAPES + LETTER_N, LINE_FEED);
  store<u8>(ESCAPES + LETTER_R, CARRIAGE_RETURN);
  store<u8>(ESCAPES + LETTER_T, TAB);
}
