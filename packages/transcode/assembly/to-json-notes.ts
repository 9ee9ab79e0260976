import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  OPENING_BRACE,
  OPENING_BRACKET,
  WORD_NULL,
} from "./characters";
import {
  FIELD_CONTAINER,
  FIELD_TAG,
  FORM_NOTE,
  FORM_SIZE,
  FORM_TAG,
  GAP_SIZE,
  MAP,
  MEMBER_FIELD,
  MEMBER_KEY,
  MEMBER_KEY_LENGTH,
  MEMBER_SIZE,
  MESSAGE_FORM_COUNT,
  MESSAGE_FORMS,
  MESSAGE_GAPS,
  MESSAGE_MEMBERS,
  MESSAGE_RESIDUE,
  NO_NOTE,
  NO_TAG,
  SINGULAR,
} from "./layout";
import { take } from "./state";
import { copy32 } from "./vector";
import { DELIMITED, MORE_BYTES, readTagAt, skipValue, VARINT, wireValue } from "./wire";

// Most residues only have numbers of fields. Such a residue is found at the end of its message
// before the message is written, and read into sets of members, 64 bits each, on the scratch stack.

const NULLS: usize = 0;
const ABSENTS: usize = 8;
const EMPTIES: usize = 16;
const NOTES: usize = 32;

/** How many bytes at the end of a message are searched for its residue. */
export const NOTES_REACH: usize = 16;
/** The smallest size of the record of a residue with a number. */
export const SMALLEST_NOTES: usize = 5;

/** The size of the tag and of the length of such a record. */
const HEAD: usize = 3;

/**
 * Returns the offset of the residue if it is the last record of a message and reaches to one of the
 * bytes that `found` marks among the last 16; else 0.
 */
export function residueAtEnd(from: usize, end: usize, message: usize, found: u32): usize {
  const tag = load<u16>(load<u32>(message, MESSAGE_RESIDUE), FIELD_TAG);
  while (found) {
    const place = end - NOTES_REACH + <usize>ctz(found);
    if (
      place >= from &&
      load<u16>(place) === tag &&
      place + HEAD + <usize>load<u8>(place, 2) === end
    ) {
      return isRecordAt(from, place) ? place : 0;
    }
    found &= found - 1;
  }
  return 0;
}

/** Whether a record starts at `place`. The message starts at `at`. */
function isRecordAt(at: usize, place: usize): bool {
  while (at < place) {
    // Tags and lengths of one byte, and varints of up to eight.
    const tag: u32 = load<u8>(at);
    const size: usize = load<u8>(at, 1);
    const wire = tag & 7;
    if (tag < MORE_BYTES && wire === DELIMITED && size < MORE_BYTES) {
      at += 2 + size;
      continue;
    }
    const ends = ~load<u64>(at, 1) & 0x8080808080808080;
    if (tag < MORE_BYTES && wire === VARINT && ends) {
      at += 2 + <usize>(ctz(ends) >> 3);
      continue;
    }
    at = readTagAt(at, place);
    if (!at) {
      return false;
    }
    at = skipValue(at, place, <u32>wireValue, 0);
    if (!at) {
      return false;
    }
  }
  return at === place;
}

/**
 * Reads the residue from `at` to `end`, if it only has small numbers of fields in packed lists.
 * Returns its sets; 0 if it is different.
 */
export function readNotes(at: usize, end: usize, message: usize): usize {
  const forms: usize = load<u32>(message, MESSAGE_FORMS);
  const count: usize = load<u32>(message, MESSAGE_FORM_COUNT);
  let nulls: u64 = 0;
  let absents: u64 = 0;
  let empties: u64 = 0;
  while (at < end) {
    const tag = load<u8>(at);
    const stop = at + 2 + <usize>load<u8>(at, 1);
    if (stop > end) {
      return 0;
    }
    let set: u64 = 0;
    for (at += 2; at < stop; at++) {
      const number: usize = load<u8>(at);
      const form = forms + number * FORM_SIZE;
      if (number >= count || load<u16>(form, FORM_TAG) === NO_TAG) {
        return 0;
      }
      const member = load<u32>(form, FORM_NOTE);
      if (member === NO_NOTE) {
        return 0;
      }
      set |= (<u64>1) << (<u64>member);
    }
    if (tag === NULL_FIELDS) {
      nulls |= set;
    } else if (tag === ABSENT_FIELDS) {
      absents |= set;
    } else if (tag === EMPTY_FIELDS) {
      empties |= set;
    } else {
      return 0;
    }
  }
  const notes = take(NOTES);
  if (notes) {
    store<u64>(notes, nulls, NULLS);
    store<u64>(notes, absents & ~nulls, ABSENTS);
    store<u64>(notes, empties & ~(nulls | absents), EMPTIES);
  }
  return notes;
}

// The tags of the lists in a residue.
const NULL_FIELDS: u8 = 0x12;
const ABSENT_FIELDS: u8 = 0x1a;
const EMPTY_FIELDS: u8 = 0x22;

/**
 * Writes the unset members of an object from index `from` up to `until`. Returns the end of the
 * output; 0 if one of them has no canonical form.
 */
export function writeNotedGap(
  message: usize,
  from: u32,
  until: u32,
  to: usize,
  notes: usize,
): usize {
  const nulls = load<u64>(notes, NULLS);
  const empties = load<u64>(notes, EMPTIES);
  // A shift by 64 or more would be one by the rest: members from 64 on are in no set.
  let left: u64 = from < 64 ? (nulls | empties | load<u64>(notes, ABSENTS)) >> <u64>from : 0;
  while (left) {
    const index = from + <u32>ctz(left);
    if (index >= until) {
      break;
    }
    to = writeUnset(message, from, index, to);
    if (!to) {
      return 0;
    }
    const isNull = ((nulls >> <u64>index) & 1) !== 0;
    if (isNull || (empties >> <u64>index) & 1) {
      const member: usize = <usize>load<u32>(message, MESSAGE_MEMBERS) + <usize>index * MEMBER_SIZE;
      const length: usize = load<u32>(member, MEMBER_KEY_LENGTH);
      const container = load<u8>(load<u32>(member, MEMBER_FIELD), FIELD_CONTAINER);
      if (isNull) {
        to = writeBytes(to, load<u32>(member, MEMBER_KEY), length);
        store<u32>(to, WORD_NULL);
        to += 4;
      } else if (container !== SINGULAR) {
        to = writeBytes(to, load<u32>(member, MEMBER_KEY), length);
        store<u16>(to, container === MAP ? BRACES : BRACKETS);
        to += 2;
      } else {
        to = writeUnset(message, index, index + 1, to);
        if (!to) {
          return 0;
        }
      }
    }
    from = index + 1;
    left = from < 64 ? (left >> <u64>ctz(left)) >> 1 : 0;
  }
  return from < until ? writeUnset(message, from, until, to) : to;
}

// Empty brackets, as `store<u16>` writes them.
const BRACES: u16 = <u16>OPENING_BRACE | ((<u16>CLOSING_BRACE) << 8);
const BRACKETS: u16 = <u16>OPENING_BRACKET | ((<u16>CLOSING_BRACKET) << 8);

/**
 * Writes the canonical text of the unset members from index `from` up to `until`. Returns the end of
 * the output; 0 if one of them has no canonical form.
 */
// @inline
export function writeUnset(message: usize, from: u32, until: u32, to: usize): usize {
  const gaps: usize = load<u32>(message, MESSAGE_GAPS);
  const start = load<u64>(gaps + <usize>from * GAP_SIZE);
  const stop = load<u64>(gaps + <usize>until * GAP_SIZE);
  // The upper halves are how many members before have no canonical form.
  return (start ^ stop) >> 32 ? 0 : writeBytes(to, <usize>start, <usize>(stop - start));
}

/** Copies a text of the table. Returns its end. */
// @inline
function writeBytes(to: usize, text: usize, length: usize): usize {
  for (let done: usize = 0; done < length; done += 32) {
    copy32(to + done, text + done);
  }
  return to + length;
}
