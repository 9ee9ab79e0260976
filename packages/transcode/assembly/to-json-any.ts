import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  LETTER_E,
  OPENING_BRACE,
  OPENING_BRACKET,
  WORD_FALS,
  WORD_NULL,
  WORD_TRUE,
} from "./characters";
import { MALFORMED_BINARY, NOT_REPRESENTABLE } from "./codes";
import { EXPONENT } from "./double";
import { mergeNames } from "./names";
import { ensure, fail, out, SHORT_ROOM, setDoubtful, setOut, setTop, take, top } from "./state";
import { writeDouble } from "./to-json-number";
import { writeString } from "./to-json-string";
import { ascend, descend } from "./tokens";
import { DELIMITED, readLength, readTagAt, readValue, skipValue, wireValue } from "./wire";

// google.protobuf.Value: a oneof of six fields, of which the last in the input wins.
export const ANY_NULL: u32 = 0x08;
export const ANY_NUMBER: u32 = 0x11;
export const ANY_STRING: u32 = 0x1a;
export const ANY_BOOLEAN: u32 = 0x20;
export const ANY_STRUCT: u32 = 0x2a;
export const ANY_LIST: u32 = 0x32;

/** Writes the Value from `from` to `end` as JSON. */
export function writeAny(from: usize, end: usize): bool {
  let kind: u32 = 0;
  let value: u64 = 0;
  let start: usize = 0;
  let length: usize = 0;
  const scratch = top;
  for (let at = from; at < end; ) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    if (tag >> 3 > 6) {
      at = skipValue(at, end, tag, 0);
      if (!at) {
        return false;
      }
      continue;
    }
    if (
      tag !== ANY_NULL &&
      tag !== ANY_NUMBER &&
      tag !== ANY_STRING &&
      tag !== ANY_BOOLEAN &&
      tag !== ANY_STRUCT &&
      tag !== ANY_LIST
    ) {
      fail(MALFORMED_BINARY, at);
      return false;
    }
    if (kind) {
      setDoubtful();
    }
    at = readValue(at, end, tag & 7);
    if (!at) {
      return false;
    }
    value = wireValue;
    if ((tag & 7) === DELIMITED) {
      if (kind === tag && tag !== ANY_STRING) {
        // Another record of the same arm is merged by concatenating their bytes.
        const joined = take(length + <usize>value);
        if (!joined) {
          return false;
        }
        memory.copy(joined, start, length);
        memory.copy(joined + length, at, <usize>value);
        start = joined;
        length += <usize>value;
      } else {
        start = at;
        length = <usize>value;
      }
      at += <usize>value;
    }
    kind = tag;
  }
  if (!ensure(SHORT_ROOM)) {
    return false;
  }
  let done = true;
  switch (kind) {
    case ANY_NULL:
      writeNull();
      break;
    case ANY_BOOLEAN:
      writeBoolean(value !== 0);
      break;
    case ANY_NUMBER:
      if ((value & EXPONENT) === EXPONENT) {
        fail(NOT_REPRESENTABLE, from);
        return false;
      }
      writeDouble(value);
      break;
    case ANY_STRING:
      done = writeString(start, length);
      break;
    case ANY_STRUCT:
      done = writeStruct(start, start + length);
      break;
    case ANY_LIST:
      done = writeElements(start, start + length);
      break;
    default:
      fail(NOT_REPRESENTABLE, from);
      return false;
  }
  setTop(scratch);
  return done;
}

/** Whether a Value has any of its fields. */
export function hasKind(at: usize, end: usize): bool {
  while (at < end) {
    at = readTagAt(at, end);
    if (!at || wireValue >> 3 <= 6) {
      // Malformed input is refused later, when the Value is written.
      return true;
    }
    at = skipValue(at, end, <u32>wireValue, 0);
    if (!at) {
      return true;
    }
  }
  return false;
}

export function writeNull(): void {
  store<u32>(out, WORD_NULL);
  setOut(out + 4);
}

export function writeBoolean(value: bool): void {
  if (value) {
    store<u32>(out, WORD_TRUE);
    setOut(out + 4);
  } else {
    store<u32>(out, WORD_FALS);
    store<u8>(out, LETTER_E, 4);
    setOut(out + 5);
  }
}

function writeElements(from: usize, end: usize): bool {
  if (!descend(from)) {
    return false;
  }
  const start = out;
  for (let at = from; at < end; ) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    if (tag >> 3 !== 1) {
      at = skipValue(at, end, tag, 0);
      if (!at) {
        return false;
      }
      continue;
    }
    at = (tag & 7) === DELIMITED ? readLength(at, end) : fail(MALFORMED_BINARY, at);
    if (!at || !ensure(SHORT_ROOM)) {
      return false;
    }
    const length = <usize>wireValue;
    store<u8>(out, COMMA);
    setOut(out + 1);
    if (!writeAny(at, at + length)) {
      return false;
    }
    at += length;
  }
  ascend();
  return closeBrackets(start, OPENING_BRACKET, CLOSING_BRACKET);
}

/**
 * Replaces the comma before the first element by the opening bracket, and appends the closing
 * one.
 */
export function closeBrackets(start: usize, opening: u8, closing: u8): bool {
  if (!ensure(SHORT_ROOM)) {
    return false;
  }
  if (out === start) {
    setOut(start + 1);
  }
  store<u8>(start, opening);
  store<u8>(out, closing);
  setOut(out + 1);
  return true;
}

function writeStruct(from: usize, end: usize): bool {
  if (!descend(from)) {
    return false;
  }
  const start = out;
  const entries = top;
  for (let at = from; at < end; ) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    if (tag >> 3 !== 1) {
      at = skipValue(at, end, tag, 0);
      if (!at) {
        return false;
      }
      continue;
    }
    at = (tag & 7) === DELIMITED ? readLength(at, end) : fail(MALFORMED_BINARY, at);
    if (!at) {
      return false;
    }
    const length = <usize>wireValue;
    if (!noteEntry(at, at + length)) {
      return false;
    }
    at += length;
  }
  const count = (top - entries) / ENTRY_SIZE;
  if (!mergeNames(entries, count, ENTRY_SIZE)) {
    return false;
  }
  for (let i: usize = 0; i < count; i++) {
    const entry = entries + i * ENTRY_SIZE;
    if (load<u32>(entry, ENTRY_KEY_END) === 0) {
      continue;
    }
    if (!writeKey(entry) || !writeEntryAny(entry)) {
      return false;
    }
  }
  setTop(entries);
  ascend();
  return closeBrackets(start, OPENING_BRACE, CLOSING_BRACE);
}

// An entry of a map, on the scratch stack. It starts with its key's start and end, as
// `mergeNames` expects.
export const ENTRY_SIZE: usize = 16;
export const ENTRY_KEY: usize = 0;
export const ENTRY_KEY_END: usize = 4;
export const ENTRY_START: usize = 8;
export const ENTRY_END: usize = 12;

/** Records the entry of a map: its key and its offset. */
export function noteEntry(from: usize, end: usize): bool {
  let key: usize = from;
  let keyEnd: usize = from;
  for (let at = from; at < end; ) {
    at = readTagAt(at, end);
    if (!at) {
      return false;
    }
    const tag = <u32>wireValue;
    if (tag >> 3 === 1) {
      at = (tag & 7) === DELIMITED ? readLength(at, end) : fail(MALFORMED_BINARY, at);
      if (!at) {
        return false;
      }
      if (key !== from) {
        // A later key replaces it.
        setDoubtful();
      }
      key = at;
      at += <usize>wireValue;
      keyEnd = at;
    } else {
      at = skipValue(at, end, tag, 0);
      if (!at) {
        return false;
      }
    }
  }
  const entry = take(ENTRY_SIZE);
  if (!entry) {
    return false;
  }
  store<u32>(entry, key, ENTRY_KEY);
  store<u32>(entry, keyEnd, ENTRY_KEY_END);
  store<u32>(entry, from, ENTRY_START);
  store<u32>(entry, end, ENTRY_END);
  return true;
}

/** Writes a comma, the key of an entry and a colon. */
export function writeKey(entry: usize): bool {
  if (!ensure(SHORT_ROOM)) {
    return false;
  }
  store<u8>(out, COMMA);
  setOut(out + 1);
  const key: usize = load<u32>(entry, ENTRY_KEY);
  if (!writeString(key, load<u32>(entry, ENTRY_KEY_END) - key) || !ensure(SHORT_ROOM)) {
    return false;
  }
  store<u8>(out, COLON);
  setOut(out + 1);
  return true;
}

function writeEntryAny(entry: usize): bool {
  const end: usize = load<u32>(entry, ENTRY_END);
  const scratch = top;
  let start: usize = 0;
  let length: usize = 0;
  for (let at: usize = load<u32>(entry, ENTRY_START); at < end; ) {
    at = readTagAt(at, end);
    const tag = <u32>wireValue;
    if (tag >> 3 !== 2) {
      at = skipValue(at, end, tag, 0);
      continue;
    }
    at = (tag & 7) === DELIMITED ? readLength(at, end) : fail(MALFORMED_BINARY, at);
    if (!at) {
      return false;
    }
    const size = <usize>wireValue;
    if (start) {
      setDoubtful();
      const joined = take(length + size);
      if (!joined) {
        return false;
      }
      memory.copy(joined, start, length);
      memory.copy(joined + length, at, size);
      start = joined;
    } else {
      start = at;
    }
    length += size;
    at += size;
  }
  const done = writeAny(start, start + length);
  setTop(scratch);
  return done;
}
