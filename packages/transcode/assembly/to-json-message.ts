import { INVALID_RESIDUE, MISSING_MEMBER } from "./codes";
import {
  FIELD_ANY,
  ENCODING_32,
  FIELD_CONTAINER,
  FIELD_ENCODING,
  FIELD_FLAGS,
  FIELD_KIND,
  FIELD_MESSAGE,
  FIELD_SLOT,
  FIELD_TARGET,
  FIELD_WIRE,
  FLAG_IMPLICIT,
  INLINE_OTHER,
  KIND_ARRAY,
  KIND_INLINE,
  MEMBER_FIELD,
  MEMBER_IS_CONSTANT,
  MEMBER_IS_FIELD,
  MEMBER_IS_TAG,
  MEMBER_KEY,
  MEMBER_KEY_LENGTH,
  MEMBER_KIND,
  MEMBER_REASON,
  MEMBER_SIZE,
  MEMBER_TEXT,
  MEMBER_TEXT_LENGTH,
  MESSAGE_FIELDS,
  MESSAGE_FIELD_COUNT,
  MESSAGE_KIND,
  MESSAGE_MEMBER_COUNT,
  MESSAGE_MEMBERS,
  MESSAGE_ONEOF,
  MESSAGE_RESIDUE,
  SINGULAR,
  TABLE,
} from "./layout";
import {
  hasUnknown,
  joinRecords,
  scanFields,
  SLOT_COUNT,
  SLOT_LENGTH,
  SLOT_VALUE,
} from "./slots";
import { ensure, fail, out, setOut, setTop } from "./state";
import { closeBrackets, ENTRY_END, ENTRY_SIZE, ENTRY_START, hasKind, writeKey } from "./to-json-any";
import { writeField, writeList, writeVerbatim } from "./to-json-field";
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
import { copy } from "./vector";
import { DELIMITED } from "./wire";

/** Writes the message from `from` to `end` as JSON. */
export function writeMessage(from: usize, end: usize, message: usize): bool {
  const slots = scanFields(from, end, message);
  if (!slots) {
    return false;
  }
  let done: bool;
  const kind = load<u32>(message, MESSAGE_KIND);
  if (kind == KIND_ARRAY) {
    done = writeList(slots, end, load<u32>(message, MESSAGE_MEMBERS));
  } else if (kind == KIND_INLINE) {
    done = writeInline(slots, from, end, message);
  } else {
    done = writeObject(slots, from, end, message);
  }
  setTop(slots);
  return done;
}

function writeInline(slots: usize, from: usize, end: usize, message: usize): bool {
  const arm: usize = load<u32>(slots + load<u32>(message, MESSAGE_ONEOF));
  if (!arm) {
    fail(MISSING_MEMBER, from);
    return false;
  }
  const start = out;
  if (!writeField(slots + load<u32>(arm, FIELD_SLOT), end, arm)) {
    return false;
  }
  if (arm == load<u32>(message, INLINE_OTHER) && load<u8>(start) != 0x7b) {
    fail(INVALID_RESIDUE, from);
    return false;
  }
  return true;
}

function writeObject(slots: usize, from: usize, end: usize, message: usize): bool {
  if (!descend(from)) {
    return false;
  }
  const start = out;
  let residue: usize = 0;
  const residueSlot = slots + load<u32>(load<u32>(message, MESSAGE_RESIDUE), FIELD_SLOT);
  if (load<u32>(residueSlot, SLOT_COUNT)) {
    if (
      load<u32>(residueSlot, SLOT_COUNT) > 1 &&
      !joinRecords(residueSlot, end, load<u32>(message, MESSAGE_RESIDUE))
    ) {
      return false;
    }
    const place: usize = load<u32>(residueSlot, SLOT_VALUE);
    residue = readResidue(place, place + load<u32>(residueSlot, SLOT_LENGTH), message);
    if (!residue) {
      return false;
    }
  }
  const count: usize = load<u32>(message, MESSAGE_MEMBER_COUNT);
  let member: usize = load<u32>(message, MESSAGE_MEMBERS);
  for (let index: usize = 0; index < count; index++) {
    if (!ensure(<usize>load<u32>(member, MEMBER_KEY_LENGTH) + load<u32>(member, MEMBER_TEXT_LENGTH) + 64)) {
      return false;
    }
    const kind = load<u8>(member, MEMBER_KIND);
    let done = true;
    if (kind == MEMBER_IS_FIELD) {
      const field: usize = load<u32>(member, MEMBER_FIELD);
      const slot = slots + load<u32>(field, FIELD_SLOT);
      if (isSet(slot, field)) {
        writeName(member);
        done = writeField(slot, end, field);
      } else {
        done = writeUnset(member, slot, end, field, residue, index, from);
      }
    } else if (kind == MEMBER_IS_CONSTANT) {
      if (residue == 0 || textOf(residue, index) == 0) {
        writeText(member);
      } else {
        done = writeKept(member, textOf(residue, index));
      }
    } else if (kind == MEMBER_IS_TAG) {
      done = writeTag(member, slots, end, residue, index, from);
    } else {
      done = writePayload(member, slots, end, residue, index);
    }
    if (!done) {
      return false;
    }
    member += MEMBER_SIZE;
  }
  if (residue && !writeUnknown(residue)) {
    return false;
  }
  ascend();
  return closeBrackets(start, 0x7b, 0x7d);
}

/** Whether a field is set: for one without presence, whether it is not zero. */
// @ts-ignore: decorator
@inline
function isSet(slot: usize, field: usize): bool {
  if (load<u32>(slot, SLOT_COUNT) == 0) {
    return false;
  }
  if (!(load<u8>(field, FIELD_FLAGS) & FLAG_IMPLICIT)) {
    return true;
  }
  return load<u8>(field, FIELD_WIRE) == DELIMITED
    ? load<u32>(slot, SLOT_LENGTH) != 0
    : isNotZero(slot, field);
}

function isNotZero(slot: usize, field: usize): bool {
  const value = load<u64>(slot, SLOT_VALUE);
  // What is beyond the 32 bits of a type is cut off.
  return load<u8>(field, FIELD_ENCODING) & ENCODING_32 ? <u32>value != 0 : value != 0;
}

// @ts-ignore: decorator
@inline
export function writeName(member: usize): void {
  const length: usize = load<u32>(member, MEMBER_KEY_LENGTH);
  copy(out, TABLE + load<u32>(member, MEMBER_KEY), length);
  setOut(out + length);
}

// @ts-ignore: decorator
@inline
function writeText(member: usize): void {
  const length: usize = load<u32>(member, MEMBER_TEXT_LENGTH);
  copy(out, TABLE + load<u32>(member, MEMBER_TEXT), length);
  setOut(out + length);
}

/** Writes a member whose text the residue holds; an empty text says that it is absent. */
export function writeKept(member: usize, entry: usize): bool {
  const text: usize = load<u32>(entry, ENTRY_START);
  const length = load<u32>(entry, ENTRY_END) - text;
  if (length == 0) {
    return true;
  }
  writeName(member);
  return writeVerbatim(text, length);
}

function writeNull(member: usize): void {
  writeName(member);
  store<u32>(out, 0x6c6c756e);
  setOut(out + 4);
}

/** Writes what the residue says of a member that is not set. Gives whether it says anything. */
export function writeNoted(member: usize, field: usize, residue: usize, index: usize): bool {
  const entry = textOf(residue, index);
  if (entry) {
    keptWell = writeKept(member, entry);
    return true;
  }
  keptWell = true;
  const notes = notesOf(residue, field);
  if (notes & NOTE_NULL) {
    writeNull(member);
    return true;
  }
  return (notes & NOTE_ABSENT) != 0;
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
    if (load<u8>(field, FIELD_CONTAINER) != SINGULAR && notesOf(residue, field) & NOTE_EMPTY) {
      writeName(member);
      // An empty list or map writes nothing but its brackets.
      store<u32>(slot, 0, SLOT_COUNT);
      return writeField(slot, end, field);
    }
  }
  const reason = load<u8>(member, MEMBER_REASON);
  if (reason) {
    // The output then ends where it is missing.
    writeName(member);
    fail(reason, from);
    return false;
  }
  writeText(member);
  return true;
}

/** Writes the members that the schema does not have. */
function writeUnknown(residue: usize): bool {
  let entry: usize = load<u32>(residue, RESIDUE_ENTRIES);
  for (let rest = load<u32>(residue, RESIDUE_COUNT); rest > 0; rest--) {
    if (isUnknown(entry)) {
      const text: usize = load<u32>(entry, ENTRY_START);
      if (!writeKey(entry) || !writeVerbatim(text, load<u32>(entry, ENTRY_END) - text)) {
        return false;
      }
    }
    entry += ENTRY_SIZE;
  }
  return true;
}

/** Whether nothing in the payload of an arm is set. */
export function isEmptyPayload(slot: usize, end: usize, field: usize): bool {
  const kind = load<u8>(field, FIELD_KIND);
  if (kind != FIELD_MESSAGE && kind != FIELD_ANY) {
    return load<u8>(field, FIELD_WIRE) == DELIMITED
      ? load<u32>(slot, SLOT_LENGTH) == 0
      : !isNotZero(slot, field);
  }
  if (load<u32>(slot, SLOT_COUNT) > 1) {
    if (!joinRecords(slot, end, field)) {
      return false;
    }
    store<u32>(slot, 1, SLOT_COUNT);
  }
  const start: usize = load<u32>(slot, SLOT_VALUE);
  const length = load<u32>(slot, SLOT_LENGTH);
  if (length == 0) {
    return true;
  }
  return kind == FIELD_ANY
    ? !hasKind(start, start + length)
    : isEmptyMessage(start, start + length, load<u32>(field, FIELD_TARGET));
}

function isEmptyMessage(from: usize, end: usize, message: usize): bool {
  const slots = scanFields(from, end, message);
  if (!slots) {
    // Found again, and refused, when the message is written.
    return false;
  }
  let empty = !hasUnknown;
  const fields: usize = load<u32>(message, MESSAGE_FIELDS);
  const count: usize = load<u32>(message, MESSAGE_FIELD_COUNT);
  for (let i: usize = 0; i < count && empty; i++) {
    const field: usize = load<u32>(fields + (i << 2), TABLE);
    empty = !isSet(slots + load<u32>(field, FIELD_SLOT), field);
  }
  setTop(slots);
  return empty;
}
