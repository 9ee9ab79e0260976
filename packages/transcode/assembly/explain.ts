import {
  BACKSLASH,
  CARRIAGE_RETURN,
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  DIGIT_0,
  LETTER_E,
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
  WORD_FALS,
  WORD_NULL,
  WORD_TRUE,
} from "./characters";
import { MISSING_MEMBER, NOT_JSON, TOO_DEEP, UNKNOWN_MEMBER, UNKNOWN_VARIANT } from "./codes";
import { escapeLength, readEscape } from "./escape";
import {
  isInArray,
  isNamed,
  leaveKey,
  levelCount,
  levelStart,
  nextElement,
  popLevel,
  pushLevel,
  resetLevels,
  setName,
  writeMissing,
  writePointer,
} from "./pointer";
import { inputEnd, maxDepth, out, setOut } from "./state";
import { MARK } from "./tokens";
import { invalidUtf8At } from "./utf8-error";

// Explains why a text was refused, as the reference engine does: a syntax error anywhere in the
// text comes before any other violation that the kernel found first, and the place of a violation
// is a JSON Pointer.

/** The violation: its code, its offset in the text, and whether its pointer was written. */
export let violation: u32 = 0;
export let violationAt: usize = 0;
let written: bool = false;

let code: u32 = 0;
let codeAt: usize = 0;
let missing: usize = 0;

/** The end of the text. */
let textEnd: usize = 0;
/**
 * The text is unfinished output of the kernel: it breaks off without an error, and commas replace
 * its opening brackets.
 */
let isPartial: bool = false;
/** Whether the walk stopped before the end of the text. */
let stopped: bool = false;

/**
 * Explains why the JSON text at `from` was refused, and writes the pointer.
 *
 * @param reason the code
 * @param at where the kernel stopped
 * @param name the missing member, or the member that tells object types apart
 */
export function explainJson(from: usize, reason: u32, at: usize, name: usize): void {
  code = reason;
  codeAt = at;
  missing = name;
  violation = reason;
  violationAt = at;
  written = false;
  isPartial = false;
  textEnd = inputEnd;
  const start = out;
  const invalid = invalidUtf8At(from, inputEnd);
  if (invalid) {
    violation = NOT_JSON;
    violationAt = invalid;
    return;
  }
  walk(from);
  if (!written) {
    setOut(start);
  }
}

/** Writes the pointer to the place where the JSON text from `from` to `end` breaks off. */
export function explainOutput(from: usize, end: usize): void {
  written = false;
  isPartial = true;
  textEnd = end;
  walk(from);
}

function byteAt(at: usize): u8 {
  return at < textEnd ? load<u8>(at) : 0;
}

/** The text has a syntax error. It replaces any other violation and ends the walk. */
function refuse(reason: u32, at: usize, start: usize): usize {
  stopped = true;
  if (!isPartial) {
    violation = reason;
    violationAt = min(at, textEnd);
    setOut(start);
  }
  written = writePointer();
  return textEnd;
}

function walk(from: usize): void {
  const start = out;
  resetLevels();
  stopped = false;
  let at = walkSpace(from);
  while (true) {
    at = walkValue(at, start);
    while (!stopped && levelCount() > 0) {
      leaveKey();
      at = walkSpace(at);
      const byte = byteAt(at);
      if (byte === (isInArray() ? CLOSING_BRACKET : CLOSING_BRACE)) {
        at = close(at);
        continue;
      }
      if (byte !== COMMA) {
        refuse(NOT_JSON, at, start);
        return;
      }
      at = walkSpace(at + 1);
      if (isInArray()) {
        nextElement(false);
      } else {
        at = walkName(at, start);
      }
      break;
    }
    if (stopped) {
      return;
    }
    if (levelCount() === 0) {
      at = walkSpace(at);
      if (at < textEnd) {
        refuse(NOT_JSON, at, start);
      }
      return;
    }
  }
}

/** Reads a value; for an array or object, only up to its first value. */
function walkValue(from: usize, start: usize): usize {
  let at = from;
  while (!stopped) {
    meet(at);
    const byte = byteAt(at);
    const isOpening =
      byte === OPENING_BRACE || byte === OPENING_BRACKET || (isPartial && byte === COMMA);
    if (!isOpening) {
      return walkScalar(at, start);
    }
    if (levelCount() >= maxDepth && !isPartial) {
      return refuse(TOO_DEEP, at, start);
    }
    const isArray = byte === COMMA ? !opensObject(at) : byte === OPENING_BRACKET;
    if (!pushLevel(at, isArray)) {
      stopped = true;
      return textEnd;
    }
    at = walkSpace(at + 1);
    if (byteAt(at) === (isArray ? CLOSING_BRACKET : CLOSING_BRACE)) {
      return close(at);
    }
    if (isArray) {
      nextElement(true);
    } else {
      at = walkName(at, start);
    }
  }
  return at;
}

/** Whether this comma replaces an opening brace: a name and a colon follow it. */
function opensObject(comma: usize): bool {
  let at = comma + 1;
  if (byteAt(at) !== QUOTE) {
    return false;
  }
  at++;
  while (at < textEnd && load<u8>(at) !== QUOTE) {
    at += load<u8>(at) === BACKSLASH ? 2 : 1;
  }
  return byteAt(at + 1) === COLON;
}

/** Writes the pointer if the violation is at this offset. */
function meet(at: usize): void {
  if (!written && at === codeAt && !isPartial && !isAtMember()) {
    written = writePointer();
  }
}

/** Whether the pointer must name a member of the object at the violation's offset. */
function isAtMember(): bool {
  return code === UNKNOWN_VARIANT && missing !== 0 && load<u8>(codeAt) === OPENING_BRACE;
}

/** Leaves an array or object. Returns the offset after its closing bracket. */
function close(bracket: usize): usize {
  const isPlace =
    code === MISSING_MEMBER ? codeAt === bracket + 1 : isAtMember() && codeAt === levelStart();
  if (isPlace && !written && !isPartial && !isInArray()) {
    written = writePointer() && writeMissing(missing);
    violationAt = levelStart();
  }
  popLevel();
  return bracket + 1;
}

/** Reads a name and its colon. Returns the offset of the value. */
function walkName(from: usize, start: usize): usize {
  if (byteAt(from) !== QUOTE) {
    return refuse(NOT_JSON, from, start);
  }
  const end = walkString(from, start);
  if (stopped) {
    return end;
  }
  const name = <u32>(end - 1) | (hasEscapes ? MARK : 0);
  let at = walkSpace(end);
  if (byteAt(at) !== COLON) {
    return refuse(NOT_JSON, at, start);
  }
  at = walkSpace(at + 1);
  setName(from + 1, name);
  if (written || isPartial) {
    return at;
  }
  if (codeAt === from) {
    written = writePointer();
    if (code === UNKNOWN_MEMBER) {
      violationAt = at;
    }
  } else if (isAtMember() && codeAt === levelStart() && isNamed(missing)) {
    written = writePointer();
    violationAt = at;
  }
  return at;
}

let hasEscapes: bool = false;

/** Returns the offset after the string at `from`. */
function walkString(from: usize, start: usize): usize {
  hasEscapes = false;
  let at = from + 1;
  while (byteAt(at) !== QUOTE) {
    const byte = byteAt(at);
    if (byte < SPACE) {
      return refuse(NOT_JSON, at, start);
    }
    if (byte === BACKSLASH) {
      hasEscapes = true;
      at++;
    }
    at++;
  }
  if (hasEscapes) {
    for (let place = from + 1; place < at; ) {
      if (load<u8>(place) === BACKSLASH) {
        readEscape(place);
        if (escapeLength === 0) {
          return refuse(NOT_JSON, from, start);
        }
        place += escapeLength;
      } else {
        place++;
      }
    }
  }
  return at + 1;
}

/** Returns the offset after the string, number or word at `from`. */
function walkScalar(from: usize, start: usize): usize {
  const byte = byteAt(from);
  if (byte === QUOTE) {
    return walkString(from, start);
  }
  const word: u32 = from + 4 <= textEnd ? load<u32>(from) : 0;
  if (word === WORD_TRUE || word === WORD_NULL) {
    return from + 4;
  }
  if (word === WORD_FALS && byteAt(from + 4) === LETTER_E) {
    return from + 5;
  }
  const end = walkNumber(from);
  return end ? end : refuse(NOT_JSON, from, start);
}

/** Returns the offset after the longest number at `from`, or 0 if there is none. */
function walkNumber(from: usize): usize {
  let at = from + (byteAt(from) === MINUS ? 1 : 0);
  if (!isDigit(at)) {
    return 0;
  }
  at = byteAt(at) === DIGIT_0 ? at + 1 : walkDigits(at);
  if (byteAt(at) === POINT && isDigit(at + 1)) {
    at = walkDigits(at + 1);
  }
  if ((byteAt(at) | LOWER_CASE) === LETTER_E) {
    const sign = byteAt(at + 1);
    const digits = at + (sign === PLUS || sign === MINUS ? 2 : 1);
    if (isDigit(digits)) {
      at = walkDigits(digits);
    }
  }
  return at;
}

function isDigit(at: usize): bool {
  return <u8>(byteAt(at) - DIGIT_0) <= 9;
}

function walkDigits(from: usize): usize {
  let at = from;
  while (isDigit(at)) at++;
  return at;
}

function walkSpace(from: usize): usize {
  let at = from;
  while (true) {
    const byte = byteAt(at);
    if (byte !== SPACE && byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== TAB) {
      return at;
    }
    at++;
  }
}
