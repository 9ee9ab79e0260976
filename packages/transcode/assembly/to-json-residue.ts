import { CLOSING_BRACE, CLOSING_BRACKET, OPENING_BRACE, OPENING_BRACKET } from "./characters";
import { MALFORMED_BINARY } from "./codes";
import {
  FIELD_CONTAINER,
  FIELD_SLOT,
  FIELD_UNION,
  MAP,
  MEMBER_FIELD,
  MEMBER_IS_CONSTANT,
  MEMBER_IS_FIELD,
  MEMBER_IS_TAG,
  MEMBER_KIND,
  MEMBER_REASON,
  MEMBER_SIZE,
  MEMBER_UNION,
  MESSAGE_FIELD_COUNT,
  MESSAGE_MEMBER_COUNT,
  MESSAGE_MEMBERS,
  MESSAGE_NAMES,
  NAME_SIZE,
  NAMES_ENTRIES,
  SINGULAR,
  SLOT_SIZE,
  UNION_OPTIONAL,
} from "./layout";
import { findPlain, mergeNames } from "./names";
import { findField } from "./slots";
import { ensure, fail, out, setDoubtful, setOut, take, top } from "./state";
import {
  ENTRY_END,
  ENTRY_KEY,
  ENTRY_KEY_END,
  ENTRY_SIZE,
  ENTRY_START,
  noteEntry,
  writeKey,
} from "./to-json-any";
import { writeJson } from "./to-json-field";
import { keptWell, writeMemberText, writeName, writeNoted } from "./to-json-message";
import { isUtf8 } from "./utf8";
import { zero } from "./vector";
import { DELIMITED, readLength, readTagAt, readValue, skipValue, VARINT, wireValue } from "./wire";

// The residue of one message, on the scratch stack: a byte of notes for each field, the entry of
// the text for each member, and the entries.

export const NOTE_NULL: u8 = 1;
export const NOTE_ABSENT: u8 = 2;
export const NOTE_EMPTY: u8 = 4;

export const RESIDUE_COUNT: usize = 0;
export const RESIDUE_ENTRIES: usize = 4;
export const RESIDUE_TEXTS: usize = 8;
const HEADER: usize = 16;

/** Marks the entry of a known member. */
const KNOWN: u32 = 0x80000000;

/** Whether the residue read last notes or keeps a member that the schema has. */
export let isNoted: bool = false;
/** Whether it does so for a constant, or for a tag or payload of a union. */
export let isIrregular: bool = false;

/**
 * Reads the residue from `from` to `end`. Returns its address on the scratch stack; 0 if it is
 * malformed.
 */
export function readResidue(from: usize, end: usize, message: usize): usize {
  const fields = (<usize>load<u32>(message, MESSAGE_FIELD_COUNT) + 15) & ~15;
  const size =
    (HEADER + fields + ((<usize>load<u32>(message, MESSAGE_MEMBER_COUNT)) << 2) + 15) & ~15;
  const residue = take(size);
  if (!residue) {
    return 0;
  }
  zero(residue, size);
  isNoted = false;
  isIrregular = false;
  const entries = top;
  for (let at = from; at < end; ) {
    at = readTagAt(at, end);
    if (!at) {
      return 0;
    }
    const tag = <u32>wireValue;
    const number = tag >> 3;
    const wire = tag & 7;
    if (number === 1) {
      at = wire === DELIMITED ? readLength(at, end) : fail(MALFORMED_BINARY, at);
      if (!at) {
        return 0;
      }
      const length = <usize>wireValue;
      if (!noteEntry(at, at + length)) {
        return 0;
      }
      at += length;
    } else if (number <= 4) {
      at = readNumbers(at, end, wire, message, residue, (<u8>1) << u8(number - 2));
    } else {
      at = skipValue(at, end, tag, 0);
    }
    if (!at) {
      return 0;
    }
  }
  const count = (top - entries) / ENTRY_SIZE;
  store<u32>(residue, count, RESIDUE_COUNT);
  store<u32>(residue, entries, RESIDUE_ENTRIES);
  store<u32>(residue, residue + HEADER + fields, RESIDUE_TEXTS);
  if (!mergeNames(entries, count, ENTRY_SIZE)) {
    return 0;
  }
  return findMembers(residue, entries, count, message) ? residue : 0;
}

/** Reads field numbers, packed or not, and adds the note to their fields. */
function readNumbers(
  at: usize,
  end: usize,
  wire: u32,
  message: usize,
  residue: usize,
  note: u8,
): usize {
  let stop = at;
  if (wire === DELIMITED) {
    at = readLength(at, end);
    if (!at) {
      return 0;
    }
    stop = at + <usize>wireValue;
    if (at === stop) {
      return at;
    }
  } else if (wire !== VARINT) {
    return fail(MALFORMED_BINARY, at);
  }
  do {
    at = readValue(at, wire === DELIMITED ? stop : end, VARINT);
    if (!at) {
      return 0;
    }
    const field = findField(message, <u32>wireValue);
    if (field) {
      isNoted = true;
      if (load<u32>(field, FIELD_UNION)) {
        isIrregular = true;
      }
      const place = residue + HEADER + load<u32>(field, FIELD_SLOT) / SLOT_SIZE;
      store<u8>(place, load<u8>(place) | note);
    }
  } while (at < stop);
  return at;
}

/** Reads the texts of the entries and finds their members. */
function findMembers(residue: usize, entries: usize, count: usize, message: usize): bool {
  const names: usize = load<u32>(message, MESSAGE_NAMES);
  const first: usize = load<u32>(names, NAMES_ENTRIES);
  const texts: usize = load<u32>(residue, RESIDUE_TEXTS);
  for (let i: usize = 0; i < count; i++) {
    const entry = entries + i * ENTRY_SIZE;
    const keyEnd: usize = load<u32>(entry, ENTRY_KEY_END);
    if (!readText(entry)) {
      return false;
    }
    if (keyEnd === 0) {
      continue;
    }
    const key: usize = load<u32>(entry, ENTRY_KEY);
    if (!isUtf8(key, keyEnd)) {
      fail(MALFORMED_BINARY, key);
      return false;
    }
    const name = findPlain(key, keyEnd, names);
    if (name) {
      const index = (name - first) / NAME_SIZE;
      isNoted = true;
      if (
        load<u8>(load<u32>(message, MESSAGE_MEMBERS) + index * MEMBER_SIZE, MEMBER_KIND) !==
        MEMBER_IS_FIELD
      ) {
        isIrregular = true;
      }
      store<u32>(texts + (index << 2), entry);
      store<u32>(entry, keyEnd | KNOWN, ENTRY_KEY_END);
    }
  }
  return true;
}

/** Replaces the range of an entry by that of its text, field 2. */
function readText(entry: usize): bool {
  const end: usize = load<u32>(entry, ENTRY_END);
  let start: usize = end;
  let length: usize = 0;
  for (let at: usize = load<u32>(entry, ENTRY_START); at < end; ) {
    at = readTagAt(at, end);
    const tag = <u32>wireValue;
    if (tag >> 3 === 2) {
      at = (tag & 7) === DELIMITED ? readLength(at, end) : fail(MALFORMED_BINARY, at);
      if (!at) {
        return false;
      }
      if (start !== end) {
        // A later text replaces it.
        setDoubtful();
      }
      start = at;
      length = <usize>wireValue;
      at += length;
    } else {
      at = skipValue(at, end, tag, 0);
    }
  }
  // Checked even if the text is not written because its field is set.
  if (!isUtf8(start, start + length)) {
    fail(MALFORMED_BINARY, start);
    return false;
  }
  store<u32>(entry, start, ENTRY_START);
  store<u32>(entry, start + length, ENTRY_END);
  return true;
}

/** Returns the notes for a field. */
// @inline
export function notesOf(residue: usize, field: usize): u8 {
  return load<u8>(residue + HEADER + load<u32>(field, FIELD_SLOT) / SLOT_SIZE);
}

/** Returns the entry of a known member's text; 0 if there is none. */
// @inline
export function textOf(residue: usize, index: usize): usize {
  return load<u32>(load<u32>(residue, RESIDUE_TEXTS) + (index << 2));
}

/** Whether an entry is written as an unknown member. */
// @inline
export function isUnknown(entry: usize): bool {
  const end = load<u32>(entry, ENTRY_KEY_END);
  return (
    end !== 0 && !(end & KNOWN) && load<u32>(entry, ENTRY_START) !== load<u32>(entry, ENTRY_END)
  );
}

/** Writes the unknown members. */
export function writeUnknown(residue: usize): bool {
  let entry: usize = load<u32>(residue, RESIDUE_ENTRIES);
  for (let rest = load<u32>(residue, RESIDUE_COUNT); rest > 0; rest--) {
    if (isUnknown(entry)) {
      const text: usize = load<u32>(entry, ENTRY_START);
      if (!writeKey(entry) || !writeJson(text, load<u32>(entry, ENTRY_END) - text)) {
        return false;
      }
    }
    entry += ENTRY_SIZE;
  }
  return true;
}

/**
 * Writes the unset members of an object from index `from` up to `until`, unless its residue is
 * irregular. Then makes room for `room` bytes. Returns the end of the output; 0 if a member has no
 * canonical form or there is no room.
 */
export function writeKeptGap(
  message: usize,
  from: u32,
  until: u32,
  to: usize,
  residue: usize,
  room: usize,
): usize {
  setOut(to);
  let member = <usize>load<u32>(message, MESSAGE_MEMBERS) + <usize>from * MEMBER_SIZE;
  for (let index = <usize>from; index < <usize>until; index++) {
    const kind = load<u8>(member, MEMBER_KIND);
    if (kind === MEMBER_IS_FIELD) {
      const field: usize = load<u32>(member, MEMBER_FIELD);
      if (!writeNoted(member, field, residue, index)) {
        if (load<u8>(member, MEMBER_REASON)) {
          return 0;
        }
        const container = load<u8>(field, FIELD_CONTAINER);
        if (container !== SINGULAR && notesOf(residue, field) & NOTE_EMPTY) {
          writeName(member);
          store<u16>(out, container === MAP ? BRACES : BRACKETS);
          setOut(out + 2);
        } else {
          writeMemberText(member);
        }
      } else if (!keptWell) {
        return 0;
      }
    } else if (kind === MEMBER_IS_CONSTANT) {
      writeMemberText(member);
    } else if (
      kind === MEMBER_IS_TAG &&
      !load<u32>(load<u32>(member, MEMBER_UNION), UNION_OPTIONAL)
    ) {
      return 0;
    }
    member += MEMBER_SIZE;
  }
  return ensure(room) ? out : 0;
}

// Empty brackets, as `store<u16>` writes them.
const BRACES: u16 = <u16>OPENING_BRACE | ((<u16>CLOSING_BRACE) << 8);
const BRACKETS: u16 = <u16>OPENING_BRACKET | ((<u16>CLOSING_BRACKET) << 8);
