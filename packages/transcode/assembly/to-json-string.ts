import { BACKSLASH, QUOTE, SPACE, UNICODE_ESCAPE } from "./characters";
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

/**
 * Room for what the escapes of 64 characters add to a text: five bytes each. The rest is for
 * stores of whole blocks.
 */
const ESCAPES_ROOM: usize = 512;

/**
 * Continues from the first block with a character that is not ASCII or needs an escape. Returns the
 * end of the output; 0 if the text is not UTF-8 or has no room.
 */
function writeEscaped(at: usize, end: usize, to: usize): usize {
  if (!isUtf8(at, end)) {
    return 0;
  }
  setOut(to);
  if (!ensure(end - at + ESCAPES_ROOM)) {
    return 0;
  }
  while (at < end) {
    if (ASC_FEATURE_SIMD) {
      // As in `copyRun`, special bytes are found for 64 bytes at once.
      let special = findSpecial64(at);
      const rest = end - at;
      if (rest < 64) {
        special &= ((<u64>1) << (<u64>rest)) - 1;
      }
      const block = at;
      while (special) {
        const place = block + <usize>ctz(special);
        copy32(to, at);
        if (place - at > 32) {
          copy64(to, at);
        }
        to = storeEscape(to + (place - at), load<u8>(place));
        at = place + 1;
        special &= special - 1;
      }
      const behind = min(block + 64, end);
      copy64(to, at);
      to += behind - at;
      at = behind;
    } else {
      copyBlock(to, at);
      const special = findSpecial(at);
      const run = min(special ? firstOf(special) : BLOCK, end - at);
      at += run;
      to += run;
      if (special && at < end) {
        to = storeEscape(to, load<u8>(at++));
      }
    }
    if (to > outLimit - ESCAPES_ROOM) {
      setOut(to);
      if (!ensure(end - at + ESCAPES_ROOM)) {
        return 0;
      }
    }
  }
  store<u8>(to, QUOTE);
  return to + 1;
}

/** Added to a value below 10, or from 10 to 15, to give its hexadecimal digit. */
const DIGIT: u16 = 0x30;
const HEX_LETTER: u16 = 0x57;

/** Writes the escape of a character, up to 8 bytes. Returns the end of the output. */
function storeEscape(to: usize, byte: u8): usize {
  const letter = escapeLetter(byte);
  if (letter) {
    store<u16>(to, BACKSLASH | ((<u16>letter) << 8));
    return to + 2;
  }
  store<u32>(to, UNICODE_ESCAPE);
  const low = byte & 15;
  store<u16>(
    to,
    (DIGIT + <u16>(byte >> 4)) | ((<u16>(low < 10 ? DIGIT + low : HEX_LETTER + low)) << 8),
    4,
  );
  return to + 6;
}

/** Returns the letter of a character's short escape; 0 if it has none or is not ASCII. */
// @inline
export function escapeLetter(byte: u8): u8 {
  return byte < SPACE ? load<u8>(LETTERS + <usize>byte) : byte < 0x80 ? byte : 0;
}

/** The letters of the short escapes of control characters. */
const LETTERS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0x62, 0x74, 0x6e, 0, 0x66, 0x72, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0,
]);
