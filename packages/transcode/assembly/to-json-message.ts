import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  OPENING_BRACE,
  OPENING_BRACKET,
} from "./characters";
import { INVALID_RESIDUE, MALFORMED_BINARY, MISSING_MEMBER } from "./codes";
import {
  FIELD_CONTAINER,
  FIELD_KIND,
  FIELD_MESSAGE,
  FIELD_SLOT,
  FIELD_TAG,
  FIELD_TARGET,
  INLINE_OTHER,
  KIND_ARRAY,
  KIND_BY_KIND,
  KIND_INLINE,
  KIND_OBJECT,
  LIST,
  MAP,
  MEMBER_FIELD,
  MEMBER_IS_CONSTANT,
  MEMBER_IS_FIELD,
  MEMBER_IS_TAG,
  MEMBER_KEY,
  MEMBER_KEY_LENGTH,
  MEMBER_KIND,
  MEMBER_REASON,
  MEMBER_ROOM,
  MEMBER_SIZE,
  MEMBER_TEXT,
  MEMBER_TEXT_LENGTH,
  MESSAGE_INDEX,
  MESSAGE_KIND,
  MESSAGE_MEMBER_COUNT,
  MESSAGE_MEMBERS,
  MESSAGE_ONEOF,
  MESSAGE_RESIDUE,
  MESSAGE_UNION_COUNT,
  SINGULAR,
  SLOT_SIZE,
} from "./layout";
import { joinRecords, SLOT_COUNT, SLOT_FIRST, SLOT_LENGTH, SLOT_VALUE, scanFields } from "./slots";
import {
  depth,
  ensure,
  fail,
  guesses,
  out,
  SHORT_ROOM,
  setDepth,
  setOut,
  setTop,
  take,
  top,
} from "./state";
import {
  closeBrackets,
  ENTRY_END,
  ENTRY_SIZE,
  ENTRY_START,
  writeKey,
  writeNull,
} from "./to-json-any";
import { findOnlyArm, onlyArm } from "./to-json-by-kind";
import { isSet } from "./to-json-empty";
import { writeField, writeJson, writeList } from "./to-json-field";
import {
  plainArm,
  plainAt,
  plainField,
  plainStop,
  STOP_OTHER,
  STOP_RECORD,
  writePlainMembers,
} from "./to-json-plain";
import {
  isUnknown,
  NOTE_ABSENT,
  NOTE_EMPTY,
  NOTE_NULL,
  notesOf,
  RESIDUE_COUNT,
  RESIDUE_ENTRIES,
  readResidue,
  textOf,
} from "./to-json-residue";
import { writePayload, writeTag } from "./to-json-union";
import { ascend, descend } from "./tokens";
import { copy, copy16 } from "./vector";
import { DELIMITED, MORE_BYTES, readLength, readValue, wireValue } from "./wire";

/** Writes the message from `from` to `end` as JSON. */
export function writeMessage(from: usize, end: usize, message: usize): bool {
  const kind = load<u32>(message, MESSAGE_KIND);
  if (kind === KIND_OBJECT) {
    return writeObject(from, end, message);
  }
  if (kind === KIND_ARRAY && writeArray(from, end, message)) {
    return true;
  }
  if (kind === KIND_BY_KIND) {
    const slot = findOnlyArm(from, end, message);
    if (slot) {
      const done = ensure(SHORT_ROOM) && writeField(slot, end, onlyArm);
      setTop(slot);
      return done;
    }
  }
  const slots = scanFields(from, end, message);
  if (!slots) {
    return false;
  }
  const done =
    kind === KIND_ARRAY
      ? writeList(slots, end, load<u32>(message, MESSAGE_MEMBERS))
      : writeInline(slots, from, end, message);
  setTop(slots);
  return done;
}

/**
 * Writes an array whose records are all messages of its field. Returns false if other records
 * occur or the call fails.
 */
function writeArray(from: usize, end: usize, message: usize): bool {
  const field: usize = load<u32>(message, MESSAGE_MEMBERS);
  const odd = guesses + load<u32>(message, MESSAGE_INDEX);
  if (load<u8>(field, FIELD_KIND) !== FIELD_MESSAGE || load<u8>(odd) || depth > DEEPEST_IN_ORDER) {
    return false;
  }
  const start = out;
  const scratch = top;
  const level = depth;
  if (from === end || writeMessages(from, end, field) === end) {
    return from < end || closeBrackets(start, OPENING_BRACKET, CLOSING_BRACKET);
  }
  store<u8>(odd, 1);
  setOut(start);
  setTop(scratch);
  setDepth(level);
  return false;
}

/**
 * Writes a list from its records at `at`, up to the first record of another field. Returns the
 * offset after them; 0 if that fails.
 */
function writeMessages(at: usize, end: usize, field: usize): usize {
  if (!descend(at)) {
    return 0;
  }
  const start = out;
  const tag = load<u8>(field, FIELD_TAG);
  const target: usize = load<u32>(field, FIELD_TARGET);
  while (at < end && load<u8>(at) === tag) {
    at = readLength(at + 1, end);
    if (!at || !ensure(SHORT_ROOM)) {
      return 0;
    }
    store<u8>(out, COMMA);
    setOut(out + 1);
    const from = at;
    at += <usize>wireValue;
    if (!writeMessage(from, at, target)) {
      return 0;
    }
  }
  ascend();
  return closeBrackets(start, OPENING_BRACKET, CLOSING_BRACKET) ? at : 0;
}

/** Writes the payload of the arm that is set in an inline union or a union by kind. */
function writeInline(slots: usize, from: usize, end: usize, message: usize): bool {
  const arm: usize = load<u32>(slots + load<u32>(message, MESSAGE_ONEOF));
  if (!arm) {
    fail(MISSING_MEMBER, from);
    return false;
  }
  const start = out;
  if (!ensure(SHORT_ROOM) || !writeField(slots + load<u32>(arm, FIELD_SLOT), end, arm)) {
    return false;
  }
  if (
    arm === load<u32>(message, INLINE_OTHER) &&
    load<u8>(start) !== OPENING_BRACE &&
    load<u32>(message, MESSAGE_KIND) === KIND_INLINE
  ) {
    fail(INVALID_RESIDUE, from);
    return false;
  }
  return true;
}

function writeObject(from: usize, end: usize, message: usize): bool {
  if (!descend(from)) {
    return false;
  }
  const start = out;
  // Whether a message of this type was irregular before; then the slots are filled first.
  const odd = guesses + load<u32>(message, MESSAGE_INDEX);
  if (!load<u8>(odd)) {
    const scratch = top;
    const level = depth;
    if (writeInOrder(from, end, message)) {
      ascend();
      return closeBrackets(start, OPENING_BRACE, CLOSING_BRACE);
    }
    store<u8>(odd, 1);
    setOut(start);
    setTop(scratch);
    setDepth(level);
  }
  const slots = scanFields(from, end, message);
  if (!slots) {
    return false;
  }
  const residueSlot = slots + load<u32>(load<u32>(message, MESSAGE_RESIDUE), FIELD_SLOT);
  let residue: usize = 0;
  if (load<u32>(residueSlot, SLOT_COUNT)) {
    residue = openResidue(residueSlot, end, message);
    if (!residue) {
      return false;
    }
  }
  const count: usize = load<u32>(message, MESSAGE_MEMBER_COUNT);
  let member: usize = load<u32>(message, MESSAGE_MEMBERS);
  for (let index: usize = 0; index < count; index++) {
    if (!writeMember(member, slots, end, residue, index, from)) {
      return false;
    }
    member += MEMBER_SIZE;
  }
  if (residue && !writeUnknown(residue)) {
    return false;
  }
  setTop(slots);
  ascend();
  return closeBrackets(start, OPENING_BRACE, CLOSING_BRACE);
}

/**
 * Depth limit of `writeInOrder`: an irregular message is read again at each level above it, so
 * the cost grows with the depth.
 */
const DEEPEST_IN_ORDER: u32 = 16;

/**
 * Writes a message if its records are in the order of its members. Returns false if they are not,
 * or if the call fails.
 */
function writeInOrder(from: usize, end: usize, message: usize): bool {
  if (load<u32>(message, MESSAGE_UNION_COUNT) > 1 || depth > DEEPEST_IN_ORDER) {
    return false;
  }
  let member: usize = load<u32>(message, MESSAGE_MEMBERS);
  const last = member + <usize>load<u32>(message, MESSAGE_MEMBER_COUNT) * MEMBER_SIZE;
  let at = from;
  let arm: usize = 0;
  while (true) {
    member = writePlainMembers(member, last, at, end, message, arm);
    at = plainAt;
    if (member === last) {
      return at === end;
    }
    arm = plainArm;
    if (plainStop === STOP_RECORD) {
      at = writeRecords(at, end, member, plainField);
      if (!at) {
        return false;
      }
      member += MEMBER_SIZE;
    } else if (plainStop === STOP_OTHER || !ensure(load<u32>(member, MEMBER_ROOM))) {
      return false;
    }
  }
}

/**
 * Writes a member from its record at `at`; for a list or map, from all its consecutive records.
 * Returns the offset after them; 0 if that fails.
 */
function writeRecords(at: usize, end: usize, member: usize, field: usize): usize {
  const container = load<u8>(field, FIELD_CONTAINER);
  if (load<u8>(field, FIELD_KIND) === FIELD_MESSAGE && container !== MAP) {
    writeName(member);
    if (container === LIST) {
      return writeMessages(at, end, field);
    }
    let from = at + 2;
    let size: usize = load<u8>(at, 1);
    if (size >= MORE_BYTES) {
      from = readLength(at + 1, end);
      if (!from) {
        return 0;
      }
      size = <usize>wireValue;
    }
    at = from + size;
    if (at > end) {
      return fail(MALFORMED_BINARY, from);
    }
    const target: usize = load<u32>(field, FIELD_TARGET);
    const done =
      load<u32>(target, MESSAGE_KIND) === KIND_OBJECT
        ? writeObject(from, at, target)
        : writeMessage(from, at, target);
    return done ? at : 0;
  }
  const slot = take(SLOT_SIZE);
  if (!slot) {
    return 0;
  }
  const tag = load<u8>(at);
  const wire = <u32>tag & 7;
  store<u32>(slot, at, SLOT_FIRST);
  let count: u32 = 0;
  do {
    at = readValue(at + 1, end, wire);
    if (!at) {
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
  } while (container !== SINGULAR && at < end && load<u8>(at) === tag);
  store<u32>(slot, count, SLOT_COUNT);
  if (load<u8>(member, MEMBER_KIND) === MEMBER_IS_FIELD && !isSet(slot, field)) {
    return 0;
  }
  writeName(member);
  if (!writeField(slot, end, field)) {
    return 0;
  }
  setTop(slot);
  return at;
}

/** Reads the residue in a slot. Returns 0 if it is malformed. */
function openResidue(slot: usize, end: usize, message: usize): usize {
  if (
    load<u32>(slot, SLOT_COUNT) > 1 &&
    !joinRecords(slot, end, load<u32>(message, MESSAGE_RESIDUE))
  ) {
    return 0;
  }
  const place: usize = load<u32>(slot, SLOT_VALUE);
  return readResidue(place, place + load<u32>(slot, SLOT_LENGTH), message);
}

/** Writes one member of any kind. */
function writeMember(
  member: usize,
  slots: usize,
  end: usize,
  residue: usize,
  index: usize,
  from: usize,
): bool {
  if (!ensure(load<u32>(member, MEMBER_ROOM))) {
    return false;
  }
  const kind = load<u8>(member, MEMBER_KIND);
  if (kind === MEMBER_IS_FIELD) {
    const field: usize = load<u32>(member, MEMBER_FIELD);
    const slot = slots + load<u32>(field, FIELD_SLOT);
    if (!isSet(slot, field)) {
      return writeUnset(member, slot, end, field, residue, index, from);
    }
    writeName(member);
    return writeField(slot, end, field);
  }
  if (kind === MEMBER_IS_CONSTANT) {
    const entry = residue ? textOf(residue, index) : 0;
    if (entry) {
      return writeKept(member, entry);
    }
    writeText(member);
    return true;
  }
  return kind === MEMBER_IS_TAG
    ? writeTag(member, slots, end, residue, index, from)
    : writePayload(member, slots, end, residue, index);
}

export function writeName(member: usize): void {
  const length: usize = load<u32>(member, MEMBER_KEY_LENGTH);
  const key: usize = load<u32>(member, MEMBER_KEY);
  const to = out;
  for (let done: usize = 0; done < length; done += 16) {
    copy16(to + done, key + done);
  }
  setOut(to + length);
}

function writeText(member: usize): void {
  const length: usize = load<u32>(member, MEMBER_TEXT_LENGTH);
  copy(out, load<u32>(member, MEMBER_TEXT), length);
  setOut(out + length);
}

/** Writes a member from its text in the residue. An empty text means that the member is absent. */
export function writeKept(member: usize, entry: usize): bool {
  const text: usize = load<u32>(entry, ENTRY_START);
  const length = load<u32>(entry, ENTRY_END) - text;
  if (length === 0) {
    return true;
  }
  writeName(member);
  return writeJson(text, length);
}

function writeNullMember(member: usize): void {
  writeName(member);
  writeNull();
}

/**
 * Writes what the residue records about a member that is not set. Returns whether it records
 * anything.
 */
export function writeNoted(member: usize, field: usize, residue: usize, index: usize): bool {
  const entry = textOf(residue, index);
  if (entry) {
    keptWell = writeKept(member, entry);
    return true;
  }
  keptWell = true;
  const notes = notesOf(residue, field);
  if (notes & NOTE_NULL) {
    writeNullMember(member);
    return true;
  }
  return (notes & NOTE_ABSENT) !== 0;
}

export let keptWell: bool = false;

function writeUnset(
  member: usize,
  slot: usize,
  end: usize,
  field: usize,
  residue: usize,
  index: usize,
  from: usize,
): bool {
  if (residue) {
    if (writeNoted(member, field, residue, index)) {
      return keptWell;
    }
    if (load<u8>(field, FIELD_CONTAINER) !== SINGULAR && notesOf(residue, field) & NOTE_EMPTY) {
      writeName(member);
      // An empty list or map writes nothing but its brackets.
      store<u32>(slot, 0, SLOT_COUNT);
      return writeField(slot, end, field);
    }
  }
  const reason = load<u8>(member, MEMBER_REASON);
  if (reason) {
    // The name is written so that the output ends at the missing member.
    writeName(member);
    fail(reason, from);
    return false;
  }
  writeText(member);
  return true;
}

/** Writes the unknown members. */
function writeUnknown(residue: usize): bool {
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
