import { CLOSING_BRACE, COMMA, OPENING_BRACE, QUOTE, WORD_TRUE } from "./characters";
import { isReadable } from "./check";
import { DUPLICATE_MEMBER, LONE_SURROGATE, MISSING_MEMBER, NOT_JSON, TOO_DEEP } from "./codes";
import { readDocument } from "./document";
import { findEnd, isEndName, isEndNumber, isPlainText, isText } from "./event-ends";
import {
  ESCAPE_GROWTH,
  findExcess,
  findStringMember,
  NO_OFFSET,
  passSpaces,
  quote,
  readText,
  stringEnd,
  textAt,
  textEnd,
  trimSpaces,
} from "./event-json";
import {
  END_NAME,
  END_NAME_LENGTH,
  END_SIZE,
  END_TEXT,
  END_UNNAMED,
  EVENT_CONTENT,
  EVENT_END_COUNT,
  EVENT_ENDS,
  EVENT_FLAG,
  EVENT_ID,
  EVENT_KEY,
  EVENT_KEY_LENGTH,
  EVENT_MESSAGE,
  EVENT_NAME,
  EVENT_TEXT,
  EVENT_UNNAMED_ARM,
  PART_KEY,
  PART_KEY_LENGTH,
  PART_NUMBER,
} from "./event-layout";
import {
  beginEvent,
  beginWith,
  event,
  isWithoutRoom,
  NOWHERE,
  OUTPUT_BLOCK,
  refuse,
  refuseAt,
  refused,
  setSpace,
  spaceTop,
  takeSpace,
} from "./event-state";
import { explainJson, violation, violationAt } from "./explain";
import {
  FIELD_NUMBER,
  MESSAGE_UNIONS,
  NAME_VALUE,
  PADDING,
  UNION_OTHER,
  UNION_OTHER_TAG,
  UNION_TAGS,
} from "./layout";
import { findPlain } from "./names";
import { readPayloadOf } from "./payload";
import {
  beginDocument,
  beginsAgain,
  code,
  codeAt,
  ensure,
  fail,
  isDeep,
  missing,
  out,
  setOut,
  top,
  VALUE_ROOM,
} from "./state";
import { isUtf8 } from "./utf8";
import { zero } from "./vector";
import { DELIMITED, VARINT } from "./wire";
import {
  closeLength,
  guessLengthSize,
  writeByte,
  writeBytes,
  writeTag,
  writeVarint,
} from "./writer";

// Converts one event to its message. Nearly every event consists of a name, a JSON payload and
// perhaps an identifier: then only the payload is converted. All others are converted through their
// document, {"event": name, "data": payload}. The violations refer to it too.

/** A name, payload or identifier that the event does not have. */
export const ABSENT: usize = 0;

let nameAt: usize = 0;
let nameEnd: usize = 0;
/** The name in the payload of an event without a line `event:`; or `ABSENT`. */
let payloadNameAt: usize = 0;
let payloadNameEnd: usize = 0;
let dataAt: usize = 0;
let dataEnd: usize = 0;
let idAt: usize = 0;
let idEnd: usize = 0;

/** Begins an event: sets its name, which is empty if there is none. */
export function setName(from: usize, end: usize): void {
  nameAt = from;
  nameEnd = end;
}

export function setId(from: usize, end: usize): void {
  idAt = from;
  idEnd = end;
}

export function setData(from: usize, end: usize): void {
  dataAt = from;
  dataEnd = end;
}

/**
 * Writes the message of the event after its length. Returns false if the event is refused, or if
 * there is no room.
 */
export function writeEvent(): bool {
  const start = out;
  payloadNameAt = ABSENT;
  payloadNameEnd = ABSENT;
  beginEvent(dataEnd);
  if (dataAt !== ABSENT) {
    if (nameAt === nameEnd && !findPayloadName()) {
      return false;
    }
    if (findEnd(dataAt, dataEnd, END_TEXT) === 0 && writePlain()) {
      return true;
    }
    if (isWithoutRoom()) {
      return false;
    }
  }
  setOut(start);
  if (writeDocument()) {
    return true;
  }
  setOut(start);
  return false;
}

function findPayloadName(): bool {
  const size: usize = load<u32>(event, EVENT_KEY_LENGTH);
  if (size === 0) {
    return true;
  }
  if (findStringMember(dataAt, dataEnd, load<u32>(event, EVENT_KEY), size)) {
    if (textEnd > textAt) {
      payloadNameAt = textAt;
      payloadNameEnd = textEnd;
    }
    return true;
  }
  return !isWithoutRoom();
}

/** Returns the number of the arm for a name; 0 if the event has to be converted as a document. */
function armOf(from: usize, end: usize, union: usize): u32 {
  if (from === end) {
    const unnamed = load<u32>(event, EVENT_UNNAMED_ARM);
    if (unnamed) {
      return unnamed;
    }
  } else {
    const entry = findPlain(from, end, load<u32>(union, UNION_TAGS));
    if (entry) {
      const number = load<u32>(load<u32>(entry, NAME_VALUE), FIELD_NUMBER);
      return isEndNumber(number) ? 0 : number;
    }
  }
  const other: usize = load<u32>(union, UNION_OTHER);
  return other && isPlainText(from, end) && !isEndName(from, end)
    ? load<u32>(other, FIELD_NUMBER)
    : 0;
}

/** Writes an event of a name, a JSON payload and perhaps an identifier. */
function writePlain(): bool {
  const isNamed = payloadNameAt !== ABSENT;
  const name = isNamed ? payloadNameAt : nameAt;
  const end = isNamed ? payloadNameEnd : nameEnd;
  if (idAt !== ABSENT && !isPlainText(idAt, idEnd)) {
    return false;
  }
  const union: usize = load<u32>(load<u32>(event, EVENT_MESSAGE), MESSAGE_UNIONS);
  const number = armOf(name, end, union);
  if (!number || !ensure(VALUE_ROOM + (end - name) + (idEnd - idAt))) {
    return false;
  }
  const last = load<u8>(dataEnd);
  store<u8>(dataEnd, 0);
  const start = out;
  const left = guessLengthSize(dataAt);
  setOut(start + left);
  writeFields(0, number, isNamed);
  let done = writeArm(number, name, end, union);
  if (done && ensure(VALUE_ROOM + (idEnd - idAt))) {
    writeFields(number, u32.MAX_VALUE, isNamed);
    done = closeLength(start, left) !== 0;
  } else {
    done = false;
  }
  store<u8>(dataEnd, last);
  return done;
}

/** Writes the other fields whose numbers are between two numbers, in their order. */
function writeFields(after: u32, before: u32, isNamed: bool): void {
  const id: u32 = idAt === ABSENT ? 0 : load<u32>(event, EVENT_ID + PART_NUMBER);
  const flag: u32 = isNamed ? load<u32>(event, EVENT_FLAG + PART_NUMBER) : 0;
  const hasFlag = flag > after && flag < before;
  if (hasFlag && flag < id) {
    writeFlag(flag);
  }
  if (id > after && id < before) {
    writeVarint(((<u64>id) << 3) | DELIMITED);
    writeVarint(idEnd - idAt);
    writeBytes(idAt, idEnd - idAt);
  }
  if (hasFlag && flag > id) {
    writeFlag(flag);
  }
}

function writeFlag(number: u32): void {
  writeVarint(((<u64>number) << 3) | VARINT);
  writeByte(1);
}

function writeArm(number: u32, name: usize, end: usize, union: usize): bool {
  const other: usize = load<u32>(union, UNION_OTHER);
  if (!other || load<u32>(other, FIELD_NUMBER) !== number) {
    return readPayloadOf(number, dataAt, dataEnd);
  }
  writeTag(other);
  const start = out;
  const left = guessLengthSize(dataAt);
  setOut(start + left);
  if (end > name) {
    writeTag(load<u32>(union, UNION_OTHER_TAG));
    writeVarint(end - name);
    writeBytes(name, end - name);
  }
  return readPayloadOf(number, dataAt, dataEnd) && closeLength(start, left) !== 0;
}

// The document. It is written to the space for documents.

let documentAt: usize = 0;
let documentTop: usize = 0;
let payloadAt: usize = 0;

/** The space in use before the document. */
let mark: usize = 0;

/** The space for the payload as a JSON string. */
function textSize(): usize {
  return (dataEnd - dataAt) * ESCAPE_GROWTH;
}

/** Converts the event through its document. */
function writeDocument(): bool {
  beginEvent(dataEnd);
  mark = spaceTop;
  const isValid =
    isUtf8(nameAt, nameEnd) &&
    isUtf8(dataAt, dataEnd) &&
    isUtf8(idAt, idEnd) &&
    isUtf8(payloadNameAt, payloadNameEnd);
  if (!isValid) {
    return refuse(NOT_JSON, NOWHERE, 0);
  }
  if (dataAt === ABSENT) {
    return begin(nameAt, nameEnd, 0) && convert(0);
  }
  const end = findThisEnd();
  if (end) {
    const name: usize = load<u32>(end, END_NAME);
    return (
      begin(name, name + load<u32>(end, END_NAME_LENGTH), textSize()) &&
      addQuoted(EVENT_CONTENT, dataAt, dataEnd) &&
      convert(0)
    );
  }
  const hasText = load<u32>(event + EVENT_TEXT, PART_KEY_LENGTH) > 0;
  if (hasText && isAlwaysText()) {
    return !isWithoutRoom() && writeTextDocument();
  }
  if (isWithoutRoom()) {
    return false;
  }
  if (writePayloadDocument()) {
    return true;
  }
  const isKept = code === NOT_JSON || code === DUPLICATE_MEMBER || code === LONE_SURROGATE;
  return hasText && refused === 0 && isKept && writeTextDocument();
}

/** Returns the end of the stream that the event is, or 0. */
function findThisEnd(): usize {
  let record: usize = load<u32>(event, EVENT_ENDS);
  for (let rest = load<u32>(event, EVENT_END_COUNT); rest > 0; rest--) {
    const isThis =
      isText(dataAt, dataEnd, record + END_TEXT) &&
      (load<u32>(record, END_UNNAMED)
        ? nameAt === nameEnd
        : isText(nameAt, nameEnd, record + END_NAME));
    if (isThis) {
      return record;
    }
    record += END_SIZE;
  }
  return 0;
}

/**
 * Whether the payload is text in every mode: an empty one, or one that ends a stream, in an event
 * that does not end it.
 */
function isAlwaysText(): bool {
  if (dataAt === dataEnd || findEnd(dataAt, dataEnd, END_TEXT)) {
    return true;
  }
  let record: usize = load<u32>(event, EVENT_ENDS);
  for (let rest = load<u32>(event, EVENT_END_COUNT); rest > 0; rest--) {
    if (isText(nameAt, nameEnd, record + END_NAME) && isQuoted(record + END_TEXT)) {
      return true;
    }
    record += END_SIZE;
  }
  return false;
}

/** Whether the payload is a JSON string with the text whose place and length are at `record`. */
function isQuoted(record: usize): bool {
  const from = passSpaces(dataAt, dataEnd);
  const end = trimSpaces(from, dataEnd);
  return (
    from < end &&
    load<u8>(from) === QUOTE &&
    stringEnd(from, end) === end &&
    readText(from, end) &&
    isText(textAt, textEnd, record)
  );
}

function writeTextDocument(): bool {
  return begin(nameAt, nameEnd, textSize()) && addQuoted(EVENT_TEXT, dataAt, dataEnd) && convert(0);
}

function writePayloadDocument(): bool {
  const excess = findExcess(dataAt, dataEnd);
  if (excess !== NO_OFFSET) {
    return refuse(NOT_JSON, <u32>(excess - dataAt), event + EVENT_CONTENT);
  }
  const isNamed = payloadNameAt !== ABSENT;
  const size = dataEnd - dataAt;
  const done = isNamed
    ? begin(payloadNameAt, payloadNameEnd, size) && addFlag()
    : begin(nameAt, nameEnd, size);
  if (!done) {
    return false;
  }
  addKey(EVENT_CONTENT);
  const from = documentTop;
  memory.copy(from, dataAt, size);
  documentTop += size;
  return convert(from);
}

/**
 * Begins a document: its name and identifier. Returns false if there is no room.
 *
 * @param size the space for its payload
 */
function begin(name: usize, end: usize, size: usize): bool {
  const keys =
    load<u32>(event + EVENT_NAME, PART_KEY_LENGTH) +
    load<u32>(event + EVENT_ID, PART_KEY_LENGTH) +
    load<u32>(event + EVENT_FLAG, PART_KEY_LENGTH) +
    load<u32>(event + EVENT_TEXT, PART_KEY_LENGTH) +
    load<u32>(event + EVENT_CONTENT, PART_KEY_LENGTH);
  const texts = (end - name + (idEnd - idAt)) * ESCAPE_GROWTH;
  setSpace(mark);
  documentAt = takeSpace(<usize>keys + texts + size + VALUE_ROOM);
  if (!documentAt) {
    return false;
  }
  documentTop = documentAt;
  addByte(OPENING_BRACE);
  addBytes(event + EVENT_NAME);
  documentTop = quote(documentTop, name, end);
  const hasId = idAt !== ABSENT && load<u32>(event + EVENT_ID, PART_KEY_LENGTH) > 0;
  return !hasId || addQuoted(EVENT_ID, idAt, idEnd);
}

function addQuoted(part: usize, from: usize, end: usize): bool {
  addKey(part);
  documentTop = quote(documentTop, from, end);
  return true;
}

function addKey(part: usize): void {
  addByte(COMMA);
  addBytes(event + part);
}

function addFlag(): bool {
  addKey(EVENT_FLAG);
  store<u32>(documentTop, WORD_TRUE);
  documentTop += 4;
  return true;
}

function addByte(byte: u8): void {
  store<u8>(documentTop++, byte);
}

/** Adds the key of a member. */
function addBytes(part: usize): void {
  const size: usize = load<u32>(part, PART_KEY_LENGTH);
  memory.copy(documentTop, load<u32>(part, PART_KEY), size);
  documentTop += size;
}

/** Ends the document and converts it. `payload` is where its payload is, or 0. */
function convert(payload: usize): bool {
  addByte(CLOSING_BRACE);
  zero(documentTop, PADDING);
  payloadAt = payload;
  const start = out;
  if (readMessage(refused)) {
    return true;
  }
  setOut(start);
  return !isWithoutRoom() && explain(start);
}

/** Reads the document as a message after its length. */
function readMessage(refusals: u32): bool {
  beginWith(documentTop, refusals);
  const start = out;
  const scratch = top;
  const left = guessLengthSize(documentAt);
  if (!ensure(VALUE_ROOM)) {
    return false;
  }
  setOut(start + left);
  beginDocument(0, 0);
  const done =
    readDocument(documentAt, documentTop) ||
    (beginsAgain(start + left, scratch) && readDocument(documentAt, documentTop));
  if (done && isDeep && !isReadable(start + left, out)) {
    return fail(TOO_DEEP, documentAt) !== 0;
  }
  return done && closeLength(start, left) !== 0;
}

/** Explains why the document was refused, and refuses the event for it. */
function explain(start: usize): bool {
  let reason = code;
  let at = codeAt;
  const name = missing;
  if (reason >= MISSING_MEMBER && !readMessage(0)) {
    if (isWithoutRoom()) {
      return false;
    }
    // Duplicate and malformed names come before violations that depend on the mode.
    if (code < MISSING_MEMBER) {
      reason = code;
      at = codeAt;
    }
  }
  setOut(start);
  if (!ensure(VALUE_ROOM)) {
    return false;
  }
  // What is directly behind the output will be overwritten with zeros.
  const pointer = start + OUTPUT_BLOCK;
  setOut(pointer);
  explainJson(documentAt, reason, at, name);
  const isInPayload = payloadAt !== 0 && violationAt >= payloadAt;
  const offset: u32 = isInPayload ? <u32>(violationAt - payloadAt) : NOWHERE;
  const size = out - pointer;
  setOut(start);
  return refuseAt(violation, offset, pointer, size);
}
