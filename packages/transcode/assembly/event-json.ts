import {
  BACKSLASH,
  BACKSPACE,
  CARRIAGE_RETURN,
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  DIGIT_0,
  FORM_FEED,
  LETTER_A,
  LETTER_B,
  LETTER_F,
  LETTER_N,
  LETTER_R,
  LETTER_T,
  LINE_FEED,
  LOWER_CASE,
  MINUS,
  OPENING_BRACE,
  OPENING_BRACKET,
  PLUS,
  POINT,
  QUOTE,
  SPACE,
  TAB,
  UNICODE_ESCAPE,
} from "./characters";
import { SCRATCH_FULL } from "./codes";
import { escapeLength, LONE, readEscape, writeCodePoint } from "./escape";
import { takeSpace } from "./event-state";
import { scanString } from "./scan-string";
import { fail, top, topLimit } from "./state";
import { scanNumber, scanWord } from "./tokens";
import { sameBytes } from "./vector";

// JSON text in and around server-sent events, as @stepwire/openai-sse reads it.

// @inline
function isSpace(byte: u8): bool {
  return (
    byte <= SPACE &&
    (byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB)
  );
}

/** Returns the offset of the first byte that is not white space, or `end`. */
export function passSpaces(at: usize, end: usize): usize {
  while (at < end && isSpace(load<u8>(at))) at++;
  return at;
}

/** Returns the end of the text without the white space at its end. */
export function trimSpaces(from: usize, end: usize): usize {
  while (end > from && isSpace(load<u8>(end - 1))) end--;
  return end;
}

/** Returns the offset after the string at `from`; 0 if it does not end. */
export function stringEnd(from: usize, end: usize): usize {
  for (let at = from + 1; at < end; at++) {
    const byte = load<u8>(at);
    if (byte === QUOTE) {
      return at + 1;
    }
    if (byte === BACKSLASH) {
      at++;
    }
  }
  return 0;
}

/** The violation of a payload that is exactly one JSON value. */
export const NO_OFFSET: usize = usize.MAX_VALUE;

/**
 * Returns the offset at which a payload is not one JSON value, or `NO_OFFSET`. The value itself is
 * not checked. Without this, text after the value would become further members of the document.
 */
export function findExcess(from: usize, end: usize): usize {
  const start = passSpaces(from, end);
  const stop = start < end ? valueStop(start, end) : 0;
  if (!stop) {
    return start < end ? start : from;
  }
  const rest = passSpaces(stop, end);
  return rest < end ? rest : NO_OFFSET;
}

function valueStop(from: usize, end: usize): usize {
  const first = load<u8>(from);
  if (first === QUOTE) {
    return stringEnd(from, end);
  }
  if ((first | LOWER_CASE) === OPENING_BRACE) {
    return containerStop(from, end);
  }
  let at = from;
  while (at < end && isScalarByte(load<u8>(at))) at++;
  return at > from ? at : 0;
}

function containerStop(from: usize, end: usize): usize {
  let levels: i32 = 0;
  for (let at = from; at < end; at++) {
    const byte = load<u8>(at);
    if (byte === QUOTE) {
      at = stringEnd(at, end);
      if (!at) {
        return 0;
      }
      at--;
    } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      levels++;
    } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      levels--;
      if (levels === 0) {
        return at + 1;
      }
    }
  }
  return 0;
}

const UNDERSCORE: u8 = 0x5f;

/** Whether a byte may belong to a number or word. */
function isScalarByte(byte: u8): bool {
  return (
    <u8>(byte - DIGIT_0) <= 9 ||
    <u8>((byte | LOWER_CASE) - LETTER_A) < 26 ||
    byte === MINUS ||
    byte === PLUS ||
    byte === POINT ||
    byte === UNDERSCORE
  );
}

/** The string that `findStringMember` or `readText` found. */
export let textAt: usize = 0;
export let textEnd: usize = 0;

/**
 * Finds the string of the first member with this name in a JSON object, unescaped. Returns false if
 * there is none, if it is not a string, or if it has a lone surrogate. The text may be malformed;
 * then the result has no meaning.
 */
export function findStringMember(from: usize, end: usize, name: usize, size: usize): bool {
  let at = passSpaces(from, end);
  if (at >= end || load<u8>(at) !== OPENING_BRACE) {
    return false;
  }
  do {
    const start = passSpaces(at + 1, end);
    const stop = start < end && load<u8>(start) === QUOTE ? stringEnd(start, end) : 0;
    const colon = stop ? passSpaces(stop, end) : end;
    if (colon >= end || load<u8>(colon) !== COLON) {
      return false;
    }
    const value = passSpaces(colon + 1, end);
    if (isMember(start, stop, name, size)) {
      const valueEnd = value < end && load<u8>(value) === QUOTE ? stringEnd(value, end) : 0;
      return valueEnd !== 0 && readText(value, valueEnd);
    }
    at = passSpaces(passMember(value, end), end);
  } while (at < end && load<u8>(at) === COMMA);
  return false;
}

/** Whether the string from `start` to `stop`, with quotes, is this name. */
function isMember(start: usize, stop: usize, name: usize, size: usize): bool {
  const length = stop - start - 2;
  if (length === size) {
    return sameBytes(start + 1, name, size);
  }
  return (
    length > size &&
    hasEscape(start, stop) &&
    readText(start, stop) &&
    textEnd - textAt === size &&
    sameBytes(textAt, name, size)
  );
}

function hasEscape(from: usize, end: usize): bool {
  for (let at = from; at < end; at++) {
    if (load<u8>(at) === BACKSLASH) {
      return true;
    }
  }
  return false;
}

/** Returns the offset after the value at `from`: of a comma or a closing bracket, or `end`. */
export function passMember(from: usize, end: usize): usize {
  let levels: i32 = 0;
  for (let at = from; at < end; at++) {
    const byte = load<u8>(at);
    if (byte === QUOTE) {
      at = stringEnd(at, end);
      if (!at) {
        return end;
      }
      at--;
    } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      levels++;
    } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      if (levels === 0) {
        return at;
      }
      levels--;
    } else if (byte === COMMA && levels === 0) {
      return at;
    }
  }
  return end;
}

/**
 * Reads the string from `from` to `end`, with quotes. Returns false if it is malformed, has a lone
 * surrogate, or if there is no room.
 */
export function readText(from: usize, end: usize): bool {
  if (!hasEscape(from, end)) {
    textAt = from + 1;
    textEnd = end - 1;
    return true;
  }
  const place = takeSpace(end - from);
  if (!place) {
    return false;
  }
  let to = place;
  for (let at = from + 1; at < end - 1; ) {
    const byte = load<u8>(at);
    if (byte < SPACE) {
      return false;
    }
    if (byte !== BACKSLASH) {
      store<u8>(to++, byte);
      at++;
      continue;
    }
    const point = readEscape(at);
    if (escapeLength === 0 || (point & LONE) !== 0 || at + escapeLength > end - 1) {
      return false;
    }
    to = writeCodePoint(to, point);
    at += escapeLength;
  }
  textAt = place;
  textEnd = to;
  return true;
}

/** The most bytes that a byte of text takes as JSON. */
export const ESCAPE_GROWTH: usize = 6;

/** Writes text as a JSON string, with the same escapes as JSON.stringify. Returns its end. */
export function quote(to: usize, from: usize, end: usize): usize {
  store<u8>(to++, QUOTE);
  for (let at = from; at < end; at++) {
    const byte = load<u8>(at);
    if (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH) {
      store<u8>(to++, byte);
      continue;
    }
    const letter = escapeLetter(byte);
    if (letter) {
      store<u8>(to, BACKSLASH);
      store<u8>(to, letter, 1);
      to += 2;
    } else {
      store<u32>(to, UNICODE_ESCAPE);
      store<u8>(to, DIGIT_0 + (byte >> 4), 4);
      store<u8>(to, hexDigit(byte & 15), 5);
      to += 6;
    }
  }
  store<u8>(to, QUOTE);
  return to + 1;
}

function hexDigit(value: u8): u8 {
  return value < 10 ? DIGIT_0 + value : LETTER_A - 10 + value;
}

/** Returns the letter of a short escape; 0 if there is none. */
function escapeLetter(byte: u8): u8 {
  switch (byte) {
    case QUOTE:
    case BACKSLASH:
      return byte;
    case BACKSPACE:
      return LETTER_B;
    case TAB:
      return LETTER_T;
    case LINE_FEED:
      return LETTER_N;
    case FORM_FEED:
      return LETTER_F;
    case CARRIAGE_RETURN:
      return LETTER_R;
  }
  return 0;
}

/** The open arrays and objects: for each, the byte that closes it. They are in the scratch space. */
let levels: usize = 0;

/**
 * Whether the text, which begins with a brace, is valid JSON, nested to any depth. A zero byte must
 * follow it at `end`. If there is no room to find out, the call stops.
 */
export function isWholeObject(from: usize, end: usize): bool {
  levels = top;
  let at = from;
  while (at) {
    at = passSpaces(at, end);
    const byte = load<u8>(at);
    if ((byte | LOWER_CASE) === OPENING_BRACE) {
      at = openLevel(at, end);
      if (!at || load<u8>(at) !== byte + CLOSING) {
        continue;
      }
    } else {
      at = byte === QUOTE ? scanString(at) : passScalar(at);
    }
    if (!at) {
      return false;
    }
    at = closeLevels(at, end);
    if (levels === top) {
      return at === end;
    }
    at = load<u8>(at) === COMMA ? beginMember(at + 1, end) : 0;
  }
  return false;
}

/** Added to an opening bracket, it is the closing one. */
const CLOSING: u8 = 2;

/** Enters an array or object. Returns the offset of its first value, or of its closing bracket. */
function openLevel(from: usize, end: usize): usize {
  if (levels === topLimit) {
    return fail(SCRATCH_FULL, 0);
  }
  const closing = load<u8>(from) + CLOSING;
  store<u8>(levels++, closing);
  const at = passSpaces(from + 1, end);
  return load<u8>(at) === closing ? at : beginMember(at, end);
}

/** Leaves all arrays and objects that end at `from`. Returns the offset of what follows. */
function closeLevels(from: usize, end: usize): usize {
  let at = passSpaces(from, end);
  while (levels > top && load<u8>(at) === load<u8>(levels - 1)) {
    levels--;
    at = passSpaces(at + 1, end);
  }
  return at;
}

/** Returns the offset of the value of an element or member; 0 if it is a member without a name. */
function beginMember(from: usize, end: usize): usize {
  const at = passSpaces(from, end);
  return load<u8>(levels - 1) === CLOSING_BRACE ? passName(at, end) : at;
}

function passScalar(at: usize): usize {
  const byte = load<u8>(at);
  return byte === MINUS || <u8>(byte - DIGIT_0) <= 9 ? scanNumber(at) : scanWord(at);
}

/** Returns the offset after a name and its colon; 0 if there is none. */
function passName(at: usize, end: usize): usize {
  const stop = load<u8>(at) === QUOTE ? scanString(at) : 0;
  const colon = stop ? passSpaces(stop, end) : end;
  return load<u8>(colon) === COLON ? colon + 1 : 0;
}
