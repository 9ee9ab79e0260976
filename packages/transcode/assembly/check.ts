import { MALFORMED_BINARY } from "./codes";
import {
  FIELD_ANY,
  FIELD_BYTES,
  FIELD_CONTAINER,
  FIELD_KIND,
  FIELD_MESSAGE,
  FIELD_NUMBER,
  FIELD_RESIDUE,
  FIELD_TARGET,
  FIELD_UNION,
  FIELD_VALUE,
  FIELD_WIRE,
  LIST,
  MAP,
  TABLE_ROOT,
  UNION_OTHER,
  UNION_OTHER_CONTENT,
  UNION_OTHER_TAG,
} from "./layout";
import { findField } from "./slots";
import { fail, messageEnd, messageFrom } from "./state";
import { isUtf8 } from "./utf8";
import {
  DEEPEST,
  DELIMITED,
  FIXED_64,
  readLength,
  readTagAt,
  readValue,
  skipValue,
  VARINT,
  wireValue,
} from "./wire";

// Checks a whole message without writing it. Records are checked as they are converted, but a
// record that a later one replaces is never converted, and conversion does not count the nesting
// of messages.

// What the bytes of a delimited value are.
const TEXT: u32 = 0;
/** A message of the table. */
const MESSAGE: u32 = 1;
/** The entry of a map. */
const ENTRY: u32 = 2;
/** The arm for unknown tags: a message with two strings, the tag and the content. */
const OTHER: u32 = 3;
/** google.protobuf.Value, Struct and ListValue. */
const ANY: u32 = 4;
const STRUCT: u32 = 5;
const ANY_LIST: u32 = 6;
/** A JsonResidue: a map of strings and three lists of numbers. */
const RESIDUE: u32 = 7;

// The type of an entry's value, instead of the record of a field: a string, or a
// google.protobuf.Value.
const TEXT_VALUE: usize = 1;
const ANY_VALUE: usize = 2;

/** How many levels of nesting a map's entry counts as: 0 or 1. */
let entryLevels: u32 = 0;

/** Whether the input, if it is a message, is well-formed and not nested too deep. */
export function isInputNestedWell(): bool {
  return messageEnd === 0 || isWellFormed();
}

/**
 * Whether the input message is well-formed, including the records that were not converted. The
 * limit on nesting is that of protobuf-es, which does not count the entries of maps.
 */
export function isWellFormed(): bool {
  entryLevels = 0;
  return checkRecords(messageFrom, messageEnd, MESSAGE, load<u32>(TABLE_ROOT), 1);
}

/** Whether every Protobuf library can read an output message. */
export function isReadable(from: usize, end: usize): bool {
  entryLevels = 1;
  return checkRecords(from, end, MESSAGE, load<u32>(TABLE_ROOT), 1);
}

/**
 * Checks all records from `at` to `end`.
 *
 * @param kind what they are the content of
 * @param type the place in the table of the message, of the field of an entry's value, or of the
 * union whose arm they are; else unused
 * @param level how deep it is nested; the outermost message has level 1
 */
function checkRecords(at: usize, end: usize, kind: u32, type: usize, level: u32): bool {
  if (level > DEEPEST) {
    fail(MALFORMED_BINARY, at);
    return false;
  }
  while (at < end) {
    at = readTagAt(at, end);
    if (at) {
      at = checkRecord(at, end, <u32>wireValue, kind, type, level);
    }
    if (!at) {
      return false;
    }
  }
  return true;
}

/** Checks one record, after its tag. Returns the offset after it, or 0 if it is malformed. */
function checkRecord(at: usize, end: usize, tag: u32, kind: u32, type: usize, level: u32): usize {
  const number = tag >> 3;
  switch (kind) {
    case MESSAGE: {
      const field = findField(type, number);
      return field ? checkField(at, end, tag & 7, field, level) : skipValue(at, end, tag, level);
    }
    case ENTRY:
      if (number === 2) {
        return type > ANY_VALUE
          ? checkField(at, end, tag & 7, type, level)
          : checkPart(at, end, tag, type === ANY_VALUE ? ANY : TEXT, 0, level + 1);
      }
      return number === 1
        ? checkPart(at, end, tag, TEXT, 0, level)
        : skipValue(at, end, tag, level);
    case OTHER:
      return number === load<u32>(load<u32>(type, UNION_OTHER_TAG), FIELD_NUMBER) ||
        number === load<u32>(load<u32>(type, UNION_OTHER_CONTENT), FIELD_NUMBER)
        ? checkPart(at, end, tag, TEXT, 0, level)
        : skipValue(at, end, tag, level);
    case ANY:
      return checkAnyRecord(at, end, tag, level);
    case STRUCT:
      return number === 1
        ? checkPart(at, end, tag, ENTRY, ANY_VALUE, level + entryLevels)
        : skipValue(at, end, tag, level);
    case ANY_LIST:
      return number === 1
        ? checkPart(at, end, tag, ANY, 0, level + 1)
        : skipValue(at, end, tag, level);
  }
  return checkResidueRecord(at, end, tag, level);
}

/**
 * Checks the record of a field that must be delimited. The parameters are those of `checkRecords`
 * for its content. Returns the offset after it, or 0 if it is malformed.
 */
function checkPart(at: usize, end: usize, tag: u32, kind: u32, type: usize, level: u32): usize {
  if ((tag & 7) !== DELIMITED) {
    return fail(MALFORMED_BINARY, at);
  }
  at = readLength(at, end);
  return at ? checkContent(at, at + <usize>wireValue, kind, type, level) : 0;
}

/** Checks the content of a delimited value. Returns its end, or 0 if it is malformed. */
function checkContent(at: usize, stop: usize, kind: u32, type: usize, level: u32): usize {
  if (kind !== TEXT) {
    return checkRecords(at, stop, kind, type, level) ? stop : 0;
  }
  return isUtf8(at, stop) ? stop : fail(MALFORMED_BINARY, at);
}

/**
 * Checks one record of a field, after its tag. Returns the offset after it, or 0 if it is
 * malformed.
 */
function checkField(at: usize, end: usize, wire: u32, field: usize, level: u32): usize {
  const own = <u32>load<u8>(field, FIELD_WIRE);
  const container = load<u8>(field, FIELD_CONTAINER);
  const packed = container === LIST && wire === DELIMITED && own !== DELIMITED;
  if (!packed && wire !== (container === MAP ? DELIMITED : own)) {
    return fail(MALFORMED_BINARY, at);
  }
  at = readValue(at, end, wire);
  if (!at || wire !== DELIMITED) {
    return at;
  }
  const stop = at + <usize>wireValue;
  if (packed) {
    return checkPacked(at, stop, own);
  }
  if (container === MAP) {
    return checkContent(at, stop, ENTRY, load<u32>(field, FIELD_VALUE), level + entryLevels);
  }
  switch (load<u8>(field, FIELD_KIND)) {
    case FIELD_MESSAGE:
      return checkContent(at, stop, MESSAGE, load<u32>(field, FIELD_TARGET), level + 1);
    case FIELD_ANY:
      return checkContent(at, stop, ANY, 0, level + 1);
    case FIELD_RESIDUE:
      return checkContent(at, stop, RESIDUE, 0, level + 1);
    case FIELD_BYTES:
      return stop;
  }
  const union: usize = load<u32>(field, FIELD_UNION);
  return union && <usize>load<u32>(union, UNION_OTHER) === field
    ? checkContent(at, stop, OTHER, union, level + 1)
    : checkContent(at, stop, TEXT, 0, level);
}

function checkPacked(at: usize, stop: usize, wire: u32): usize {
  while (at && at < stop) {
    at = readValue(at, stop, wire);
  }
  return at;
}

// The fields of google.protobuf.Value.
const NULL_NUMBER: u32 = 1;
const DOUBLE_NUMBER: u32 = 2;
const STRING_NUMBER: u32 = 3;
const BOOLEAN_NUMBER: u32 = 4;
const STRUCT_NUMBER: u32 = 5;
const LIST_NUMBER: u32 = 6;

function checkAnyRecord(at: usize, end: usize, tag: u32, level: u32): usize {
  switch (tag >> 3) {
    case NULL_NUMBER:
    case BOOLEAN_NUMBER:
      return (tag & 7) === VARINT ? readValue(at, end, VARINT) : fail(MALFORMED_BINARY, at);
    case DOUBLE_NUMBER:
      return (tag & 7) === FIXED_64 ? readValue(at, end, FIXED_64) : fail(MALFORMED_BINARY, at);
    case STRING_NUMBER:
      return checkPart(at, end, tag, TEXT, 0, level);
    case STRUCT_NUMBER:
      return checkPart(at, end, tag, STRUCT, 0, level + 1);
    case LIST_NUMBER:
      return checkPart(at, end, tag, ANY_LIST, 0, level + 1);
  }
  return skipValue(at, end, tag, level);
}

/** The field of a residue that holds members; the lists of numbers follow it. */
const MEMBERS_NUMBER: u32 = 1;
const LAST_NUMBER: u32 = 4;

function checkResidueRecord(at: usize, end: usize, tag: u32, level: u32): usize {
  const number = tag >> 3;
  if (number === MEMBERS_NUMBER) {
    return checkPart(at, end, tag, ENTRY, TEXT_VALUE, level + entryLevels);
  }
  if (number > LAST_NUMBER) {
    return skipValue(at, end, tag, level);
  }
  const wire = tag & 7;
  if (wire !== DELIMITED && wire !== VARINT) {
    return fail(MALFORMED_BINARY, at);
  }
  at = readValue(at, end, wire);
  return at && wire === DELIMITED ? checkPacked(at, at + <usize>wireValue, VARINT) : at;
}
