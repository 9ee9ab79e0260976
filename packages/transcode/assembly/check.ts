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

// Passed instead of a field's record: the value of the map's entry is a string, or a
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
  return checkMessage(messageFrom, messageEnd, load<u32>(TABLE_ROOT), 1);
}

/** Whether every Protobuf library can read an output message. */
export function isReadable(from: usize, end: usize): bool {
  entryLevels = 1;
  return checkMessage(from, end, load<u32>(TABLE_ROOT), 1);
}

// `level` is the nesting depth of a message; the outermost one has level 1.

function checkMessage(at: usize, end: usize, message: usize, level: u32): bool {
  if (!checkLevel(at, level)) {
    return false;
  }
  while (at < end) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    const field = findField(message, tag >> 3);
    at = field ? checkField(at, end, tag & 7, field, level) : skipValue(at, end, tag, level);
    if (!at) {
      return false;
    }
  }
  return true;
}

function checkLevel(at: usize, level: u32): bool {
  if (level > DEEPEST) {
    fail(MALFORMED_BINARY, at);
    return false;
  }
  return true;
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
  const valid =
    container === MAP
      ? checkEntry(at, stop, load<u32>(field, FIELD_VALUE), level)
      : checkContent(at, stop, field, level);
  return valid ? stop : 0;
}

function checkPacked(at: usize, stop: usize, wire: u32): usize {
  while (at && at < stop) {
    at = readValue(at, stop, wire);
  }
  return at;
}

/** Checks the content of a delimited field. */
function checkContent(at: usize, stop: usize, field: usize, level: u32): bool {
  const kind = load<u8>(field, FIELD_KIND);
  if (kind === FIELD_MESSAGE) {
    return checkMessage(at, stop, load<u32>(field, FIELD_TARGET), level + 1);
  }
  if (kind === FIELD_ANY) {
    return checkAny(at, stop, level + 1);
  }
  if (kind === FIELD_RESIDUE) {
    return checkResidue(at, stop, level + 1);
  }
  if (kind === FIELD_BYTES) {
    return true;
  }
  const union: usize = load<u32>(field, FIELD_UNION);
  return union && <usize>load<u32>(union, UNION_OTHER) === field
    ? checkOther(at, stop, union, level + 1)
    : checkText(at, stop);
}

function checkText(at: usize, stop: usize): bool {
  if (isUtf8(at, stop)) {
    return true;
  }
  fail(MALFORMED_BINARY, at);
  return false;
}

/**
 * Checks the entry of a map. `value` is the record of its value's field, `TEXT_VALUE` or
 * `ANY_VALUE`.
 */
function checkEntry(at: usize, end: usize, value: usize, level: u32): bool {
  level += entryLevels;
  if (!checkLevel(at, level)) {
    return false;
  }
  while (at < end) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    const number = tag >> 3;
    if (number > 2) {
      at = skipValue(at, end, tag, level);
    } else if (number === 2 && value > ANY_VALUE) {
      at = checkField(at, end, tag & 7, value, level);
    } else {
      at = readPart(at, end, tag);
      if (!at) {
        return false;
      }
      const stop = at + <usize>wireValue;
      const valid =
        number === 2 && value === ANY_VALUE ? checkAny(at, stop, level + 1) : checkText(at, stop);
      at = valid ? stop : 0;
    }
    if (!at) {
      return false;
    }
  }
  return true;
}

/** Reads the length of a field that must be delimited. Returns the offset of its content. */
function readPart(at: usize, end: usize, tag: u32): usize {
  return (tag & 7) === DELIMITED ? readLength(at, end) : fail(MALFORMED_BINARY, at);
}

/** Checks the arm for unknown tags: a message with two strings, the tag and the content. */
function checkOther(at: usize, end: usize, union: usize, level: u32): bool {
  const tagNumber = load<u32>(load<u32>(union, UNION_OTHER_TAG), FIELD_NUMBER);
  const contentNumber = load<u32>(load<u32>(union, UNION_OTHER_CONTENT), FIELD_NUMBER);
  if (!checkLevel(at, level)) {
    return false;
  }
  while (at < end) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    const number = tag >> 3;
    if (number === tagNumber || number === contentNumber) {
      at = readPart(at, end, tag);
      if (!at || !checkText(at, at + <usize>wireValue)) {
        return false;
      }
      at += <usize>wireValue;
    } else {
      at = skipValue(at, end, tag, level);
      if (!at) {
        return false;
      }
    }
  }
  return true;
}

// google.protobuf.Value: fields 1 to 6 are null, number, string, boolean, struct and list.
const STRING_NUMBER: u32 = 3;
const STRUCT_NUMBER: u32 = 5;
const LAST_NUMBER: u32 = 6;

function checkAny(at: usize, end: usize, level: u32): bool {
  if (!checkLevel(at, level)) {
    return false;
  }
  while (at < end) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    const number = tag >> 3;
    if (number > LAST_NUMBER) {
      at = skipValue(at, end, tag, level);
    } else if (number < STRING_NUMBER || number === STRING_NUMBER + 1) {
      const wire = number === 2 ? FIXED_64 : VARINT;
      at = (tag & 7) === wire ? readValue(at, end, wire) : fail(MALFORMED_BINARY, at);
    } else {
      at = readPart(at, end, tag);
      if (!at) {
        return false;
      }
      const stop = at + <usize>wireValue;
      const valid =
        number === STRING_NUMBER
          ? checkText(at, stop)
          : checkItems(at, stop, number === STRUCT_NUMBER, level + 1);
      at = valid ? stop : 0;
    }
    if (!at) {
      return false;
    }
  }
  return true;
}

/** Checks a google.protobuf.Struct, whose only field is a map, or a ListValue. */
function checkItems(at: usize, end: usize, isStruct: bool, level: u32): bool {
  if (!checkLevel(at, level)) {
    return false;
  }
  while (at < end) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    if (tag >> 3 === 1) {
      at = readPart(at, end, tag);
      if (!at) {
        return false;
      }
      const stop = at + <usize>wireValue;
      const valid = isStruct
        ? checkEntry(at, stop, ANY_VALUE, level)
        : checkAny(at, stop, level + 1);
      at = valid ? stop : 0;
    } else {
      at = skipValue(at, end, tag, level);
    }
    if (!at) {
      return false;
    }
  }
  return true;
}

/** Checks a JsonResidue: a map of strings and three lists of numbers. */
function checkResidue(at: usize, end: usize, level: u32): bool {
  if (!checkLevel(at, level)) {
    return false;
  }
  while (at < end) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    const number = tag >> 3;
    if (number === 1) {
      at = readPart(at, end, tag);
      if (!at) {
        return false;
      }
      const stop = at + <usize>wireValue;
      at = checkEntry(at, stop, TEXT_VALUE, level) ? stop : 0;
    } else if (number <= 4) {
      const wire = tag & 7;
      if (wire !== DELIMITED && wire !== VARINT) {
        return fail(MALFORMED_BINARY, at) !== 0;
      }
      at = readValue(at, end, wire);
      if (at && wire === DELIMITED) {
        at = checkPacked(at, at + <usize>wireValue, VARINT);
      }
    } else {
      at = skipValue(at, end, tag, level);
    }
    if (!at) {
      return false;
    }
  }
  return true;
}
