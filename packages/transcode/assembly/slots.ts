import { MALFORMED_BINARY, UNKNOWN_FIELD } from "./codes";
import {
  FIELD_CONTAINER,
  FIELD_NUMBER,
  FIELD_ONEOF,
  FIELD_SLOT,
  FIELD_WIRE,
  MAP,
  MESSAGE_DIRECT,
  MESSAGE_DIRECT_SIZE,
  MESSAGE_SLOTS,
  MESSAGE_SPARSE,
  MESSAGE_SPARSE_COUNT,
  PADDING,
  SINGULAR,
  SPARSE_FIELD,
  SPARSE_NUMBER,
  SPARSE_SIZE,
} from "./layout";
import { fail, refused, setDoubtful, take, top } from "./state";
import { zero } from "./vector";
import { DELIMITED, readLength, readTagAt, readValue, skipValue, wireValue } from "./wire";

// The fields of one message, found by a scan of its tags. The slot of a singular field holds its
// last value, and that of a list or map the offset of its first record. Fields may come in any
// order and be interleaved.

/** The bits of a number, or the start and the length of a delimited value. */
export const SLOT_VALUE: usize = 0;
export const SLOT_LENGTH: usize = 4;
/** The number of records; for a list, of those with an element. */
export const SLOT_COUNT: usize = 8;
/** Offset of the first record's tag. */
export const SLOT_FIRST: usize = 12;

/** Whether the message scanned last has unknown fields. */
export let hasUnknown: bool = false;

function findSparse(message: usize, number: u32): usize {
  const sparse: usize = load<u32>(message, MESSAGE_SPARSE);
  let low: usize = 0;
  let high: usize = load<u32>(message, MESSAGE_SPARSE_COUNT);
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = sparse + middle * SPARSE_SIZE;
    const found = load<u32>(entry, SPARSE_NUMBER);
    if (found === number) {
      return load<u32>(entry, SPARSE_FIELD);
    }
    if (found < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return 0;
}

/** Returns the field with this number; 0 if the message has none. */
// @inline
export function findField(message: usize, number: u32): usize {
  return number < load<u32>(message, MESSAGE_DIRECT_SIZE)
    ? load<u32>(load<u32>(message, MESSAGE_DIRECT) + ((<usize>number) << 2))
    : findSparse(message, number);
}

/**
 * Finds the fields of the message from `at` to `end`. Returns the slots, on the scratch stack; 0
 * if that fails.
 */
export function scanFields(at: usize, end: usize, message: usize): usize {
  const size: usize = load<u32>(message, MESSAGE_SLOTS);
  const slots = take(size);
  if (!slots) {
    return 0;
  }
  zero(slots, size);
  let unknown = false;
  while (at < end) {
    const first = at;
    at = readTagAt(at, end);
    if (!at) {
      return 0;
    }
    const tag = <u32>wireValue;
    const number = tag >> 3;
    const wire = tag & 7;
    const field = findField(message, number);
    if (!field) {
      if ((refused >> UNKNOWN_FIELD) & 1) {
        return fail(UNKNOWN_FIELD, first);
      }
      unknown = true;
      at = skipValue(at, end, tag, 0);
      if (!at) {
        return 0;
      }
      continue;
    }
    const slot = slots + load<u32>(field, FIELD_SLOT);
    setArm(slots, field);
    const count = load<u32>(slot, SLOT_COUNT);
    const container = load<u8>(field, FIELD_CONTAINER);
    // For a map, FIELD_WIRE is the wire type of its values.
    const own = container === MAP ? DELIMITED : <u32>load<u8>(field, FIELD_WIRE);
    const isPacked = wire !== own;
    if (isPacked && (wire !== DELIMITED || container === SINGULAR)) {
      return fail(MALFORMED_BINARY, first);
    }
    at = container === SINGULAR ? scanSingular(at, end, slot, wire) : passRecord(at, end, wire);
    if (!at) {
      return 0;
    }
    if (isPacked && wireValue === 0) {
      continue;
    }
    if (count === 0) {
      store<u32>(slot, first, SLOT_FIRST);
    }
    store<u32>(slot, count + 1, SLOT_COUNT);
  }
  hasUnknown = unknown;
  return slots;
}

/** Records that a field is the arm that is set in its oneof, if it is an arm. */
// @inline
function setArm(slots: usize, field: usize): void {
  const oneof = load<u32>(field, FIELD_ONEOF);
  if (oneof) {
    // The last arm wins and replaces any other.
    const other: usize = load<u32>(slots + oneof);
    if (other !== field) {
      if (other) {
        setDoubtful();
        store<u32>(slots + load<u32>(other, FIELD_SLOT), 0, SLOT_COUNT);
      }
      store<u32>(slots + oneof, field);
    }
  }
}

/** Records the value at `at` in a slot. Returns the offset after it; 0 if it is malformed. */
// @inline
function scanSingular(at: usize, end: usize, slot: usize, wire: u32): usize {
  if (wire !== DELIMITED) {
    at = readValue(at, end, wire);
    store<u64>(slot, wireValue, SLOT_VALUE);
    return at;
  }
  if (load<u32>(slot, SLOT_COUNT)) {
    setDoubtful();
  }
  at = readLength(at, end);
  store<u32>(slot, at, SLOT_VALUE);
  store<u32>(slot, <u32>wireValue, SLOT_LENGTH);
  return at ? at + <usize>wireValue : 0;
}

/** Returns the offset after the value at `at`; 0 if it is malformed. */
// @inline
function passRecord(at: usize, end: usize, wire: u32): usize {
  at = readValue(at, end, wire);
  return at && wire === DELIMITED ? at + <usize>wireValue : at;
}

/** Returns the offset of the next record of a field; the scan has found that there is one. */
export function nextRecord(at: usize, end: usize, number: u32): usize {
  while (true) {
    at = readTagAt(at, end);
    const tag = <u32>wireValue;
    if (tag >> 3 === number) {
      recordWire = tag & 7;
      return at;
    }
    at = skipValue(at, end, tag, 0);
  }
}

export let recordWire: u32 = 0;

/**
 * Joins the records of a message that is split. The Protobuf specification merges them, which is
 * the same as parsing their concatenated bytes. The slot then points to the scratch stack.
 */
export function joinRecords(slot: usize, end: usize, field: usize): bool {
  const count = load<u32>(slot, SLOT_COUNT);
  let at: usize = load<u32>(slot, SLOT_FIRST);
  const number = load<u32>(field, FIELD_NUMBER);
  const start = top;
  for (let i: u32 = 0; i < count; i++) {
    at = readLength(nextRecord(at, end, number), end);
    const length = <usize>wireValue;
    const to = take(length);
    if (!to) {
      return false;
    }
    memory.copy(to, at, length);
    at += length;
  }
  store<u32>(slot, start, SLOT_VALUE);
  store<u32>(slot, top - start, SLOT_LENGTH);
  // Scans may read past the end of the text.
  return take(PADDING) !== 0;
}
