import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
} from "./characters";
import { EXPONENT } from "./double";
import {
  FIELD_ANY,
  FIELD_DOUBLE,
  FIELD_KIND,
  FIELD_MESSAGE,
  FIELD_STRING,
  FIELD_TARGET,
} from "./layout";
import { out, plainDepth, setOut, setTop, take } from "./state";
import {
  ANY_BOOLEAN,
  ANY_LIST,
  ANY_NULL,
  ANY_NUMBER,
  ANY_STRING,
  ANY_STRUCT,
  writeBoolean,
  writeNull,
} from "./to-json-any";
import { hasRoomFor, writeNested } from "./to-json-nested";
import { writeDouble } from "./to-json-number";
import { writeText } from "./to-json-string";
import { sameBytes } from "./vector";
import { MORE_BYTES, readLength, wireValue } from "./wire";

// Maps and values of any type, written in one pass. If their records are unusual, or if a map has
// many entries, they are written by to-json-field.ts and to-json-any.ts.

/** In a larger map, names are not compared one by one. */
const MOST_ENTRIES: usize = 16;

// The start and the size of a name that was written.
const KEY_SIZE: usize = 8;
const KEY_LENGTH: usize = 4;

const KEY_TAG: u8 = 0x0a;
const DELIMITED_VALUE: u8 = 0x12;
const DOUBLE_VALUE: u8 = 0x11;
const DOUBLE_SIZE: usize = 9;

/** The offset after the entries that `writeEntries` wrote last. */
export let entriesEnd: usize = 0;

/**
 * Writes the entries of a map from their records at `at`, up to the first record with another tag.
 *
 * @param mask the bits of the first two bytes of a record that are its tag
 * @param value the field of the values; 0 for those of a Struct
 * @param level how many arrays and objects there are, with this one
 * @returns the end of the output, or 0 if that fails
 */
export function writeEntries(
  at: usize,
  end: usize,
  tag: u32,
  mask: u32,
  value: usize,
  to: usize,
  level: u32,
): usize {
  const keys = level <= plainDepth ? take(MOST_ENTRIES * KEY_SIZE) : 0;
  if (!keys) {
    return 0;
  }
  const kind = value ? load<u8>(value, FIELD_KIND) : FIELD_ANY;
  const start = to;
  let count: usize = 0;
  while (at < end && (load<u16>(at) & mask) === tag) {
    let from = at + (mask > 0xff ? 2 : 1);
    let size: usize = load<u8>(from++);
    if (size >= MORE_BYTES) {
      from = readLength(from - 1, end);
      size = from ? <usize>wireValue : 0;
    }
    at = from + size;
    const key = from + 2;
    const length: usize = load<u8>(from, 1);
    const place = key + length;
    if (
      at > end ||
      place >= at ||
      load<u8>(from) !== KEY_TAG ||
      length >= MORE_BYTES ||
      !isNewKey(keys, count, key, length) ||
      !hasRoomFor(to, size)
    ) {
      to = 0;
      break;
    }
    count++;
    store<u16>(to, COMMA_QUOTE);
    to = writeText(key, place, to + 2);
    if (to) {
      store<u8>(to, COLON);
      to = writeEntryValue(place, at, kind, value, to + 1, level);
    }
    if (!to) {
      break;
    }
  }
  setTop(keys);
  if (!to) {
    return 0;
  }
  entriesEnd = at;
  if (to === start) {
    to++;
  }
  store<u8>(start, OPENING_BRACE);
  store<u8>(to, CLOSING_BRACE);
  return to + 1;
}

/** A comma and a quote, as `store<u16>` writes them. */
const COMMA_QUOTE: u16 = <u16>COMMA | ((<u16>QUOTE) << 8);

/** Whether a name differs from those before. If so, adds it to them. */
// @inline
function isNewKey(keys: usize, count: usize, key: usize, length: usize): bool {
  if (count === MOST_ENTRIES) {
    return false;
  }
  const own = keys + count * KEY_SIZE;
  for (let other = keys; other < own; other += KEY_SIZE) {
    if (load<u32>(other, KEY_LENGTH) === <u32>length && sameBytes(load<u32>(other), key, length)) {
      return false;
    }
  }
  store<u32>(own, key);
  store<u32>(own, length, KEY_LENGTH);
  return true;
}

/** Writes the value of an entry from its record. Returns the end of the output, or 0. */
function writeEntryValue(
  at: usize,
  end: usize,
  kind: u8,
  field: usize,
  to: usize,
  level: u32,
): usize {
  const tag = load<u8>(at);
  if (kind === FIELD_DOUBLE) {
    return tag === DOUBLE_VALUE && at + DOUBLE_SIZE === end ? writeNumber(load<u64>(at, 1), to) : 0;
  }
  const from = tag === DELIMITED_VALUE ? readLength(at + 1, end) : 0;
  if (!from || from + <usize>wireValue !== end || !hasRoomFor(to, end - from)) {
    return 0;
  }
  if (kind === FIELD_ANY) {
    return writeValue(from, end, to, level);
  }
  if (kind === FIELD_STRING) {
    store<u8>(to, QUOTE);
    return writeText(from, end, to + 1);
  }
  return kind === FIELD_MESSAGE
    ? writeNested(from, end, load<u32>(field, FIELD_TARGET), to, level)
    : 0;
}

/** Writes a double, for which there must be room. Returns the end of the output; 0 if it is not finite. */
export function writeNumber(bits: u64, to: usize): usize {
  if ((bits & EXPONENT) === EXPONENT) {
    return 0;
  }
  setOut(to);
  writeDouble(bits);
  return out;
}

/**
 * Writes a google.protobuf.Value that has one record.
 *
 * @param level how many arrays and objects are around it
 * @returns the end of the output, or 0 if that fails
 */
export function writeValue(from: usize, end: usize, to: usize, level: u32): usize {
  if (from + 2 > end || !hasRoomFor(to, end - from)) {
    return 0;
  }
  const tag: u32 = load<u8>(from);
  let at = from + 2;
  let size: usize = load<u8>(from, 1);
  if (tag === ANY_NUMBER) {
    return from + DOUBLE_SIZE === end ? writeNumber(load<u64>(from, 1), to) : 0;
  }
  if (tag === ANY_NULL || tag === ANY_BOOLEAN) {
    if (at !== end || size >= MORE_BYTES) {
      return 0;
    }
    setOut(to);
    if (tag === ANY_NULL) {
      writeNull();
    } else {
      writeBoolean(size !== 0);
    }
    return out;
  }
  if (size >= MORE_BYTES) {
    at = readLength(from + 1, end);
    size = at ? <usize>wireValue : 0;
  }
  if (at + size !== end) {
    return 0;
  }
  if (tag === ANY_STRING) {
    store<u8>(to, QUOTE);
    return writeText(at, end, to + 1);
  }
  if (tag === ANY_STRUCT) {
    const behind = writeEntries(at, end, KEY_TAG, 0xff, 0, to, level + 1);
    return behind && entriesEnd === end ? behind : 0;
  }
  return tag === ANY_LIST ? writeValues(at, end, to, level + 1) : 0;
}

/** Writes the elements of a ListValue. */
function writeValues(at: usize, end: usize, to: usize, level: u32): usize {
  if (level > plainDepth) {
    return 0;
  }
  const start = to;
  while (at < end) {
    const from = load<u8>(at) === KEY_TAG ? readLength(at + 1, end) : 0;
    if (!from || !hasRoomFor(to, 0)) {
      return 0;
    }
    at = from + <usize>wireValue;
    store<u8>(to, COMMA);
    to = writeValue(from, at, to + 1, level);
    if (!to) {
      return 0;
    }
  }
  if (to === start) {
    to++;
  }
  store<u8>(start, OPENING_BRACKET);
  store<u8>(to, CLOSING_BRACKET);
  return to + 1;
}
