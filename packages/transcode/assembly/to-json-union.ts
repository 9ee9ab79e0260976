import { MALFORMED_BINARY, MISSING_MEMBER } from "./codes";
import {
  FIELD_ARM_TEXT,
  FIELD_ARM_TEXT_LENGTH,
  FIELD_MEMBER_INDEX,
  FIELD_NUMBER,
  FIELD_SLOT,
  MEMBER_FIELD,
  MEMBER_UNION,
  UNION_ONEOF,
  UNION_OPTIONAL,
  UNION_OTHER,
  UNION_OTHER_CONTENT,
  UNION_OTHER_TAG,
} from "./layout";
import { joinRecords, SLOT_COUNT, SLOT_LENGTH, SLOT_VALUE } from "./slots";
import { ensure, fail, out, SHORT_ROOM, setDoubtful, setOut } from "./state";
import { isEmptyPayload } from "./to-json-empty";
import { writeField, writeVerbatim } from "./to-json-field";
import { keptWell, writeKept, writeName, writeNoted } from "./to-json-message";
import { textOf } from "./to-json-residue";
import { writeString } from "./to-json-string";
import { copy } from "./vector";
import { DELIMITED, readLength, readTagAt, skipValue, wireValue } from "./wire";

/** Writes the tag of a union. */
export function writeTag(
  member: usize,
  slots: usize,
  end: usize,
  residue: usize,
  index: usize,
  from: usize,
): bool {
  const union: usize = load<u32>(member, MEMBER_UNION);
  const arm: usize = load<u32>(slots + load<u32>(union, UNION_ONEOF));
  if (residue) {
    const entry = textOf(residue, index);
    if (entry) {
      if (arm) {
        // A tag within the arm is not read.
        setDoubtful();
      }
      return writeKept(member, entry);
    }
  }
  if (!arm) {
    if (load<u32>(union, UNION_OPTIONAL)) {
      return true;
    }
    writeName(member);
    fail(MISSING_MEMBER, from);
    return false;
  }
  if (arm === load<u32>(union, UNION_OTHER)) {
    if (!findInOther(slots, end, arm, load<u32>(union, UNION_OTHER_TAG))) {
      return false;
    }
    writeName(member);
    return writeString(found, foundLength);
  }
  const length: usize = load<u32>(arm, FIELD_ARM_TEXT_LENGTH);
  if (!ensure(length + SHORT_ROOM)) {
    return false;
  }
  copy(out, load<u32>(arm, FIELD_ARM_TEXT), length);
  setOut(out + length);
  return true;
}

/** Writes a member that holds the payload of an arm, or of any arm. */
export function writePayload(
  member: usize,
  slots: usize,
  end: usize,
  residue: usize,
  index: usize,
): bool {
  const union: usize = load<u32>(member, MEMBER_UNION);
  const arm: usize = load<u32>(slots + load<u32>(union, UNION_ONEOF));
  // The content member of an adjacent union belongs to every arm.
  const own: usize = load<u32>(member, MEMBER_FIELD);
  if (!arm || (own && load<u32>(arm, FIELD_MEMBER_INDEX) !== <u32>index)) {
    const entry = residue ? textOf(residue, index) : 0;
    return !entry || writeKept(member, entry);
  }
  if (arm === load<u32>(union, UNION_OTHER)) {
    if (!findInOther(slots, end, arm, load<u32>(union, UNION_OTHER_CONTENT))) {
      return false;
    }
    if (!found) {
      return true;
    }
    writeName(member);
    return writeVerbatim(found, foundLength);
  }
  const slot = slots + load<u32>(arm, FIELD_SLOT);
  if (residue && isEmptyPayload(slot, end, arm) && writeNoted(member, arm, residue, index)) {
    return keptWell;
  }
  writeName(member);
  return writeField(slot, end, arm);
}

let found: usize = 0;
let foundLength: usize = 0;

/** Finds a string in the arm for unknown tags. `found` is 0 if it is not set. */
function findInOther(slots: usize, end: usize, arm: usize, field: usize): bool {
  const slot = slots + load<u32>(arm, FIELD_SLOT);
  if (load<u32>(slot, SLOT_COUNT) > 1) {
    if (!joinRecords(slot, end, arm)) {
      return false;
    }
    store<u32>(slot, 1, SLOT_COUNT);
  }
  const number = load<u32>(field, FIELD_NUMBER);
  found = 0;
  foundLength = 0;
  let at: usize = load<u32>(slot, SLOT_VALUE);
  const stop = at + load<u32>(slot, SLOT_LENGTH);
  while (at < stop) {
    at = readTagAt(at, stop);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    if (tag >> 3 === number) {
      at = (tag & 7) === DELIMITED ? readLength(at, stop) : fail(MALFORMED_BINARY, at);
      if (!at) {
        return false;
      }
      if (found) {
        setDoubtful();
      }
      found = at;
      foundLength = <usize>wireValue;
      at += foundLength;
    } else {
      at = skipValue(at, stop, tag, 0);
      if (!at) {
        return false;
      }
    }
  }
  return true;
}
