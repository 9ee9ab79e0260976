import { BACKSLASH, QUOTE, UNICODE_ESCAPE } from "./characters";
import { MALFORMED_BINARY, OUT_OF_MEMORY } from "./codes";
import { code, ensure, fail, out, outLimit, SHORT_ROOM, setOut } from "./state";
import { isUtf8 } from "./utf8";
import {
  BLOCK,
  copy32,
  copy64,
  copyBlock,
  copyOdd32,
  findSpecial,
  findSpecial64,
  firstOf,
  hasHigh64,
} from "./vector";

/**
 * Writes UTF-8 as a JSON string with the escapes of JSON.stringify. Returns false if the text is
 * not UTF-8 or has no room.
 */
export function writeString(from: usize, length: usize): bool {
  if (!ensure(length + SHORT_ROOM)) {
    return false;
  }
  const to = out;
  store<u8>(to, QUOTE);
  const behind = writeText(from, from + length, to + 1);
  if (!behind) {
    if (code !== OUT_OF_MEMORY) {
      fail(MALFORMED_BINARY, from);
    }
    return false;
  }
  setOut(behind);
  return true;
}

/** Like `copyText`, as a call. */
export function writeText(from: usize, end: usize, to: usize): usize {
  return copyText(from, end, to);
}

/**
 * Writes UTF-8 as a JSON string, after its opening quote. The output must have room for the text.
 * Returns the end of the output; 0 if the text is not UTF-8 or its escapes have no room.
 */
// @inline
export function copyText(from: usize, end: usize, to: usize): usize {
  let odd: u64 = 0;
  let rest: usize = 0;
  while (true) {
    odd = copyOdd32(to, from);
    rest = end - from;
    if (odd || rest <= 32) {
      break;
    }
    from += 32;
    to += 32;
  }
  if (rest <= 32 && !(odd & (((<u64>1) << (<u64>rest)) - 1))) {
    store<u8>(to + rest, QUOTE);
    to += rest + 1;
  } else {
    to = writeEscaped(from, end, to);
  }
  return to;
}

/** Room for 64 escaped characters, and for stores of whole blocks. */
const ESCAPES_ROOM: usize = 512;

/**
 * Continues from the first block with a character that is not ASCII or needs an escape. Returns the
 * end of the output; 0 if the text is not UTF-8 or has no room.
 */
function writeEscaped(at: usize, end: usize, to: usize): usize {
  let checked = false;
  while (at < end) {
    if (<isize>(outLimit - to) < <isize>ESCAPES_ROOM) {
      setOut(to);
      if (!ensure(ESCAPES_ROOM)) {
        return 0;
      }
    }
    if (!checked && hasHigh64(at)) {
      if (!isUtf8(at, end)) {
        return 0;
      }
      checked = true;
    }
    const stop = min(at + 64, end);
    to = ASC_FEATURE_SIMD ? escapeBlock(at, stop, to) : escapeBytes(at, stop, to);
    at = stop;
  }
  store<u8>(to, QUOTE);
  return to + 1;
}

/** Writes up to 64 bytes with their escapes. Returns the end of the output. */
// @inline
function escapeBlock(at: usize, stop: usize, to: usize): usize {
  // As in `copyRun`, special bytes are found for 64 bytes at once.
  let special = findSpecial64(at);
  const size = stop - at;
  if (size < 64) {
    special &= ((<u64>1) << (<u64>size)) - 1;
  }
  const block = at;
  while (special) {
    const place = block + <usize>ctz(special);
    const run = place - at;
    copy32(to, at);
    if (run > 32) {
      copy64(to, at);
    }
    to = storeEscape(to + run, load<u8>(place));
    at = place + 1;
    special &= special - 1;
  }
  copy64(to, at);
  return to + (stop - at);
}

/** The same without SIMD. */
// @inline
function escapeBytes(at: usize, stop: usize, to: usize): usize {
  while (at < stop) {
    copyBlock(to, at);
    const special = findSpecial(at);
    const run = min(special ? firstOf(special) : BLOCK, stop - at);
    at += run;
    to += run;
    if (special && at < stop) {
      to = storeEscape(to, load<u8>(at++));
    }
  }
  return to;
}

/** Writes the escape of a special byte. Returns the end of the output. */
// @inline
function storeEscape(to: usize, byte: u8): usize {
  const letter = load<u8>(LETTERS + <usize>byte);
  store<u16>(to, BACKSLASH | ((<u16>letter) << 8));
  return letter ? to + 2 : storeHexEscape(to, byte);
}

/** Added to a value below 10, or from 10 to 15, to give its hexadecimal digit. */
const DIGIT: u16 = 0x30;
const HEX_LETTER: u16 = 0x57;

/** Writes the escape of a control that has no short one, 8 bytes. Returns the end of the output. */
function storeHexEscape(to: usize, byte: u8): usize {
  const low = byte & 15;
  store<u32>(to, UNICODE_ESCAPE);
  store<u16>(
    to,
    (DIGIT + <u16>(byte >> 4)) | ((<u16>(low < 10 ? DIGIT + low : HEX_LETTER + low)) << 8),
    4,
  );
  return to + 6;
}

/** The letters of the short escapes, by character up to the backslash; 0 for other controls. */
const LETTERS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0x62, 0x74, 0x6e, 0, 0x66, 0x72, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0x22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0x5c,
]);
