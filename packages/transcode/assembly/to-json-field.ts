import { writeBase64 } from "./base64";
import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  OPENING_BRACE,
  OPENING_BRACKET,
} from "./characters";
import {
  INVALID_RESIDUE,
  MALFORMED_BINARY,
  NOT_REPRESENTABLE,
  SCRATCH_FULL,
  UNKNOWN_VALUE,
} from "./codes";
import { copyCompact } from "./compact";
import { EXPONENT } from "./double";
import {
  ENCODING_32,
  ENCODING_SIGNED,
  ENCODING_ZIGZAG,
  ENUM_STRING_LENGTH,
  ENUM_STRING_NUMBER,
  ENUM_STRING_SIZE,
  ENUM_STRING_TEXT,
  FIELD_ANY,
  FIELD_BOOLEAN,
  FIELD_BYTES,
  FIELD_CONTAINER,
  FIELD_DOUBLE,
  FIELD_ENCODING,
  FIELD_ENUM,
  FIELD_INTEGER,
  FIELD_KIND,
  FIELD_MESSAGE,
  FIELD_NULL,
  FIELD_NUMBER,
  FIELD_STRING,
  FIELD_STRING_COUNT,
  FIELD_STRINGS,
  FIELD_TARGET,
  FIELD_VALUE,
  FIELD_WIRE,
  LIST,
  SINGULAR,
  SLOT_SIZE,
} from "./layout";
import { mergeNames } from "./names";
import {
  joinRecords,
  nextRecord,
  recordWire,
  SLOT_COUNT,
  SLOT_FIRST,
  SLOT_LENGTH,
  SLOT_VALUE,
} from "./slots";
import {
  code,
  ensure,
  fail,
  out,
  SHORT_ROOM,
  setDoubtful,
  setOut,
  setSpaced,
  setTop,
  spaced,
  take,
  top,
} from "./state";
import {
  closeBrackets,
  ENTRY_END,
  ENTRY_KEY_END,
  ENTRY_SIZE,
  ENTRY_START,
  noteEntry,
  writeAny,
  writeBoolean,
  writeKey,
  writeNull,
} from "./to-json-any";
import { writeMessage } from "./to-json-message";
import { writeDouble, writeSigned, writeUnsigned } from "./to-json-number";
import { writeString } from "./to-json-string";
import { ascend, descend, scanValue, skipSpace } from "./tokens";
import { isUtf8 } from "./utf8";
import { copy } from "./vector";
import { DELIMITED, readLength, readTagAt, readValue, skipValue, wireValue } from "./wire";

/** Writes the value of a field. `end` is the end of the message that holds the slot's records. */
export function writeField(slot: usize, end: usize, field: usize): bool {
  const container = load<u8>(field, FIELD_CONTAINER);
  if (container === SINGULAR) {
    return writeSingular(slot, end, field);
  }
  return container === LIST ? writeList(slot, end, field) : writeMap(slot, end, field);
}

/** Writes a singular value or an element. The output must have room for a number. */
export function writeSingular(slot: usize, end: usize, field: usize): bool {
  switch (load<u8>(field, FIELD_KIND)) {
    case FIELD_STRING:
      return writeString(load<u32>(slot, SLOT_VALUE), load<u32>(slot, SLOT_LENGTH));
    case FIELD_INTEGER:
      writeInteger(load<u64>(slot, SLOT_VALUE), load<u8>(field, FIELD_ENCODING));
      return true;
    case FIELD_BOOLEAN:
      writeBoolean(load<u64>(slot, SLOT_VALUE) !== 0);
      return true;
    case FIELD_ENUM:
      return writeEnum(load<i32>(slot, SLOT_VALUE), field);
    case FIELD_DOUBLE: {
      const bits = load<u64>(slot, SLOT_VALUE);
      if ((bits & EXPONENT) === EXPONENT) {
        fail(NOT_REPRESENTABLE, load<u32>(slot, SLOT_FIRST));
        return false;
      }
      writeDouble(bits);
      return true;
    }
    case FIELD_BYTES:
      return writeBase64(load<u32>(slot, SLOT_VALUE), load<u32>(slot, SLOT_LENGTH));
    case FIELD_NULL:
      writeNull();
      return true;
    case FIELD_MESSAGE:
    case FIELD_ANY: {
      const scratch = top;
      if (load<u32>(slot, SLOT_COUNT) > 1 && !joinRecords(slot, end, field)) {
        return false;
      }
      const start: usize = load<u32>(slot, SLOT_VALUE);
      const stop = start + load<u32>(slot, SLOT_LENGTH);
      const done =
        load<u8>(field, FIELD_KIND) === FIELD_ANY
          ? writeAny(start, stop)
          : writeMessage(start, stop, load<u32>(field, FIELD_TARGET));
      setTop(scratch);
      return done;
    }
  }
  return writeVerbatim(load<u32>(slot, SLOT_VALUE), load<u32>(slot, SLOT_LENGTH));
}

export function writeInteger(value: u64, encoding: u8): void {
  if ((encoding & 3) === ENCODING_ZIGZAG) {
    // For a type of 32 bits, higher bits of the varint are dropped first.
    if (encoding & ENCODING_32) {
      value &= 0xffffffff;
    }
    value = (value >> 1) ^ (0 - (value & 1));
  }
  if (encoding & ENCODING_SIGNED) {
    writeSigned(encoding & ENCODING_32 ? <i64>(<i32>value) : <i64>value);
  } else {
    writeUnsigned(encoding & ENCODING_32 ? value & 0xffffffff : value);
  }
}

/** Writes the string of an enum's number. */
export function writeEnum(value: i32, field: usize): bool {
  const strings: usize = load<u32>(field, FIELD_STRINGS);
  let low: usize = 0;
  let high: usize = load<u32>(field, FIELD_STRING_COUNT);
  while (low < high) {
    const middle = (low + high) >> 1;
    const string = strings + middle * ENUM_STRING_SIZE;
    const number = load<i32>(string, ENUM_STRING_NUMBER);
    if (number === value) {
      const length: usize = load<u32>(string, ENUM_STRING_LENGTH);
      if (!ensure(length + SHORT_ROOM)) {
        return false;
      }
      copy(out, load<u32>(string, ENUM_STRING_TEXT), length);
      setOut(out + length);
      return true;
    }
    if (number < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  fail(UNKNOWN_VALUE, 0);
  return false;
}

/**
 * Checks a JSON value that was kept as text, and writes it without the white space between its
 * tokens.
 */
export function writeVerbatim(from: usize, length: usize): bool {
  if (!isUtf8(from, from + length)) {
    fail(MALFORMED_BINARY, from);
    return false;
  }
  return writeJson(from, length);
}

/** Like `writeVerbatim`, for text that is known to be UTF-8. */
export function writeJson(from: usize, length: usize): bool {
  const end = from + length;
  // The scan stops at a zero byte, which temporarily replaces the byte after the text.
  const after = load<u8>(end);
  store<u8>(end, 0);
  setSpaced(false);
  const start = skipSpace(from);
  const next = scanValue(start);
  const valid = next !== 0 && skipSpace(next) === end;
  store<u8>(end, after);
  if (!valid) {
    if (next !== 0 || code !== SCRATCH_FULL) {
      fail(INVALID_RESIDUE, from);
    }
    return false;
  }
  if (!ensure(length + SHORT_ROOM)) {
    return false;
  }
  setOut(copyCompact(out, from, end, spaced));
  return true;
}

/** Writes a list. Its elements may be in one packed record or in several records. */
export function writeList(slot: usize, end: usize, field: usize): bool {
  if (!descend(end)) {
    return false;
  }
  const element = take(SLOT_SIZE);
  if (!element) {
    return false;
  }
  store<u32>(element, 1, SLOT_COUNT);
  const start = out;
  const number = load<u32>(field, FIELD_NUMBER);
  const wire = load<u8>(field, FIELD_WIRE);
  let at: usize = load<u32>(slot, SLOT_FIRST);
  for (let rest = load<u32>(slot, SLOT_COUNT); rest > 0; ) {
    at = nextRecord(at, end, number);
    if (wire !== DELIMITED && recordWire === DELIMITED) {
      at = readLength(at, end);
      const packedEnd = at + <usize>wireValue;
      if (at === packedEnd) {
        continue;
      }
      while (at < packedEnd) {
        at = readValue(at, packedEnd, wire);
        if (!at) {
          return false;
        }
        store<u64>(element, wireValue);
        if (!writeElement(element, end, field)) {
          return false;
        }
      }
    } else {
      at = readValue(at, end, wire);
      if (wire === DELIMITED) {
        store<u32>(element, at, SLOT_VALUE);
        store<u32>(element, <u32>wireValue, SLOT_LENGTH);
        at += <usize>wireValue;
      } else {
        store<u64>(element, wireValue);
      }
      if (!writeElement(element, end, field)) {
        return false;
      }
    }
    rest--;
  }
  setTop(element);
  ascend();
  return closeBrackets(start, OPENING_BRACKET, CLOSING_BRACKET);
}

function writeElement(element: usize, end: usize, field: usize): bool {
  if (!ensure(SHORT_ROOM)) {
    return false;
  }
  store<u8>(out, COMMA);
  setOut(out + 1);
  return writeSingular(element, end, field);
}

function writeMap(slot: usize, end: usize, field: usize): bool {
  if (!descend(end)) {
    return false;
  }
  const start = out;
  const entries = top;
  const number = load<u32>(field, FIELD_NUMBER);
  let at: usize = load<u32>(slot, SLOT_FIRST);
  const count = load<u32>(slot, SLOT_COUNT);
  for (let i: u32 = 0; i < count; i++) {
    at = readLength(nextRecord(at, end, number), end);
    const length = <usize>wireValue;
    if (!noteEntry(at, at + length)) {
      return false;
    }
    at += length;
  }
  if (!mergeNames(entries, count, ENTRY_SIZE)) {
    return false;
  }
  const value = take(SLOT_SIZE);
  if (!value) {
    return false;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const entry = entries + i * ENTRY_SIZE;
    if (load<u32>(entry, ENTRY_KEY_END) === 0) {
      continue;
    }
    if (!writeKey(entry) || !writeEntry(entry, value, load<u32>(field, FIELD_VALUE))) {
      return false;
    }
  }
  setTop(entries);
  ascend();
  return closeBrackets(start, OPENING_BRACE, CLOSING_BRACE);
}

/** Writes the value of a map's entry, field 2. A missing value is zero. */
function writeEntry(entry: usize, slot: usize, field: usize): bool {
  const end: usize = load<u32>(entry, ENTRY_END);
  store<u64>(slot, 0);
  store<u64>(slot, 0, 8);
  for (let at: usize = load<u32>(entry, ENTRY_START); at < end; ) {
    const first = at;
    at = readTagAt(at, end);
    const tag = <u32>wireValue;
    if (tag >> 3 !== 2) {
      at = skipValue(at, end, tag, 0);
      continue;
    }
    const wire = tag & 7;
    if (wire !== load<u8>(field, FIELD_WIRE)) {
      fail(MALFORMED_BINARY, first);
      return false;
    }
    at = readValue(at, end, wire);
    if (wire === DELIMITED) {
      store<u32>(slot, at, SLOT_VALUE);
      store<u32>(slot, <u32>wireValue, SLOT_LENGTH);
      at += <usize>wireValue;
    } else {
      store<u64>(slot, wireValue);
    }
    const count = load<u32>(slot, SLOT_COUNT);
    if (count === 0) {
      store<u32>(slot, first, SLOT_FIRST);
    } else {
      setDoubtful();
    }
    store<u32>(slot, count + 1, SLOT_COUNT);
  }
  return ensure(SHORT_ROOM) && writeSingular(slot, end, field);
}
