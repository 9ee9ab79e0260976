import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  DIGIT_0,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
  WORD_NULL,
} from "./characters";
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
  FORM_FIELD,
  FORM_FIRST,
  FORM_IMPLICIT,
  FORM_MAXIMUM,
  FORM_OUTPUT,
  FORM_SIZE,
  FORM_TAG,
  FORM_TARGET,
  FORM_TEXT,
  FORM_TEXT_ARM,
  FORM_TEXT_COUNT,
  FORM_TEXT_LENGTH,
  FORM_TEXTS,
  KIND_ARRAY,
  KIND_OBJECT,
  MAP,
  MESSAGE_FORM_COUNT,
  MESSAGE_FORMS,
  MESSAGE_INDEX,
  MESSAGE_KIND,
  MESSAGE_MEMBER_COUNT,
  MESSAGE_MEMBERS,
  MESSAGE_RESIDUE,
  MESSAGE_ROOM,
  OUTPUT_INTEGER,
  OUTPUT_LIST,
  OUTPUT_MESSAGE,
  OUTPUT_OBJECT,
  OUTPUT_PACKED,
  OUTPUT_STRING,
  OUTPUT_TEXT,
  SINGULAR,
  SLOT_SIZE,
  VALUE_TEXT_LENGTH,
  VALUE_TEXT_PLACE,
  VALUE_TEXT_SIZE,
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
import {
  NOTES_REACH,
  readNotes,
  residueAtEnd,
  SMALLEST_NOTES,
  writeNotedGap,
  writeUnset,
} from "./to-json-notes";
import { storeDigits } from "./to-json-number";
import { isIrregular, isNoted, readResidue, writeKeptGap, writeUnknown } from "./to-json-residue";
import { copyText, writeText } from "./to-json-string";
import { copy32, findResidueByte } from "./vector";
import { DELIMITED, MORE_BYTES, readLength, readValue, readVarint, wireValue } from "./wire";

// Most messages have one record for each member, in the order of the members. Those are written in
// one pass, with all positions in local variables. Other messages are scanned into slots.

/** The length of a text below this size, and that of its message, have one byte. */
const SHORT_TEXT: usize = 126;

/** The largest tag of two bytes. */
const LONGEST_TAG: u32 = 0x7fff;

/** The offset after the records that `writeElements` or `writeRecords` wrote last. */
let recordsEnd: usize = 0;

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

function makeRoom(to: usize, size: usize): bool {
  setOut(to);
  return ensure(size);
}

/**
 * Writes an array of strings or messages from the records of a field at `at`, up to the first record
 * of another field, whose offset is then in `recordsEnd`. Returns the end of the output; 0 if that
 * fails.
 */
function writeElements(at: usize, end: usize, field: usize, to: usize, level: u32): usize {
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
function writeRecords(at: usize, end: usize, field: usize, to: usize, level: u32): usize {
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
function writePacked(at: usize, end: usize, maximum: u64, to: usize, level: u32): usize {
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

/**
 * Writes an object whose records are in the order of its members.
 *
 * @param level how many arrays and objects there are, with this one
 * @returns the end of the output; 0 if the message is different or refused
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the loop must stay without calls
export function writePlain(from: usize, end: usize, message: usize, to: usize, level: u32): usize {
  if (level > plainDepth || (hasOdd && !isLikelyPlain(load<u32>(message, MESSAGE_INDEX)))) {
    return 0;
  }
  const start = to;
  const needed: usize = load<u32>(message, MESSAGE_ROOM);
  // The output may grow up to here without a check, except by texts and nested values.
  let room = <isize>(outLimit - needed);
  if (<isize>to > room) {
    if (!makeRoom(to, needed)) {
      return 0;
    }
    room = <isize>(outLimit - needed);
  }
  const forms: usize = load<u32>(message, MESSAGE_FORMS);
  const limit = load<u32>(message, MESSAGE_FORM_COUNT) << 3;
  let scratch: usize = 0;
  let residue: usize = 0;
  let residueAt: usize = 0;
  let notes: usize = 0;
  if (end - from >= SMALLEST_NOTES) {
    const found = findResidueByte(end - NOTES_REACH);
    residueAt = found ? residueAtEnd(from, end, message, found) : 0;
    if (residueAt) {
      scratch = top;
      notes = readNotes(residueAt + 3, end, message);
      if (!notes) {
        residue = readResidue(residueAt + 3, end, message);
        if (!residue || isIrregular) {
          return giveUp(message, scratch);
        }
      }
    }
  }
  let at = from;
  let next: u32 = 0;
  while (at < end) {
    let tag: u32 = load<u8>(at);
    let number = tag >> 3;
    let value = at + 1;
    if (tag >= MORE_BYTES) {
      tag = load<u16>(at);
      value = at + 2;
      if (tag > LONGEST_TAG) {
        return giveUp(message, scratch);
      }
      if (at === residueAt) {
        at = end;
        break;
      }
      tag = (tag & 0x7f) | ((tag >> 8) << 7);
      // Number 0 has no form.
      number = tag < limit ? tag >> 3 : 0;
    }
    const form = forms + <usize>number * FORM_SIZE;
    if (load<u16>(form, FORM_TAG) !== tag) {
      if (
        residueAt ||
        load<u16>(at) !== load<u16>(load<u32>(message, MESSAGE_RESIDUE), FIELD_TAG)
      ) {
        return giveUp(message, scratch);
      }
      residueAt = at;
      scratch = top;
      const place = readLength(value, end);
      residue = place && place + <usize>wireValue === end ? readResidue(place, end, message) : 0;
      if (!residue || isIrregular) {
        return giveUp(message, scratch);
      }
      if (!isNoted) {
        at = end;
        break;
      }
      at = from;
      to = start;
      next = 0;
      continue;
    }
    const range = load<u32>(form, FORM_FIRST);
    const first = range & 0xffff;
    if (first !== next) {
      if (first < next) {
        return giveUp(message, scratch);
      }
      to = writeGap(message, next, first, to, notes, residue, needed, level);
      if (!to) {
        return giveUp(message, scratch);
      }
      if (residue) {
        room = <isize>(outLimit - needed);
      }
    }
    next = range >> 16;
    const output = load<u8>(form, FORM_OUTPUT);
    let text: usize = load<u32>(form, FORM_TEXT);
    let length: usize = load<u32>(form, FORM_TEXT_LENGTH);
    if (output === OUTPUT_TEXT) {
      const which: usize = load<u8>(value);
      if (
        value >= end ||
        which >= <usize>load<u32>(form, FORM_TEXT_COUNT) ||
        (!which && load<u8>(form, FORM_IMPLICIT))
      ) {
        return giveUp(message, scratch);
      }
      const place: usize = load<u32>(form, FORM_TEXTS) + which * VALUE_TEXT_SIZE;
      text = load<u32>(place, VALUE_TEXT_PLACE);
      length = load<u32>(place, VALUE_TEXT_LENGTH);
      if (!length) {
        return giveUp(message, scratch);
      }
      at = value + 1;
    }
    copy32(to, text);
    for (let done: usize = 32; done < length; done += 32) {
      copy32(to + done, text + done);
    }
    to += length;
    if (output === OUTPUT_STRING) {
      let size: usize = load<u8>(value++);
      if (size >= MORE_BYTES) {
        const high: usize = load<u8>(value++);
        size = (size & 0x7f) | (high << 7);
        if (high >= MORE_BYTES) {
          value = readLength(value - 2, end);
          if (!value) {
            return giveUp(message, scratch);
          }
          size = <usize>wireValue;
        }
      }
      at = value + size;
      if (
        at > end ||
        (!size && load<u8>(form, FORM_IMPLICIT)) ||
        (<isize>(to + size) > room && !makeRoom(to, needed + size))
      ) {
        return giveUp(message, scratch);
      }
      to = copyText(value, at, to);
    } else if (output === OUTPUT_TEXT) {
      continue;
    } else if (output === OUTPUT_INTEGER) {
      let integer: u64 = load<u8>(value);
      at = value + 1;
      if (integer >= MORE_BYTES) {
        const block = load<u64>(value);
        const ends = ~block & 0x8080808080808080;
        if (!ends) {
          return giveUp(message, scratch);
        }
        at += <usize>(ctz(ends) >> 3);
        // Keeps seven bits of each byte.
        integer = block & (ends ^ (ends - 1)) & 0x7f7f7f7f7f7f7f7f;
        integer = (integer & 0x007f007f007f007f) | ((integer & 0x7f007f007f007f00) >> 1);
        integer = (integer & 0x00003fff00003fff) | ((integer & 0x3fff00003fff0000) >> 2);
        integer = (integer & 0x000000000fffffff) | ((integer & 0x0fffffff00000000) >> 4);
      }
      if (at > end || integer > load<u64>(form, FORM_MAXIMUM)) {
        return giveUp(message, scratch);
      }
      if (integer < 10) {
        if (!integer && load<u8>(form, FORM_IMPLICIT)) {
          return giveUp(message, scratch);
        }
        store<u8>(to, <u8>integer + DIGIT_0);
        to++;
      } else {
        to = storeDigits(to, integer);
      }
      continue;
    } else if (output > OUTPUT_MESSAGE || !output) {
      // A list, or a value of any other kind.
      to =
        output === OUTPUT_LIST
          ? writeElements(at, end, load<u32>(form, FORM_FIELD), to, level + 1)
          : output === OUTPUT_PACKED
            ? writePacked(value, end, load<u64>(form, FORM_MAXIMUM), to, level + 1)
            : writeRecords(at, end, load<u32>(form, FORM_FIELD), to, level);
      at = recordsEnd;
    } else {
      let size: usize = load<u8>(value++);
      if (size >= MORE_BYTES) {
        const high: usize = load<u8>(value++);
        size = (size & 0x7f) | (high << 7);
        if (high >= MORE_BYTES) {
          value = readLength(value - 2, end);
          if (!value) {
            return giveUp(message, scratch);
          }
          size = <usize>wireValue;
        }
      }
      at = value + size;
      if (at > end) {
        return giveUp(message, scratch);
      }
      if (output === OUTPUT_OBJECT) {
        const target: usize = load<u32>(form, FORM_TARGET);
        const place = to;
        to = writePlain(value, at, target, place, level + 1);
        if (!to) {
          to = writeScanned(value, at, target, place, level);
        }
      } else if (
        size - 2 < SHORT_TEXT &&
        load<u8>(value) === load<u8>(form, FORM_TEXT_ARM) &&
        <usize>load<u8>(value, 1) + 2 === size
      ) {
        // A union by kind that holds a string.
        store<u8>(to, QUOTE);
        if (<isize>(to + size) > room && !makeRoom(to, needed + size)) {
          return giveUp(message, scratch);
        }
        to = copyText(value + 2, at, to + 1);
      } else {
        to = writeNested(value, at, load<u32>(form, FORM_TARGET), to, level);
      }
    }
    if (!to) {
      return giveUp(message, scratch);
    }
    if (<isize>to > room) {
      if (!makeRoom(to, needed)) {
        return giveUp(message, scratch);
      }
      room = <isize>(outLimit - needed);
    }
  }
  const count = load<u32>(message, MESSAGE_MEMBER_COUNT);
  if (at !== end) {
    return giveUp(message, scratch);
  }
  if (next !== count) {
    to = writeGap(message, next, count, to, notes, residue, needed, level);
    if (!to) {
      return giveUp(message, scratch);
    }
  }
  if (residue) {
    setOut(to);
    setDepth(level);
    const done = writeUnknown(residue) && ensure(SHORT_ROOM);
    to = out;
    if (!done) {
      return giveUp(message, scratch);
    }
  }
  if (scratch) {
    setTop(scratch);
  }
  if (to === start) {
    to++;
  }
  store<u8>(start, OPENING_BRACE);
  store<u8>(to, CLOSING_BRACE);
  return to + 1;
}

/** Ends the attempt to write a message in one pass. Returns 0. */
function giveUp(message: usize, scratch: usize): usize {
  noteOdd(load<u32>(message, MESSAGE_INDEX));
  if (scratch) {
    setTop(scratch);
  }
  return 0;
}

/**
 * Writes the unset members from index `from` up to `until`. Returns the end of the output; 0 if one
 * of them has no canonical form.
 */
// @inline
function writeGap(
  message: usize,
  from: u32,
  until: u32,
  to: usize,
  notes: usize,
  residue: usize,
  room: usize,
  level: u32,
): usize {
  if (notes) {
    return writeNotedGap(message, from, until, to, notes);
  }
  if (residue) {
    setDepth(level);
    return writeKeptGap(message, from, until, to, residue, room);
  }
  return writeUnset(message, from, until, to);
}
