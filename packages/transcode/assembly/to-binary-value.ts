import {
  DIGIT_0,
  LETTER_E,
  LETTER_F,
  LETTER_N,
  LETTER_T,
  LOWER_CASE,
  MINUS,
  OPENING_BRACE,
  OPENING_BRACKET,
  POINT,
  QUOTE,
  WORD_FALS,
  WORD_TRUE,
} from "./characters";
import { NOT_JSON, NOT_REPRESENTABLE, UNKNOWN_VALUE, WRONG_TYPE } from "./codes";
import { copyCompact } from "./compact";
import { exponent, inexact, negative, readDecimal, significand } from "./decimal";
import { NO_DOUBLE, toDouble } from "./double";
import {
  ENCODING_FIXED32,
  ENCODING_FIXED64,
  ENCODING_ZIGZAG,
  FIELD_ENCODING,
  FIELD_FLAGS,
  FIELD_MAXIMUM,
  FIELD_MINIMUM,
  FIELD_TARGET,
  FLAG_IMPLICIT,
  NAME_VALUE,
} from "./layout";
import { lookup, NO_NAME, nameEnd } from "./names";
import {
  ensure,
  fail,
  inputEnd,
  misfit,
  out,
  setOut,
  setSpaced,
  spaced,
  VALUE_ROOM,
} from "./state";
import { readString } from "./strings";
import { MARK, scanValue, scanWord } from "./tokens";
import { closeLength, guessLengthSize, writeByte, writeTag, writeVarint } from "./writer";

/** Reports that the value at `from` has another type than its field, or that it is not JSON. */
export function mistype(from: usize): usize {
  const byte = load<u8>(from);
  if (byte === LETTER_T || byte === LETTER_F || byte === LETTER_N) {
    if (!scanWord(from)) {
      return 0;
    }
  } else if (
    byte !== QUOTE &&
    byte !== OPENING_BRACE &&
    byte !== OPENING_BRACKET &&
    byte !== MINUS &&
    <u8>(byte - DIGIT_0) > 9
  ) {
    return fail(NOT_JSON, from);
  }
  return misfit(WRONG_TYPE, from);
}

// @inline
function isImplicit(field: usize): bool {
  return (load<u8>(field, FIELD_FLAGS) & FLAG_IMPLICIT) !== 0;
}

export function readStringField(from: usize, field: usize): usize {
  if (load<u8>(from) !== QUOTE) {
    return mistype(from);
  }
  if (load<u8>(from, 1) === QUOTE && isImplicit(field)) {
    return from + 2;
  }
  writeTag(field);
  return readString(from);
}

export function readBoolean(from: usize, field: usize, tagged: bool): usize {
  const word = load<u32>(from);
  const isTrue = word === WORD_TRUE;
  if (!isTrue && !(word === WORD_FALS && load<u8>(from, 4) === LETTER_E)) {
    return mistype(from);
  }
  if (isTrue || !isImplicit(field)) {
    if (tagged) {
      writeTag(field);
    }
    writeByte(<u32>isTrue);
  }
  return from + (isTrue ? 4 : 5);
}

export function readDouble(from: usize, field: usize, tagged: bool): usize {
  const byte = load<u8>(from);
  if (byte !== MINUS && <u8>(byte - DIGIT_0) > 9) {
    return mistype(from);
  }
  const end = scanDouble(from);
  if (!end) {
    return 0;
  }
  if (doubleBits !== 0 || !isImplicit(field)) {
    if (tagged) {
      writeTag(field);
    }
    store<u64>(out, doubleBits);
    setOut(out + 8);
  }
  return end;
}

/** The bits of the last double read. */
export let doubleBits: u64 = 0;

/**
 * Reads a number as a double. Returns the offset after it; 0 if it is invalid or no double
 * represents it.
 */
export function scanDouble(from: usize): usize {
  const at = readDecimal(from);
  if (!at) {
    return 0;
  }
  const bits = inexact ? NO_DOUBLE : toDouble(significand, exponent);
  if (bits === NO_DOUBLE) {
    return misfit(NOT_REPRESENTABLE, from);
  }
  doubleBits = bits | ((<u64>negative) << 63);
  return at;
}

export function readInteger(from: usize, field: usize, tagged: bool): usize {
  const minus = load<u8>(from) === MINUS;
  let at = from + <usize>minus;
  let value = <u64>load<u8>(at) - DIGIT_0;
  if (value > 9) {
    return minus ? fail(NOT_JSON, at) : mistype(from);
  }
  let whole = true;
  if (value === 0) {
    at++;
  } else {
    const start = at++;
    while (true) {
      const digit = <u64>load<u8>(at) - DIGIT_0;
      if (digit > 9) {
        break;
      }
      value = value * 10 + digit;
      at++;
    }
    whole = at - start < 19;
  }
  const next = load<u8>(at);
  if (!whole || next === POINT || (next | LOWER_CASE) === LETTER_E) {
    at = readDecimal(from);
    if (!at) {
      return 0;
    }
    if (!toInteger()) {
      return misfit(NOT_REPRESENTABLE, from);
    }
    value = integer;
  }
  if (value > (minus ? load<u64>(field, FIELD_MINIMUM) : load<u64>(field, FIELD_MAXIMUM))) {
    return misfit(NOT_REPRESENTABLE, from);
  }
  if (value === 0 && isImplicit(field)) {
    return at;
  }
  if (tagged) {
    writeTag(field);
  }
  writeInteger(minus ? 0 - value : value, load<u8>(field, FIELD_ENCODING));
  return at;
}

let integer: u64 = 0;

/** Whether the last decimal read is an integer of 64 bits. */
function toInteger(): bool {
  integer = significand;
  if (inexact || exponent < 0 || exponent > 19) {
    return false;
  }
  for (let i = 0; i < exponent; i++) {
    if (integer > 1844674407370955161) {
      return false;
    }
    integer *= 10;
  }
  return true;
}

function writeInteger(value: u64, encoding: u8): void {
  switch (encoding & 3) {
    case ENCODING_FIXED32:
      store<u32>(out, <u32>value);
      setOut(out + 4);
      return;
    case ENCODING_FIXED64:
      store<u64>(out, value);
      setOut(out + 8);
      return;
    case ENCODING_ZIGZAG:
      value = (value << 1) ^ <u64>(<i64>value >> 63);
  }
  writeVarint(value);
}

export function readEnum(from: usize, field: usize, tagged: bool): usize {
  if (load<u8>(from) !== QUOTE) {
    return mistype(from);
  }
  const name = lookup(from, load<u32>(field, FIELD_TARGET), false);
  if (name === NO_NAME) {
    return 0;
  }
  if (name === 0) {
    return misfit(UNKNOWN_VALUE, from);
  }
  const value = <i64>load<i32>(name, NAME_VALUE);
  if (value !== 0 || !isImplicit(field)) {
    if (tagged) {
      writeTag(field);
    }
    writeVarint(value);
  }
  return (nameEnd & ~MARK) + 1;
}

/** Writes the JSON text of the value at `from` as a string. */
export function readVerbatim(from: usize, field: usize): usize {
  writeTag(field);
  const outer = spaced;
  setSpaced(false);
  const end = scanValue(from);
  if (!end) {
    return 0;
  }
  const withSpace = spaced;
  setSpaced(outer);
  return writeText(from, end, withSpace) ? end : 0;
}

/** Writes the length and the text of a JSON value, without the white space between its tokens. */
export function writeText(from: usize, end: usize, withSpace: bool): bool {
  if (!ensure(inputEnd - from + VALUE_ROOM)) {
    return false;
  }
  const start = out;
  const left = guessLengthSize(inputEnd - (end - from));
  setOut(copyCompact(start + left, from, end, withSpace));
  return closeLength(start, left) !== 0;
}
