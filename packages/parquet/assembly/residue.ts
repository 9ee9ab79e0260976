import {
  beginText,
  COLUMN_LIST,
  COLUMN_TYPE,
  endText,
  reserveData,
  setBoolean,
  setNumber,
} from "./column";
import { BOOLEAN, INTEGER, STRING, TIMESTAMP } from "./layout";
import { MAX_SECONDS, microseconds } from "./time";
import { writeCharacter } from "./utf8";

// Values that are not in their field but in the residue, as JSON text: a string that an enum does
// not have, or a number that the field cannot hold.

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
/** More digits do not fit into 64 bits. */
const MAX_DIGITS: u32 = 18;

/** Sets a column to the value of a JSON text. The row stays null if the column cannot hold it. */
export function addJson(column: usize, place: usize, size: u32): void {
  const type = load<u32>(column, COLUMN_TYPE);
  const end = place + size;
  if (type === STRING) {
    addString(column, place, end);
  } else if (load<u32>(column, COLUMN_LIST)) {
    return;
  } else if (type === BOOLEAN) {
    // `true` and `false` differ in their first letter; so do they from `null`.
    const first = load<u8>(place);
    if (first === 0x74 || first === 0x66) {
      setBoolean(column, first === 0x74);
    }
  } else if (type === INTEGER || type === TIMESTAMP) {
    addNumber(column, place, end);
  }
}

function addNumber(column: usize, place: usize, end: usize): void {
  const isNegative = place < end && load<u8>(place) === MINUS;
  let next = isNegative ? place + 1 : place;
  let value: i64 = 0;
  let digits: u32 = 0;
  while (next < end && isDigit(load<u8>(next)) && digits <= MAX_DIGITS) {
    value = value * 10 + <i64>(load<u8>(next++) - ZERO);
    digits++;
  }
  if (digits === 0 || digits > MAX_DIGITS) {
    return;
  }
  let fraction: i64 = 0;
  let hasFraction = false;
  if (next < end && load<u8>(next) === POINT) {
    next++;
    let unit: i64 = 100000;
    while (next < end && isDigit(load<u8>(next))) {
      const digit = <i64>(load<u8>(next++) - ZERO);
      hasFraction = hasFraction || digit !== 0;
      fraction += unit * digit;
      unit /= 10;
    }
  }
  if (next !== end) {
    return;
  }
  if (load<u32>(column, COLUMN_TYPE) === TIMESTAMP) {
    const time = microseconds(isNegative ? -value : value);
    if (value >= MAX_SECONDS) {
      // It is that of a millisecond.
      fraction /= 1000;
    }
    if (time !== i64.MIN_VALUE) {
      setNumber(column, <u64>(isNegative ? time - fraction : time + fraction));
    }
  } else if (!hasFraction) {
    setNumber(column, <u64>(isNegative ? -value : value));
  }
}

// @inline
function isDigit(byte: u8): bool {
  return byte >= ZERO && byte <= 0x39;
}

function addString(column: usize, place: usize, end: usize): void {
  if (end - place < 2 || load<u8>(place) !== QUOTE || load<u8>(end - 1) !== QUOTE) {
    return;
  }
  beginText(column);
  // No escape is shorter than its character.
  const start = reserveData(column, <u32>(end - place));
  let out = start;
  let next = place + 1;
  const last = end - 1;
  while (next < last) {
    const byte = load<u8>(next);
    if (byte !== BACKSLASH) {
      store<u8>(out++, byte);
      next++;
      continue;
    }
    const kind: u8 = last - next >= 2 ? load<u8>(next, 1) : 0;
    if (kind !== 0x75) {
      const character = escaped(kind);
      if (character === 0) {
        return;
      }
      store<u8>(out++, character);
      next += 2;
      continue;
    }
    let character = hexAt(next + 2, last);
    next += 6;
    if (character >= 0xd800 && character < 0xdc00 && last - next >= 6) {
      const low: u32 =
        load<u8>(next) === BACKSLASH && load<u8>(next, 1) === 0x75 ? hexAt(next + 2, last) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        character = 0x10000 + ((character - 0xd800) << 10) + (low - 0xdc00);
        next += 6;
      }
    }
    if (character > 0x10ffff || (character >= 0xd800 && character < 0xe000)) {
      return;
    }
    out = writeCharacter(out, character);
  }
  endText(column, <u32>(out - start));
}

/** The character of an escape with one letter; 0 if there is none. */
function escaped(kind: u8): u8 {
  switch (kind) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
      return kind;
    default:
      return 0;
  }
}

/** The number that four hexadecimal digits mean; a large number if they are none. */
function hexAt(place: usize, end: usize): u32 {
  if (place + 4 > end) {
    return u32.MAX_VALUE;
  }
  let value: u32 = 0;
  for (let index: usize = 0; index < 4; index++) {
    const byte: u32 = load<u8>(place + index);
    const letter = (byte | 0x20) - 0x61;
    if (byte - 0x30 < 10) {
      value = (value << 4) | (byte - 0x30);
    } else if (letter < 6) {
      value = (value << 4) | (letter + 10);
    } else {
      return u32.MAX_VALUE;
    }
  }
  return value;
}
