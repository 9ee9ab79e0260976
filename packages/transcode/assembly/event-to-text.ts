import { LINE_FEED } from "./characters";
import { isWellFormed } from "./check";
import { MALFORMED_BINARY, OUT_OF_MEMORY, SCRATCH_FULL, UNKNOWN_FIELD } from "./codes";
import { writeDocumentText } from "./event-document";
import { isEndName, isPlainText } from "./event-ends";
import { findStringMember, textAt, textEnd } from "./event-json";
import {
  ARM_LINE,
  ARM_LINE_LENGTH,
  ARM_NUMBER,
  ARM_SIZE,
  EVENT_ARM_COUNT,
  EVENT_ARMS,
  EVENT_FLAG,
  EVENT_ID,
  EVENT_KEY,
  EVENT_KEY_LENGTH,
  EVENT_MESSAGE,
  EVENT_UNNAMED_ARM,
  PART_NUMBER,
} from "./event-layout";
import {
  DATA_LINE,
  DATA_LINE_SIZE,
  EVENT_LINE,
  EVENT_LINE_SIZE,
  ID_LINE,
  ID_LINE_SIZE,
  writeStart,
} from "./event-lines";
import {
  beginEvent,
  event,
  freeSpace,
  isWithoutRoom,
  NOWHERE,
  OUTPUT_BLOCK,
  refuseAt,
} from "./event-state";

import { explainOutput } from "./explain";
import {
  FIELD_NUMBER,
  MESSAGE_UNIONS,
  TABLE_ROOT,
  UNION_OTHER,
  UNION_OTHER_CONTENT,
  UNION_OTHER_TAG,
  UNION_TAGS,
} from "./layout";
import { findPlain } from "./names";
import { writePayloadOf } from "./payload";
import {
  beginDocument,
  code,
  codeAt,
  ensure,
  inputEnd,
  isDoubtful,
  out,
  setOut,
  VALUE_ROOM,
} from "./state";
import { writeMessage } from "./to-json-message";
import { sameBytes } from "./vector";
import { DELIMITED, readLength, readVarint, VARINT, wireValue } from "./wire";
import { writeByte, writeBytes } from "./writer";

// Converts one message to its server-sent event. As in the other direction, most messages have only
// a name, a payload and perhaps an identifier. All others are converted through their document.

/** Writes the lines of the event whose message is from `from` to `end`. */
export function writeEventText(from: usize, end: usize): bool {
  const start = out;
  freeSpace();
  beginEvent(inputEnd);
  if (writePlainText(from, end)) {
    return true;
  }
  if (isWithoutRoom()) {
    return false;
  }
  setOut(start);
  beginEvent(inputEnd);
  if (!writeDocument(from, end)) {
    return !isWithoutRoom() && explain(start, from, end);
  }
  if (writeDocumentText(start)) {
    return true;
  }
  setOut(start);
  return false;
}

/** Writes the document of the message. */
function writeDocument(from: usize, end: usize): bool {
  beginDocument(from, end);
  const done = writeMessage(from, end, load<u32>(TABLE_ROOT));
  if (
    done
      ? !isDoubtful
      : code === MALFORMED_BINARY || code === SCRATCH_FULL || code === OUT_OF_MEMORY
  ) {
    return done;
  }
  return isWellFormed() && done;
}

/** Explains why the message has no document, and refuses the event for it. */
function explain(start: usize, from: usize, messageEnd: usize): bool {
  const end = out;
  // The place of malformed text in a residue may be that of a copy.
  const isInside = codeAt >= from && codeAt <= messageEnd;
  const offset: u32 = isInside ? <u32>(codeAt - from) : NOWHERE;
  let reason = code;
  let size: usize = 0;
  const pointer = end + OUTPUT_BLOCK;
  if (reason === UNKNOWN_FIELD) {
    reason = MALFORMED_BINARY;
  }
  if (reason !== MALFORMED_BINARY) {
    if (!ensure(VALUE_ROOM)) {
      return false;
    }
    setOut(pointer);
    explainOutput(start, end);
    size = out - pointer;
  }
  setOut(start);
  return refuseAt(reason, offset, pointer, size);
}

// The parts of a message, as places of their bytes.

let idAt: usize = 0;
let idEnd: usize = 0;
let isNamedByPayload: bool = false;
let arm: u32 = 0;
let armAt: usize = 0;
let armEnd: usize = 0;
/** The line with the name; its end is its start if the name is empty. */
let lineAt: usize = 0;
let lineEnd: usize = 0;
let nameAt: usize = 0;
let nameEnd: usize = 0;

/** Writes an event of a name, a payload and perhaps an identifier. Other events fail. */
function writePlainText(from: usize, end: usize): bool {
  if (!readFields(from, end) || !(findLine() || readOther())) {
    return false;
  }
  const size = nameEnd - nameAt + (lineEnd - lineAt) + (idEnd - idAt);
  if (!ensure(size + VALUE_ROOM)) {
    return false;
  }
  if (!isNamedByPayload) {
    if (lineEnd > lineAt) {
      writeBytes(lineAt, lineEnd - lineAt);
    } else if (nameEnd > nameAt) {
      writeStart(EVENT_LINE, EVENT_LINE_SIZE);
      writeBytes(nameAt, nameEnd - nameAt);
      writeByte(LINE_FEED);
    }
  }
  if (idAt) {
    writeStart(ID_LINE, ID_LINE_SIZE);
    writeBytes(idAt, idEnd - idAt);
    writeByte(LINE_FEED);
  }
  writeStart(DATA_LINE, DATA_LINE_SIZE);
  const json = out;
  if (!writePayloadOf(arm, armAt, armEnd) || !ensure(VALUE_ROOM)) {
    return false;
  }
  if (isNamedByPayload && !isNamedBy(json)) {
    return false;
  }
  writeByte(LINE_FEED);
  writeByte(LINE_FEED);
  return true;
}

function isNamedBy(json: usize): bool {
  const size: usize = load<u32>(event, EVENT_KEY_LENGTH);
  return (
    findStringMember(json, out, load<u32>(event, EVENT_KEY), size) &&
    textEnd > textAt &&
    textEnd - textAt === nameEnd - nameAt &&
    sameBytes(textAt, nameAt, nameEnd - nameAt)
  );
}

/** Reads the fields of an event. Returns false if it has others. */
function readFields(from: usize, end: usize): bool {
  idAt = 0;
  idEnd = 0;
  isNamedByPayload = false;
  arm = 0;
  const id = load<u32>(event, EVENT_ID + PART_NUMBER);
  const flag = load<u32>(event, EVENT_FLAG + PART_NUMBER);
  for (let at = from; at < end; ) {
    at = readVarint(at, end);
    if (!at) {
      return false;
    }
    const tag = wireValue;
    if (flag && tag === (((<u64>flag) << 3) | VARINT)) {
      if (at === end || load<u8>(at) !== 1) {
        return false;
      }
      isNamedByPayload = true;
      at++;
      continue;
    }
    const number = <u32>(tag >> 3);
    at = (tag & 7) === DELIMITED && tag <= u32.MAX_VALUE ? readLength(at, end) : 0;
    if (!at) {
      return false;
    }
    const stop = at + <usize>wireValue;
    if (id && number === id && !idAt) {
      idAt = at;
      idEnd = stop;
    } else if (!arm) {
      arm = number;
      armAt = at;
      armEnd = stop;
    } else {
      return false;
    }
    at = stop;
  }
  return arm !== 0 && isPlainText(idAt, idEnd);
}

/** Finds the line with the name of a known arm. Returns false if there is none. */
function findLine(): bool {
  const arms: usize = load<u32>(event, EVENT_ARMS);
  let low: u32 = 0;
  let high = load<u32>(event, EVENT_ARM_COUNT);
  while (low < high) {
    const middle = (low + high) >> 1;
    const record = arms + middle * <u32>ARM_SIZE;
    const number = load<u32>(record, ARM_NUMBER);
    if (number === arm) {
      lineAt = load<u32>(record, ARM_LINE);
      lineEnd = lineAt + load<u32>(record, ARM_LINE_LENGTH);
      nameAt = lineAt;
      nameEnd = lineEnd;
      if (lineEnd > lineAt) {
        nameAt += EVENT_LINE_SIZE;
        nameEnd--;
      }
      return lineAt !== 0;
    }
    if (number < arm) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

/** Reads the arm for other names. Returns false if it is another arm, or has other fields. */
function readOther(): bool {
  const union: usize = load<u32>(load<u32>(event, EVENT_MESSAGE), MESSAGE_UNIONS);
  const other: usize = load<u32>(union, UNION_OTHER);
  if (!other || load<u32>(other, FIELD_NUMBER) !== arm) {
    return false;
  }
  const tagNumber = load<u32>(load<u32>(union, UNION_OTHER_TAG), FIELD_NUMBER);
  const contentNumber = load<u32>(load<u32>(union, UNION_OTHER_CONTENT), FIELD_NUMBER);
  let contentAt: usize = 0;
  let contentEnd: usize = 0;
  lineAt = 0;
  lineEnd = 0;
  nameAt = 0;
  nameEnd = 0;
  for (let at = armAt; at < armEnd; ) {
    at = readVarint(at, armEnd);
    if (!at) {
      return false;
    }
    const tag = wireValue;
    at = (tag & 7) === DELIMITED ? readLength(at, armEnd) : 0;
    if (!at) {
      return false;
    }
    const stop = at + <usize>wireValue;
    const number = tag >> 3;
    if (number === <u64>tagNumber && !nameAt) {
      nameAt = at;
      nameEnd = stop;
    } else if (number === <u64>contentNumber && !contentAt) {
      contentAt = at;
      contentEnd = stop;
    } else {
      return false;
    }
    at = stop;
  }
  armAt = contentAt;
  armEnd = contentEnd;
  return contentAt !== 0 && isOtherName(union);
}

/** Whether the name belongs to the arm for other names, and fits into a line. */
function isOtherName(union: usize): bool {
  if (!isPlainText(nameAt, nameEnd) || isEndName(nameAt, nameEnd)) {
    return false;
  }
  return nameAt === nameEnd
    ? load<u32>(event, EVENT_UNNAMED_ARM) === 0
    : findPlain(nameAt, nameEnd, load<u32>(union, UNION_TAGS)) === 0;
}
