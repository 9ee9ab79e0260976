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
import { escapeLength, LONE, readEscape, UNICODE_LENGTH, writeCodePoint } from "./escape";
import { ESCAPE_PLACES, ESCAPES } from "./layout";
import { fail, misfit, out, setOut } from "./state";
import {
  BLOCK,
  copy64,
  copySpecial,
  escapeCodes,
  findBackslashes64,
  findEnds64,
  firstOf,
  shift,
} from "./vector";
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

/** `copyRun` may write this many bytes more than it has to, before a text's length grows. */
const TURN_SLACK: usize = 1024;

function readLongString(from: usize, start: usize): usize {
  let at = from;
  // Most texts that come here have a length of two bytes. Longer ones are moved as soon as they
  // reach the next size.
  let left: usize = 2;
  let text = start + left;
  let to = text;
  let turn = turnOf(text, left);
  while (true) {
    const next = copyRun(to, at, turn);
    to += copied;
    at = next;
    if (to >= turn) {
      shift(text + 1, text, to - text);
      to++;
      text++;
      left++;
      turn = turnOf(text, left);
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

/** Returns where a text needs more bytes for its length than `left`: at most five. */
function turnOf(text: usize, left: usize): usize {
  return left < 5 ? text + ((<usize>1) << (7 * left)) - TURN_SLACK : usize.MAX_VALUE;
}

/** The number of bytes that `copyRun` wrote last. */
let copied: usize = 0;

/** How many bytes `copyRun` searches before it copies them: a multiple of 64. */
const CHUNK: usize = 512;

/**
 * Copies plain text and escapes from `at` on. Stops at anything else, or soon after the output
 * passes `turn`. Returns where it stopped.
 *
 * It first lists where the escapes of a chunk are, and then copies the text between them. So no
 * branch depends on how many there are in 64 bytes, and no search waits for the previous escape:
 * 50 KB of code take a third less time than with one loop.
 */
function copyRun(to: usize, at: usize, turn: usize): usize {
  if (!ASC_FEATURE_SIMD) {
    return copyRunSlowly(to, at, turn);
  }
  const start = to;
  do {
    const end = at + CHUNK;
    const last = listEscapes(at, end);
    for (let item = ESCAPE_PLACES; item < last; item += 4) {
      const place: usize = load<u32>(item);
      copyText(to, at, place - at);
      to += place - at;
      const meant = load<u8>(ESCAPES + load<u8>(place, 1));
      if (meant) {
        store<u8>(to++, meant);
        at = place + 2;
        continue;
      }
      const point = readEscape(place);
      if (point & LONE || escapeLength === 0) {
        copied = to - start;
        return place;
      }
      to = writeCodePoint(to, point);
      at = place + escapeLength;
      if (escapeLength > UNICODE_LENGTH) {
        // The second half of a surrogate pair is listed as well.
        item += 4;
      }
    }
    const stop: usize = hasEnd ? load<u32>(last) : end;
    // The last escape may go beyond the chunk.
    if (at < stop) {
      copyText(to, at, stop - at);
      to += stop - at;
      at = stop;
    }
  } while (to < turn && !hasEnd);
  copied = to - start;
  return at;
}

/** Like `copyRun`, without SIMD. */
function copyRunSlowly(to: usize, at: usize, turn: usize): usize {
  const start = to;
  while (to < turn) {
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
  copied = to - start;
  return at;
}

/** Whether `listEscapes` found the end of the text. */
let hasEnd: bool = false;

/**
 * Lists the addresses of the escapes from `at` to `end`, up to the first byte that ends the text,
 * which is also listed. Returns the end of the list, where the address of that byte is. Only for
 * the build with SIMD.
 */
// @inline
function listEscapes(at: usize, end: usize): usize {
  let item = ESCAPE_PLACES;
  let isEscaped: u64 = 0;
  let starts: u64 = 0;
  let ends: u64 = 0;
  do {
    const backslashes = findBackslashes64(at);
    const codes = escapeCodes(backslashes & ~isEscaped);
    starts = codes & backslashes;
    ends = findEnds64(at) & ~(codes ^ (backslashes | isEscaped));
    isEscaped = starts >> 63;
    let found = starts | ends;
    const next = item + ((<usize>popcnt(found)) << 2);
    // Few blocks have more than six, so there is no branch for each.
    store<u32>(item, at + <usize>ctz(found));
    found &= found - 1;
    store<u32>(item, at + <usize>ctz(found), 4);
    found &= found - 1;
    store<u32>(item, at + <usize>ctz(found), 8);
    found &= found - 1;
    store<u32>(item, at + <usize>ctz(found), 12);
    found &= found - 1;
    store<u32>(item, at + <usize>ctz(found), 16);
    found &= found - 1;
    store<u32>(item, at + <usize>ctz(found), 20);
    for (item += 24; item < next; item += 4) {
      found &= found - 1;
      store<u32>(item, at + <usize>ctz(found));
    }
    item = next;
    at += 64;
  } while (!ends && at < end);
  hasEnd = ends !== 0;
  // Bits from the lowest end on.
  return item - ((<usize>popcnt((starts | ends) & (ends | (0 - ends)))) << 2);
}

/** Copies text; writes at least 64 bytes. */
// @inline
function copyText(to: usize, from: usize, size: usize): void {
  copy64(to, from);
  for (let done: usize = 64; done < size; done += 64) {
    copy64(to + done, from + done);
  }
}

/** Returns the character that a short escape means; 0 for anything else. */
// @inline
function escapeMeaning(at: usize): u8 {
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
