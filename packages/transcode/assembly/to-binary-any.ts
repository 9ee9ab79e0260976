import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  DIGIT_0,
  LETTER_N,
  LETTER_T,
  MINUS,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
} from "./characters";
import { NOT_JSON, NOT_REPRESENTABLE } from "./codes";
import { checkNames, unescapeString } from "./names";
import { ensure, fail, inputEnd, misfit, out, setOut, setTop, top, VALUE_ROOM } from "./state";
import { readString } from "./strings";
import { doubleBits, scanDouble } from "./to-binary-value";
import { ascend, descend, MARK, scanName, scanWord, skipSpace } from "./tokens";
import { closeLength, guessLengthSize, writeByte, writeBytes, writeVarint } from "./writer";

/** Protobuf's libraries accept 100 nested messages; a level of a Value takes three. */
const LEVELS: u32 = 24;

// The tags of google.protobuf.Value, ListValue and Struct.
const NULL: u32 = 0x08;
const NUMBER: u32 = 0x11;
const STRING: u32 = 0x1a;
const BOOLEAN: u32 = 0x20;
const STRUCT: u32 = 0x2a;
const LIST: u32 = 0x32;
const ELEMENT: u32 = 0x0a;
const ENTRY: u32 = 0x0a;
const KEY: u32 = 0x0a;
const VALUE: u32 = 0x12;

/**
 * Writes the JSON value at `from` as a google.protobuf.Value, after its length. `level` is the
 * number of arrays and objects around it within the value.
 */
export function readAny(from: usize, level: u32): usize {
  if (!ensure(inputEnd - from + VALUE_ROOM)) {
    return 0;
  }
  const byte = load<u8>(from);
  const start = out;
  if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
    const left = guessLengthSize(from);
    setOut(start + left);
    const end = readContainer(from, level, byte === OPENING_BRACE);
    return end && closeLength(start, left) ? end : 0;
  }
  setOut(start + 1);
  let end: usize;
  if (byte === QUOTE) {
    writeByte(STRING);
    end = readString(from);
    return end && closeLength(start, 1) ? end : 0;
  }
  if (byte === MINUS || <u8>(byte - DIGIT_0) <= 9) {
    end = scanDouble(from);
    if (!end) {
      return 0;
    }
    writeByte(NUMBER);
    store<u64>(out, doubleBits);
    setOut(out + 8);
  } else {
    end = scanWord(from);
    if (!end) {
      return 0;
    }
    writeByte(byte === LETTER_N ? NULL : BOOLEAN);
    writeByte(<u32>(byte === LETTER_T));
  }
  store<u8>(start, out - start - 1);
  return end;
}

function readContainer(from: usize, level: u32, isObject: bool): usize {
  if (!descend(from)) {
    return 0;
  }
  if (level >= LEVELS) {
    return misfit(NOT_REPRESENTABLE, from);
  }
  writeByte(isObject ? STRUCT : LIST);
  const start = out;
  const left = guessLengthSize(from);
  setOut(start + left);
  const names = top;
  const closing: u8 = isObject ? CLOSING_BRACE : CLOSING_BRACKET;
  let at = skipSpace(from + 1);
  if (load<u8>(at) === closing) {
    at++;
  } else {
    while (true) {
      at = isObject ? readMember(at, level) : readElement(at, level);
      if (!at) {
        return 0;
      }
      at = skipSpace(at);
      const byte = load<u8>(at++);
      if (byte === closing) {
        break;
      }
      if (byte !== COMMA) {
        return fail(NOT_JSON, at - 1);
      }
      at = skipSpace(at);
    }
  }
  if (!checkNames(names, (top - names) >> 3, 8)) {
    return 0;
  }
  setTop(names);
  ascend();
  return closeLength(start, left) ? at : 0;
}

function readElement(from: usize, level: u32): usize {
  writeByte(ELEMENT);
  return readAny(from, level + 1);
}

function readMember(from: usize, level: u32): usize {
  if (!ensure(inputEnd - from + VALUE_ROOM)) {
    return 0;
  }
  const at = scanName(from);
  if (!at) {
    return 0;
  }
  writeByte(ENTRY);
  const start = out;
  setOut(start + 1);
  writeKey(top - 8);
  writeByte(VALUE);
  const end = readAny(at, level + 1);
  return end && closeLength(start, 1) ? end : 0;
}

/** Writes the key of a map's entry from a record of `scanName`. The output must have room. */
export function writeKey(record: usize): void {
  const from: usize = load<u32>(record);
  const end: usize = load<u32>(record, 4);
  writeByte(KEY);
  if (!(end & MARK)) {
    writeVarint(end - from);
    writeBytes(from, end - from);
    return;
  }
  const start = out;
  setOut(unescapeString(start + 1, from, end & ~MARK));
  closeLength(start, 1);
}
