import { CLOSING_BRACE, DIGIT_0, OPENING_BRACE, QUOTE } from "./characters";
import {
  FIELD_TAG,
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
  MESSAGE_FORM_COUNT,
  MESSAGE_FORMS,
  MESSAGE_INDEX,
  MESSAGE_MEMBER_COUNT,
  MESSAGE_RESIDUE,
  MESSAGE_ROOM,
  OUTPUT_INTEGER,
  OUTPUT_LIST,
  OUTPUT_MESSAGE,
  OUTPUT_OBJECT,
  OUTPUT_PACKED,
  OUTPUT_STRING,
  OUTPUT_TEXT,
  VALUE_TEXT_LENGTH,
  VALUE_TEXT_PLACE,
  VALUE_TEXT_SIZE,
} from "./layout";

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
  top,
} from "./state";

import { writeScanned } from "./to-json-message";
import {
  LONGEST_TAG,
  makeRoom,
  recordsEnd,
  writeElements,
  writeNested,
  writePacked,
  writeRecords,
} from "./to-json-nested";
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
import { copyText } from "./to-json-string";
import { copy32, findResidueByte } from "./vector";
import { MORE_BYTES, readLength, wireValue } from "./wire";

// Most messages have one record for each member, in the order of the members. Those are written in
// one pass, with all positions in local variables. Other messages are scanned into slots.

/** The length of a text below this size, and that of its message, have one byte. */
const SHORT_TEXT: usize = 126;

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
      // Number 0 has no form. A tag in more bytes than it needs is left to the scan: what writes a
      // value knows the length of the field's tag.
      number = tag >= MORE_BYTES && tag < limit ? tag >> 3 : 0;
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
