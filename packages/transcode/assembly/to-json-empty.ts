import {
  ENCODING_32,
  FIELD_ANY,
  FIELD_ENCODING,
  FIELD_FLAGS,
  FIELD_KIND,
  FIELD_MESSAGE,
  FIELD_SLOT,
  FIELD_TARGET,
  FIELD_WIRE,
  FLAG_IMPLICIT,
  MESSAGE_FIELD_COUNT,
  MESSAGE_FIELDS,
} from "./layout";
import { hasUnknown, joinRecords, SLOT_COUNT, SLOT_LENGTH, SLOT_VALUE, scanFields } from "./slots";
import { setTop } from "./state";
import { hasKind } from "./to-json-any";
import { DELIMITED } from "./wire";

// Tests whether a field, or a whole message, is empty.

/** Whether a field is set; a field without presence is set if it is not zero. */
export function isSet(slot: usize, field: usize): bool {
  if (load<u32>(slot, SLOT_COUNT) === 0) {
    return false;
  }
  if (!(load<u8>(field, FIELD_FLAGS) & FLAG_IMPLICIT)) {
    return true;
  }
  return load<u8>(field, FIELD_WIRE) === DELIMITED
    ? load<u32>(slot, SLOT_LENGTH) !== 0
    : isNotZero(slot, field);
}

function isNotZero(slot: usize, field: usize): bool {
  const value = load<u64>(slot, SLOT_VALUE);
  // Bits above the 32 of the type are dropped.
  return load<u8>(field, FIELD_ENCODING) & ENCODING_32 ? <u32>value !== 0 : value !== 0;
}

/** Whether no field of an arm's payload is set. */
export function isEmptyPayload(slot: usize, end: usize, field: usize): bool {
  const kind = load<u8>(field, FIELD_KIND);
  if (kind !== FIELD_MESSAGE && kind !== FIELD_ANY) {
    return load<u8>(field, FIELD_WIRE) === DELIMITED
      ? load<u32>(slot, SLOT_LENGTH) === 0
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
  if (length === 0) {
    return true;
  }
  return kind === FIELD_ANY
    ? !hasKind(start, start + length)
    : isEmptyMessage(start, start + length, load<u32>(field, FIELD_TARGET));
}

function isEmptyMessage(from: usize, end: usize, message: usize): bool {
  const slots = scanFields(from, end, message);
  if (!slots) {
    // The message is refused later, when it is written.
    return false;
  }
  let empty = !hasUnknown;
  const fields: usize = load<u32>(message, MESSAGE_FIELDS);
  const count: usize = load<u32>(message, MESSAGE_FIELD_COUNT);
  for (let i: usize = 0; i < count && empty; i++) {
    const field: usize = load<u32>(fields + (i << 2));
    empty = !isSet(slots + load<u32>(field, FIELD_SLOT), field);
  }
  setTop(slots);
  return empty;
}
