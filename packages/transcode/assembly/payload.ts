import { LETTER_N } from "./characters";
import { MALFORMED_BINARY, NOT_JSON, TOO_DEEP, UNKNOWN_VARIANT, WRONG_TYPE } from "./codes";
import {
  FIELD_CONTAINER,
  FIELD_UNION,
  FIELD_WIRE,
  SINGULAR,
  SLOT_SIZE,
  TABLE_ROOT,
  UNION_OTHER,
  UNION_OTHER_CONTENT,
} from "./layout";
import { findField, SLOT_COUNT, SLOT_FIRST, SLOT_LENGTH, SLOT_VALUE } from "./slots";
import {
  beginDocument,
  beginsAgain,
  ensure,
  fail,
  isDeep,
  isDoubtful,
  out,
  SHORT_ROOM,
  setDepth,
  take,
  tolerated,
  top,
} from "./state";
import { readField } from "./to-binary-field";
import { writeField } from "./to-json-field";
import { skipSpace } from "./tokens";
import { isUtf8 } from "./utf8";
import { DELIMITED } from "./wire";

// Converts the payload of one arm of a union without the object around it. Unusual payloads are
// refused here; the host then converts the whole object.

/** The payload is one level below the object that it belongs to. */
const PAYLOAD_DEPTH: u32 = 1;

/** Whether the arm found last is the one for unknown tags. */
let isOther: bool = false;

/**
 * Returns the field that holds the payload of the arm with this number, or 0 if there is no such
 * arm. For the arm for unknown tags, it is the text in its message.
 */
function payloadField(number: u32): usize {
  const arm = findField(load<u32>(TABLE_ROOT), number);
  const union: usize = arm ? load<u32>(arm, FIELD_UNION) : 0;
  if (!union || load<u8>(arm, FIELD_CONTAINER) !== SINGULAR) {
    return fail(WRONG_TYPE, 0);
  }
  isOther = arm === load<u32>(union, UNION_OTHER);
  return isOther ? load<u32>(union, UNION_OTHER_CONTENT) : arm;
}

/**
 * Reads a payload as a record of its field. A zero byte must follow it at `end`. Returns false if
 * it is refused.
 */
export function readPayloadOf(number: u32, from: usize, end: usize): bool {
  const start = out;
  const scratch = top;
  beginDocument(0, 0);
  return (
    readPayloadField(number, from, end) ||
    (beginsAgain(start, scratch) && readPayloadField(number, from, end))
  );
}

function readPayloadField(number: u32, from: usize, end: usize): bool {
  setDepth(PAYLOAD_DEPTH);
  const field = payloadField(number);
  if (!field || (isOther && !tolerated(UNKNOWN_VARIANT, from))) {
    return false;
  }
  if (!isUtf8(from, end)) {
    return fail(NOT_JSON, from) !== 0;
  }
  let at = skipSpace(from);
  if (!isOther && load<u8>(at) === LETTER_N) {
    // The meaning of null depends on the presence of the arm, which only the object records.
    return fail(WRONG_TYPE, at) !== 0;
  }
  at = readField(at, field);
  if (!at) {
    return false;
  }
  at = skipSpace(at);
  if (at !== end) {
    return fail(NOT_JSON, at) !== 0;
  }
  // The nesting limit counts from the object around the payload.
  return !isDeep || fail(TOO_DEEP, from) !== 0;
}

/**
 * Writes the value of the payload's field, without tag and length, as JSON. Returns false if it
 * is refused or if this field is not delimited.
 */
export function writePayloadOf(number: u32, from: usize, end: usize): bool {
  beginDocument(0, 0);
  setDepth(PAYLOAD_DEPTH);
  const field = payloadField(number);
  if (!field) {
    return false;
  }
  if (load<u8>(field, FIELD_WIRE) !== DELIMITED) {
    return fail(WRONG_TYPE, from) !== 0;
  }
  const slot = take(SLOT_SIZE);
  if (!slot || !ensure(SHORT_ROOM)) {
    return false;
  }
  store<u32>(slot, from, SLOT_VALUE);
  store<u32>(slot, end - from, SLOT_LENGTH);
  store<u32>(slot, 1, SLOT_COUNT);
  store<u32>(slot, from, SLOT_FIRST);
  if (!writeField(slot, end, field)) {
    return false;
  }
  return !(isDeep || isDoubtful) || fail(MALFORMED_BINARY, from) !== 0;
}
