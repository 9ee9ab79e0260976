import { CLOSING_BRACKET, COMMA, OPENING_BRACKET, QUOTE, WORD_NULL } from "./characters";
import {
  FIELD_CONTAINER,
  FIELD_DOUBLE,
  FIELD_FLAGS,
  FIELD_KIND,
  FIELD_MESSAGE,
  FIELD_NULL,
  FIELD_STRING,
  FIELD_TAG,
  FIELD_TAG_LENGTH,
  FIELD_TARGET,
  FIELD_VALUE,
  FIELD_WIRE,
  FLAG_IMPLICIT,
  KIND_ARRAY,
  KIND_OBJECT,
  MAP,
  MESSAGE_INDEX,
  MESSAGE_KIND,
  MESSAGE_MEMBERS,
  SINGULAR,
  SLOT_SIZE,
} from "./layout";
import { findField, SLOT_COUNT, SLOT_FIRST, SLOT_LENGTH, SLOT_VALUE } from "./slots";
import {
  ensure,
  hasOdd,
  isLikelyPlain,
  noteOdd,
  out,
  outLimit,
  plainDepth,
  SHORT_ROOM,
  setDepth,
  setOut,
  setTop,
  take,
  top,
} from "./state";
import { isSet } from "./to-json-empty";
import { writeField } from "./to-json-field";
import { entriesEnd, writeEntries, writeNumber } from "./to-json-map";
import { writeScanned, writeUnusual } from "./to-json-message";
import { storeDigits } from "./to-json-number";
import { writePlain } from "./to-json-plain";
import { copyText, writeText } from "./to-json-string";
import { DELIMITED, MORE_BYTES, readLength, readValue, readVarint, wireValue } from "./wire";

// Values other than objects, written in one pass from records in order. All functions return 0 for
// other records; their values are then written by to-json-message.ts and to-json-field.ts.

/** The largest tag of two bytes. */
export const LONGEST_TAG: u32 = 0x7fff;

/** The offset after the records that `writeElements` or `writeRecords` wrote last. */
export let recordsEnd: usize = 0;

/**
 * Writes a message as JSON from `to` on.
 *
 * @param level how many arrays and objects are around it
 * @returns the end of the output, or 0 if the message is refused
 */
export function writeNested(from: usize, end: usize, message: usize, to: usize, level: u32): usize {
  const kind = load<u32>(message, MESSAGE_KIND);
  if (kind === KIND_OBJECT) {
    const behind = writePlain(from, end, message, to, level + 1);
    return behind ? behind : writeScanned(from, end, message, to, level);
  }
  const scratch = top;
  if (kind === KIND_ARRAY) {
    const index = load<u32>(message, MESSAGE_INDEX);
    if (!hasOdd || isLikelyPlain(index)) {
      const field: usize = load<u32>(message, MESSAGE_MEMBERS);
      const behind = writeElements(from, end, field, to, level + 1);
      if (behind && recordsEnd === end) {
        return behind;
      }
      noteOdd(index);
    }
  } else {
    const behind = writeOnlyArm(from, end, message, to, level);
    if (behind) {
      return behind;
    }
  }
  setTop(scratch);
  setOut(to);
  setDepth(level);
  return writeUnusual(from, end, message) ? out : 0;
}

/**
 * Writes the payload of a union by kind or an inline union that has one record. Returns the end of
 * the output; 0 if the record is different or refused.
 */
function writeOnlyArm(from: usize, end: usize, message: usize, to: usize, level: u32): usize {
  let at = from + 1;
  let tag: u32 = load<u8>(from);
  if (tag >= MORE_BYTES) {
    at = from + 2;
    tag = load<u16>(from);
    tag = tag > LONGEST_TAG ? 0 : (tag & 0x7f) | ((tag >> 8) << 7);
  }
  const field = findField(message, tag >> 3);
  if (at >= end || !field || (tag & 7) !== <u32>load<u8>(field, FIELD_WIRE)) {
    return 0;
  }
  const kind = load<u8>(field, FIELD_KIND);
  let size: usize = load<u8>(at++);
  if (kind === FIELD_NULL) {
    if (at !== end || size >= MORE_BYTES || to > outLimit) {
      return 0;
    }
    store<u32>(to, WORD_NULL);
    return to + 4;
  }
  if (kind !== FIELD_STRING && kind !== FIELD_MESSAGE) {
    return 0;
  }
  if (size >= MORE_BYTES) {
    at = readLength(at - 1, end);
    if (!at) {
      return 0;
    }
    size = <usize>wireValue;
  }
  if (at + size !== end) {
    return 0;
  }
  if (kind === FIELD_MESSAGE) {
    return writeNested(at, end, load<u32>(field, FIELD_TARGET), to, level);
  }
  if (!hasRoomFor(to, size)) {
    return 0;
  }
  store<u8>(to, QUOTE);
  return copyText(at, end, to + 1);
}

/** Makes room for a text of this size, and for a value after it. */
// @inline
export function hasRoomFor(to: usize, size: usize): bool {
  return <isize>(outLimit - to) >= <isize>(size + SHORT_ROOM) || makeRoom(to, size + SHORT_ROOM);
}

export function makeRoom(to: usize, size: usize): bool {
  setOut(to);
  return ensure(size);
}

/**
 * Writes an array of strings or messages from the records of a field at `at`, up to the first record
 * of another field, whose offset is then in `recordsEnd`. Returns the end of the output; 0 if that
 * fails.
 */
export function writeElements(at: usize, end: usize, field: usize, to: usize, level: u32): usize {
  const kind = load<u8>(field, FIELD_KIND);
  const tagLength: usize = load<u32>(field, FIELD_TAG_LENGTH);
  if (level > plainDepth || tagLength > 2 || (kind !== FIELD_STRING && kind !== FIELD_MESSAGE)) {
    return 0;
  }
  const mask: u32 = tagLength === 1 ? 0xff : 0xffff;
  const tag = load<u32>(field, FIELD_TAG) & mask;
  const target: usize = load<u32>(field, FIELD_TARGET);
  const isObject = kind === FIELD_MESSAGE && load<u32>(target, MESSAGE_KIND) === KIND_OBJECT;
  const start = to;
  while (at < end && (load<u16>(at) & mask) === tag) {
    let from = at + tagLength;
    let size: usize = load<u8>(from++);
    if (size >= MORE_BYTES) {
      from = readLength(from - 1, end);
      if (!from) {
        return 0;
      }
      size = <usize>wireValue;
    }
    at = from + size;
    if (at > end || !hasRoomFor(to, size)) {
      return 0;
    }
    store<u16>(to, COMMA_QUOTE);
    if (kind === FIELD_STRING) {
      to = writeText(from, at, to + 2);
    } else if (isObject) {
      const element = to + 1;
      to = writePlain(from, at, target, element, level + 1);
      if (!to) {
        to = writeScanned(from, at, target, element, level);
      }
    } else {
      to = writeNested(from, at, target, to + 1, level);
    }
    if (!to) {
      return 0;
    }
  }
  recordsEnd = at;
  if (to === start) {
    to++;
  }
  store<u8>(start, OPENING_BRACKET);
  store<u8>(to, CLOSING_BRACKET);
  return to + 1;
}

/** A comma and a quote, as `store<u16>` writes them. */
const COMMA_QUOTE: u16 = <u16>COMMA | ((<u16>QUOTE) << 8);

/**
 * Writes the value of a field from its record at `at`, or from all its records for a list or map.
 * The offset after them is then in `recordsEnd`. Returns the end of the output; 0 if that fails or
 * the field is not set.
 */
export function writeRecords(at: usize, end: usize, field: usize, to: usize, level: u32): usize {
  const container = load<u8>(field, FIELD_CONTAINER);
  const tagLength: usize = load<u32>(field, FIELD_TAG_LENGTH);
  const mask: u32 = tagLength === 1 ? 0xff : 0xffff;
  const tag = load<u32>(field, FIELD_TAG) & mask;
  if (container === MAP) {
    const behind = writeEntries(at, end, tag, mask, load<u32>(field, FIELD_VALUE), to, level + 1);
    if (behind) {
      recordsEnd = entriesEnd;
      return behind;
    }
  }
  const kind = load<u8>(field, FIELD_KIND);
  if (container === SINGULAR && kind === FIELD_DOUBLE) {
    recordsEnd = at + tagLength + 8;
    const bits = load<u64>(at + tagLength);
    return recordsEnd <= end && (bits || !(load<u8>(field, FIELD_FLAGS) & FLAG_IMPLICIT))
      ? writeNumber(bits, to)
      : 0;
  }
  const slot = take(SLOT_SIZE);
  if (!slot) {
    return 0;
  }
  const wire = tag & 7;
  const isPacked = container !== MAP && wire !== load<u8>(field, FIELD_WIRE);
  store<u32>(slot, at, SLOT_FIRST);
  let count: u32 = 0;
  do {
    at = readValue(at + tagLength, end, wire);
    if (!at || (isPacked && wireValue === 0)) {
      setTop(slot);
      return 0;
    }
    if (wire === DELIMITED) {
      store<u32>(slot, at, SLOT_VALUE);
      store<u32>(slot, <u32>wireValue, SLOT_LENGTH);
      at += <usize>wireValue;
    } else {
      store<u64>(slot, wireValue, SLOT_VALUE);
    }
    count++;
  } while (container !== SINGULAR && at < end && (load<u16>(at) & mask) === tag);
  store<u32>(slot, count, SLOT_COUNT);
  setOut(to);
  setDepth(level);
  const done = isSet(slot, field) && writeField(slot, end, field);
  setTop(slot);
  recordsEnd = at;
  return done ? out : 0;
}

/**
 * Writes a list of integers from the value of its only record. The offset after it is then in
 * `recordsEnd`. Returns the end of the output; 0 if that fails, or for integers above `maximum`.
 */
export function writePacked(at: usize, end: usize, maximum: u64, to: usize, level: u32): usize {
  at = level <= plainDepth ? readLength(at, end) : 0;
  if (!at || wireValue === 0) {
    return 0;
  }
  const stop = at + <usize>wireValue;
  const start = to;
  while (at < stop) {
    at = readVarint(at, stop);
    const number = wireValue;
    if (!at || number > maximum || !hasRoomFor(to, 0)) {
      return 0;
    }
    store<u8>(to, COMMA);
    to = storeDigits(to + 1, number);
  }
  // Other records of the field may follow, which then are not in order.
  recordsEnd = stop;
  store<u8>(start, OPENING_BRACKET);
  store<u8>(to, CLOSING_BRACKET);
  return to + 1;
}
