import { CLOSING_BRACE, OPENING_BRACE } from "./characters";
import { INVALID_RESIDUE, MALFORMED_BINARY, MISSING_MEMBER } from "./codes";
import {
  FIELD_CONTAINER,
  FIELD_SLOT,
  INLINE_OTHER,
  KIND_ARRAY,
  KIND_BY_KIND,
  KIND_INLINE,
  KIND_OBJECT,
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
  MESSAGE_KIND,
  MESSAGE_MEMBER_COUNT,
  MESSAGE_MEMBERS,
  MESSAGE_ONEOF,
  MESSAGE_RESIDUE,
  MESSAGE_UNION_COUNT,
  SINGULAR,
} from "./layout";
import { joinRecords, SLOT_COUNT, SLOT_LENGTH, SLOT_VALUE, scanFields } from "./slots";
import {
  depth,
  ensure,
  fail,
  isDeep,
  out,
  plainDepth,
  SHORT_ROOM,
  setDepth,
  setOut,
  setTop,
  shallowDepth,
} from "./state";
import { closeBrackets, ENTRY_END, ENTRY_START, writeNull } from "./to-json-any";
import { findOnlyArm, onlyArm } from "./to-json-by-kind";
import { isSet } from "./to-json-empty";
import { writeField, writeJson, writeList } from "./to-json-field";
import { writeNested } from "./to-json-nested";
import {
  NOTE_ABSENT,
  NOTE_EMPTY,
  NOTE_NULL,
  notesOf,
  readResidue,
  textOf,
  writeUnknown,
} from "./to-json-residue";
import { writePayload, writeTag } from "./to-json-union";
import { ascend, descend } from "./tokens";
import { copy, copy16 } from "./vector";

/** Writes the message from `from` to `end` as JSON. */
export function writeMessage(from: usize, end: usize, message: usize): bool {
  const level = depth;
  if (isDeep && shallowDepth === 0) {
    // Messages are nested too deep. A message that was written in one pass is scanned again, but
    // nothing in it is written again.
    if (load<u32>(message, MESSAGE_KIND) !== KIND_OBJECT) {
      return writeUnusual(from, end, message);
    }
    // The offset that is reported for a message with several unions is that of the deepest one.
    return load<u32>(message, MESSAGE_UNION_COUNT) < 2 && fail(MALFORMED_BINARY, from) !== 0;
  }
  const to = writeNested(from, end, message, out, level);
  setDepth(level);
  if (!to) {
    return false;
  }
  setOut(to);
  return true;
}

/** Writes a message that is not an object, whatever its records are. */
export function writeUnusual(from: usize, end: usize, message: usize): bool {
  const kind = load<u32>(message, MESSAGE_KIND);
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

/** Writes the payload of the arm that is set in an inline union or a union by kind. */
function writeInline(slots: usize, from: usize, end: usize, message: usize): bool {
  const arm: usize = load<u32>(slots + load<u32>(message, MESSAGE_ONEOF));
  if (!arm) {
    fail(MISSING_MEMBER, from);
    return false;
  }
  if (!ensure(SHORT_ROOM)) {
    return false;
  }
  const start = out;
  if (!writeField(slots + load<u32>(arm, FIELD_SLOT), end, arm)) {
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

/**
 * Writes an object whose records may come in any order, from `to` on.
 *
 * @param level how many arrays and objects are around it
 * @returns the end of the output, or 0 if the message is refused
 */
export function writeScanned(
  from: usize,
  end: usize,
  message: usize,
  to: usize,
  level: u32,
): usize {
  setOut(to);
  setDepth(level);
  return ensure(SHORT_ROOM) && writeObject(from, end, message) ? out : 0;
}

function writeObject(from: usize, end: usize, message: usize): bool {
  if (depth < plainDepth) {
    // Already counted by `writePlain`.
    setDepth(depth + 1);
  } else if (!descend(from)) {
    return false;
  }
  const start = out;
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
    writeMemberText(member);
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

/** Writes the text of a constant, or of a member that is unset. */
export function writeMemberText(member: usize): void {
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
  writeMemberText(member);
  return true;
}
