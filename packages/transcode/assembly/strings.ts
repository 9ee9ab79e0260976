import { NOT_JSON, NOT_REPRESENTABLE } from "./codes";
import { escapeLength, LONE, readEscape, writeCodePoint } from "./escape";
import { fail, inputEnd, misfit, out, setOut } from "./state";
import { BLOCK, copyPlain64, copySpecial, firstOf, shift } from "./vector";
import { lengthSize, storeLength } from "./writer";

/**
 * Reads the string whose opening quote stands at `from`, and writes its length
 * and its text. Behind it; 0 if it is none, or has a lone surrogate.
 *
 * The text is copied in the same step that looks for its end. It never grows by
 * that, so room for the rest of the input is room enough.
 */
export function readString(from: usize): usize {
  const start = out;
  let at = from + 1;
  let special = copySpecial(start + 1, at);
  if (!special) {
    at += BLOCK;
    special = copySpecial(start + 1 + BLOCK, at);
  }
  if (special) {
    at += firstOf(special);
    if (load<u8>(at) == 0x22) {
      const length = at - from - 1;
      store<u8>(start, length);
      setOut(start + 1 + length);
      return at + 1;
    }
  }
  return readLongString(from + 1, start);
}

function readLongString(from: usize, start: usize): usize {
  let at = from;
  // One byte is left for the length until the text passes 127 bytes; then it is
  // moved, while it still is short.
  let left: usize = 1;
  let text = start + 1;
  let to = text;
  let turn = text + 128;
  while (true) {
    let special: u64;
    while (true) {
      special = copySpecial(to, at);
      if (special) {
        break;
      }
      at += BLOCK;
      to += BLOCK;
      // Long text mostly is plain for long.
      while (to < turn && copyPlain64(to, at)) {
        at += 64;
        to += 64;
      }
      if (to >= turn) {
        const size = lengthSize(to - text + 128);
        shift(start + size, text, to - text);
        to += size - left;
        text = start + size;
        left = size;
        turn = text + (size == 2 ? 0x4000 : size == 3 ? 0x200000 : <usize>0x10000000) - 128;
      }
    }
    const run = firstOf(special);
    at += run;
    to += run;
    const byte = load<u8>(at);
    if (byte == 0x22) {
      break;
    }
    if (byte != 0x5c) {
      return fail(NOT_JSON, at);
    }
    const letter = <usize>load<u8>(at, 1) - 0x22;
    if (letter < 83) {
      const meant = load<u8>(ESCAPES + letter);
      if (meant) {
        store<u8>(to++, meant);
        at += 2;
        continue;
      }
    }
    const point = readEscape(at);
    if (escapeLength == 0) {
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
  if (size != left) {
    shift(start + size, text, length);
    to += size - left;
  }
  storeLength(start, length, size);
  setOut(to);
  return at + 1;
}

/** What the letters of escapes stand for, from the quote to the t. */
const ESCAPES: usize = memory.data<u8>([
  0x22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2f, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x5c, 0,
  0, 0, 0, 0, 0x8, 0, 0, 0, 0xc, 0, 0, 0, 0, 0, 0, 0, 0xa, 0, 0, 0,
  0xd, 0, 0x9,
]);

/** Copies the text of a JSON value without the white space between its tokens; the place behind it. */
export function copyCompact(to: usize, from: usize, end: usize, withSpace: bool): usize {
  if (!withSpace) {
    memory.copy(to, from, end - from);
    return to + (end - from);
  }
  while (from < end) {
    const byte = load<u8>(from);
    if (byte <= 0x20) {
      from++;
    } else if (byte == 0x22) {
      store<u8>(to++, byte);
      from++;
      while (true) {
        const special = copySpecial(to, from);
        if (!special) {
          from += BLOCK;
          to += BLOCK;
          continue;
        }
        from += firstOf(special);
        to += firstOf(special);
        if (load<u8>(from) == 0x22) {
          break;
        }
        store<u16>(to, load<u16>(from));
        to += 2;
        from += 2;
      }
      store<u8>(to++, 0x22);
      from++;
    } else {
      store<u8>(to++, byte);
      from++;
    }
  }
  return to;
}
