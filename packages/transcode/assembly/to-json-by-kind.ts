import { FIELD_WIRE, SLOT_SIZE } from "./layout";
import { findField, SLOT_COUNT, SLOT_FIRST, SLOT_LENGTH, SLOT_VALUE } from "./slots";
import { take } from "./state";
import { DELIMITED, readTagAt, readValue, wireValue } from "./wire";

/** The arm that `findOnlyArm` found last. */
export let onlyArm: usize = 0;

/**
 * Reads a union by kind with exactly one record, as most have. Returns its slot, which the caller
 * removes from the scratch stack; 0 if the message is different.
 */
export function findOnlyArm(from: usize, end: usize, message: usize): usize {
  let at = from < end ? readTagAt(from, end) : 0;
  if (!at) {
    return 0;
  }
  const tag = <u32>wireValue;
  const wire = tag & 7;
  const field = findField(message, tag >> 3);
  if (!field || wire !== load<u8>(field, FIELD_WIRE)) {
    return 0;
  }
  at = readValue(at, end, wire);
  if (!at || at + (wire === DELIMITED ? <usize>wireValue : 0) !== end) {
    return 0;
  }
  const slot = take(SLOT_SIZE);
  if (!slot) {
    return 0;
  }
  if (wire === DELIMITED) {
    store<u32>(slot, at, SLOT_VALUE);
    store<u32>(slot, <u32>wireValue, SLOT_LENGTH);
  } else {
    store<u64>(slot, wireValue, SLOT_VALUE);
  }
  store<u32>(slot, 1, SLOT_COUNT);
  store<u32>(slot, from, SLOT_FIRST);
  onlyArm = field;
  return slot;
}
