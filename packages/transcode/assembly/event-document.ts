import {
  CARRIAGE_RETURN,
  CLOSING_BRACE,
  COMMA,
  LINE_FEED,
  QUOTE,
  WORD_FALS,
  WORD_NULL,
  WORD_TRUE,
} from "./characters";
import { NOT_REPRESENTABLE } from "./codes";
import { isText } from "./event-ends";
import { findStringMember, passMember, readText, stringEnd, textAt, textEnd } from "./event-json";
import {
  END_JSON,
  END_NAME,
  END_SIZE,
  END_TEXT,
  END_TEXT_LENGTH,
  END_UNNAMED,
  EVENT_CONTENT,
  EVENT_END_COUNT,
  EVENT_ENDS,
  EVENT_FLAG,
  EVENT_ID,
  EVENT_KEY,
  EVENT_KEY_LENGTH,
  EVENT_NAME,
  EVENT_TEXT,
  PART_KEY,
  PART_KEY_LENGTH,
} from "./event-layout";
import {
  DATA_LINE,
  DATA_LINE_SIZE,
  EVENT_LINE,
  EVENT_LINE_SIZE,
  findByte,
  ID_LINE,
  ID_LINE_SIZE,
  writeStart,
} from "./event-lines";
import { event, isWithoutRoom, NOWHERE, OUTPUT_BLOCK, refuse, refuseAt } from "./event-state";

import { pushLevel, resetLevels, setName, writePointer } from "./pointer";
import { MARK } from "./scan-string";
import { ensure, out, setOut, VALUE_ROOM } from "./state";
import { sameBytes } from "./vector";
import { writeByte, writeBytes } from "./writer";

// Converts the document of an event, {"event": name, "data": payload}, to its server-sent event.

// The values of the members as JSON; 0 if there is no such member.
let nameAt: usize = 0;
let nameEnd: usize = 0;
let contentAt: usize = 0;
let contentEnd: usize = 0;
let idAt: usize = 0;
let idEnd: usize = 0;
let plainAt: usize = 0;
let plainEnd: usize = 0;
let flagAt: usize = 0;
let _flagEnd: usize = 0;

/**
 * Replaces the document, which is the output from `start` on, by the lines of its event. Returns
 * false if a server-sent event cannot express it, or if there is no room.
 */
export function writeDocumentText(start: usize): bool {
  const end = out;
  if (!ensure(VALUE_ROOM)) {
    return false;
  }
  // The document must not be overwritten while it is read.
  setOut(end + OUTPUT_BLOCK);
  if (!splitDocument(start, end)) {
    return false;
  }
  const text = out;
  if (!writeLines()) {
    return false;
  }
  const size = out - text;
  memory.copy(start, text, size);
  setOut(start + size);
  return true;
}

/** Finds the members. Returns false if there are others. */
function splitDocument(start: usize, end: usize): bool {
  nameAt = 0;
  contentAt = 0;
  idAt = 0;
  plainAt = 0;
  flagAt = 0;
  let at = start + 1;
  while (at < end && load<u8>(at) !== CLOSING_BRACE) {
    if (load<u8>(at) === COMMA) {
      at++;
    }
    const nameStop = stringEnd(at, end);
    const value = nameStop + 1;
    const valueEnd = passMember(value, end);
    if (isKey(at, value, EVENT_NAME)) {
      nameAt = value;
      nameEnd = valueEnd;
    } else if (isKey(at, value, EVENT_CONTENT)) {
      contentAt = value;
      contentEnd = valueEnd;
    } else if (isKey(at, value, EVENT_ID)) {
      idAt = value;
      idEnd = valueEnd;
    } else if (isKey(at, value, EVENT_TEXT)) {
      plainAt = value;
      plainEnd = valueEnd;
    } else if (isKey(at, value, EVENT_FLAG)) {
      flagAt = value;
      _flagEnd = valueEnd;
    } else {
      return refuseMember(start, at, nameStop);
    }
    at = valueEnd;
  }
  return true;
}

/** Whether the JSON text, which ends with a colon, is the name of this member. */
function isKey(from: usize, end: usize, part: usize): bool {
  const size: usize = load<u32>(event + part, PART_KEY_LENGTH);
  return (
    size > 0 && end - from === size && sameBytes(from, load<u32>(event + part, PART_KEY), size)
  );
}

/** Refuses the event for a member that a server-sent event does not have. */
function refuseMember(document: usize, name: usize, end: usize): bool {
  const pointer = out;
  resetLevels();
  if (pushLevel(document, false)) {
    setName(name + 1, <u32>(end - 1) | MARK);
    writePointer();
  }
  return !isWithoutRoom() && refuseAt(NOT_REPRESENTABLE, NOWHERE, pointer, out - pointer);
}

function refusePart(part: usize): bool {
  return !isWithoutRoom() && refuse(NOT_REPRESENTABLE, NOWHERE, event + part);
}

/** Whether the value from `from` to `end` is a string; `readText` has then found it. */
function readValue(from: usize, end: usize): bool {
  return load<u8>(from) === QUOTE && readText(from, end);
}

function isWord(from: usize, word: u32): bool {
  return from !== 0 && load<u32>(from) === word;
}

/** Writes the lines of the event. */
function writeLines(): bool {
  const isNamed = flagAt !== 0 && !isWord(flagAt, WORD_NULL) && !isWord(flagAt, WORD_FALS);
  if (isNamed && (!isWord(flagAt, WORD_TRUE) || !findPayloadName())) {
    return refusePart(EVENT_FLAG);
  }
  const payloadName = textAt;
  const payloadNameSize = textEnd - payloadName;
  const hasName = nameAt !== 0 && !isWord(nameAt, WORD_NULL);
  if (isNamed && !hasName) {
    return refusePart(EVENT_FLAG);
  }
  if (!hasName || !readValue(nameAt, nameEnd) || (!isNamed && hasLineBreak())) {
    return refusePart(EVENT_NAME);
  }
  if (isNamed && !isSameText(payloadName, payloadNameSize)) {
    return refusePart(EVENT_FLAG);
  }
  const name = textAt;
  const nameStop = textEnd;
  let id: usize = 0;
  let idStop: usize = 0;
  if (idAt && !isWord(idAt, WORD_NULL)) {
    if (!readValue(idAt, idEnd) || hasLineBreak() || findByte(textAt, textEnd, 0) < textEnd) {
      return refusePart(EVENT_ID);
    }
    id = textAt;
    idStop = textEnd;
  }
  if (plainAt && contentAt) {
    return refusePart(EVENT_TEXT);
  }
  let data = contentAt;
  let dataStop = contentEnd;
  let isUnnamed = isNamed;
  const end = findEnd(name, nameStop);
  if (end) {
    data = load<u32>(end, END_TEXT);
    dataStop = data + load<u32>(end, END_TEXT_LENGTH);
    isUnnamed = isNamed || load<u32>(end, END_UNNAMED) !== 0;
  } else if (!data && plainAt && !isWord(plainAt, WORD_NULL)) {
    if (!readValue(plainAt, plainEnd) || findByte(textAt, textEnd, CARRIAGE_RETURN) < textEnd) {
      return refusePart(EVENT_TEXT);
    }
    data = textAt;
    dataStop = textEnd;
  }
  return (
    writeNameLine(name, isUnnamed ? name : nameStop, data) &&
    (id === 0 || writeLine(ID_LINE, ID_LINE_SIZE, id, idStop)) &&
    (data === 0 || writeDataLines(data, dataStop)) &&
    writeEnd()
  );
}

/** Whether the text that was read last has the end of a line. */
function hasLineBreak(): bool {
  return (
    findByte(textAt, textEnd, LINE_FEED) < textEnd ||
    findByte(textAt, textEnd, CARRIAGE_RETURN) < textEnd
  );
}

/** Finds the name that the payload gives to the event. Returns false if it gives none. */
function findPayloadName(): bool {
  const size: usize = load<u32>(event, EVENT_KEY_LENGTH);
  return (
    contentAt !== 0 &&
    findStringMember(contentAt, contentEnd, load<u32>(event, EVENT_KEY), size) &&
    textEnd > textAt
  );
}

/** Whether the text that was read last is this one. */
function isSameText(from: usize, size: usize): bool {
  return textEnd - textAt === size && sameBytes(from, textAt, size);
}

/** Returns the end of the stream that the document is; 0 if it is another event. */
function findEnd(name: usize, nameStop: usize): usize {
  let record: usize = load<u32>(event, EVENT_ENDS);
  for (let rest = load<u32>(event, EVENT_END_COUNT); rest > 0; rest--) {
    if (
      contentAt !== 0 &&
      isText(name, nameStop, record + END_NAME) &&
      isText(contentAt, contentEnd, record + END_JSON)
    ) {
      return record;
    }
    record += END_SIZE;
  }
  return 0;
}

function writeNameLine(from: usize, end: usize, data: usize): bool {
  if (end > from) {
    return writeLine(EVENT_LINE, EVENT_LINE_SIZE, from, end);
  }
  // An event needs at least one line with a field; otherwise it is ignored.
  return data !== 0 || writeLine(EVENT_LINE, EVENT_LINE_SIZE - 1, from, end);
}

function writeLine(start: u64, size: usize, from: usize, end: usize): bool {
  if (!ensure(VALUE_ROOM + (end - from))) {
    return false;
  }
  writeStart(start, size);
  writeBytes(from, end - from);
  writeByte(LINE_FEED);
  return true;
}

/** Writes the lines of a payload: the text may have several. */
function writeDataLines(from: usize, end: usize): bool {
  for (let at = from; at <= end; ) {
    const stop = findByte(at, end, LINE_FEED);
    // Without a space before it, an empty line stays one.
    if (!writeLine(DATA_LINE, stop > at ? DATA_LINE_SIZE : DATA_LINE_SIZE - 1, at, stop)) {
      return false;
    }
    at = stop + 1;
  }
  return true;
}

function writeEnd(): bool {
  if (!ensure(VALUE_ROOM)) {
    return false;
  }
  writeByte(LINE_FEED);
  return true;
}
