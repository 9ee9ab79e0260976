import { LINE_FEED, OPENING_BRACE } from "./characters";
import { NOT_JSON, TOO_LARGE } from "./codes";
import { isEndName } from "./event-ends";
import { isWholeObject } from "./event-json";
import { EVENT_CONTENT, EVENT_ID, PART_KEY_LENGTH, RESULT_SKIPPED } from "./event-layout";
import {
  findLineEnd,
  LINE_DATA,
  LINE_EVENT,
  LINE_ID,
  LINE_OTHER,
  nextLine,
  readLine,
  valueAt,
} from "./event-lines";
import {
  beginEvent,
  event,
  freeSpace,
  isWithoutRoom,
  NOWHERE,
  refuse,
  refused,
  setFatal,
  takeSpace,
} from "./event-state";
import { ABSENT, setData, setId, setName, writeEvent } from "./event-to-binary";
import { RESULT_BEHIND, RESULT_CONSUMED, RESULT_DOCUMENTS, RESULT_LINES } from "./layout";
import { isUtf8 } from "./utf8";

// Splits a stream into server-sent events, by the grammar of the standard
// (https://html.spec.whatwg.org/multipage/server-sent-events.html) with the exceptions in
// docs/server-sent-events.md.

/** The most bytes of comments between the lines of an event. */
const COMMENTS_LIMIT: usize = 0x100000;

/** No event is larger, and this with comments is below 2^32. */
const LARGEST_SIZE: usize = 0x7fffffff;

const BYTE_ORDER_MARK: u32 = 0xbfbbef;
const BYTE_ORDER_MARK_SIZE: usize = 3;

let inputStart: usize = 0;
let inputEnd: usize = 0;
let maxSize: usize = 0;
let isLenient: bool = false;

let events: u32 = 0;
let skipped: u32 = 0;

// The event whose lines are read.
let blockStart: usize = 0;
let nameAt: usize = 0;
let nameEnd: usize = 0;
let idAt: usize = 0;
let idEnd: usize = 0;
/** The first line of data, and the size of all of them, joined. */
let dataAt: usize = 0;
let dataEnd: usize = 0;
let dataLines: u32 = 0;
let dataSize: usize = 0;
/** Size of the lines `event`, `data` and `id`. */
let linesSize: usize = 0;

/**
 * Converts the events of a stream from `from` to `end`. Returns false if one is refused, or if there
 * is no room.
 *
 * @param largest the largest size of an event
 * @param isFirst whether the stream starts here
 * @param isLast whether the stream ends here
 */
export function readEvents(
  from: usize,
  end: usize,
  largest: usize,
  isFirst: bool,
  isLast: bool,
  lenient: bool,
): bool {
  inputStart = from;
  inputEnd = end;
  maxSize = min(largest, LARGEST_SIZE);
  isLenient = lenient;
  events = 0;
  skipped = 0;
  beginBlock(from);
  let at = from;
  while (at < end) {
    const stop = findLineEnd(at, end);
    if (stop - at > maxSize) {
      return refuseSize(at);
    }
    if (stop === end && !isLast) {
      break;
    }
    const next = nextLine(stop, end);
    let start = at;
    if (isFirst && at === from && isMarked(at, stop)) {
      start += BYTE_ORDER_MARK_SIZE;
      blockStart = start;
    }
    const done = start === stop ? finishBlock(next, next) : takeLine(at, start, stop, next);
    if (!done) {
      return false;
    }
    if (next - blockStart > maxSize + COMMENTS_LIMIT) {
      return refuseSize(at);
    }
    at = next;
  }
  return !isLast || finishStream();
}

function isMarked(from: usize, end: usize): bool {
  return end - from >= BYTE_ORDER_MARK_SIZE && (load<u32>(from) & 0xffffff) === BYTE_ORDER_MARK;
}

function beginBlock(from: usize): void {
  blockStart = from;
  nameAt = ABSENT;
  nameEnd = ABSENT;
  idAt = ABSENT;
  idEnd = ABSENT;
  dataAt = ABSENT;
  dataEnd = ABSENT;
  dataLines = 0;
  dataSize = 0;
  linesSize = 0;
}

/** Records that the input up to `end` has been processed. */
function consume(end: usize): void {
  store<u32>(RESULT_CONSUMED, <u32>(end - inputStart));
  store<u32>(RESULT_DOCUMENTS, events);
  store<u32>(RESULT_LINES, events);
  store<u32>(RESULT_SKIPPED, skipped);
}

/** Takes a line that is not empty. It starts at `lineStart`, or after the byte order mark. */
function takeLine(lineStart: usize, start: usize, stop: usize, next: usize): bool {
  const kind = readLine(start, stop);
  const value = valueAt;
  if (kind === LINE_OTHER) {
    return skipLine(start, stop, next);
  }
  if (isLenient && !finishBefore(kind, value, stop, lineStart)) {
    return false;
  }
  switch (kind) {
    case LINE_DATA:
      dataSize += stop - value + (dataLines > 0 ? 1 : 0);
      if (dataLines === 0) {
        dataAt = value;
        dataEnd = stop;
      }
      dataLines++;
      break;
    case LINE_EVENT:
      if (!checkText(nameAt, nameEnd)) {
        return false;
      }
      nameAt = value;
      nameEnd = stop;
      break;
    case LINE_ID:
      if (hasNul(value, stop)) {
        // The standard ignores an identifier that contains NUL.
        if (!checkText(value, stop)) {
          return false;
        }
        skipped++;
      } else {
        if (!checkText(idAt, idEnd)) {
          return false;
        }
        idAt = value;
        idEnd = stop;
      }
  }
  linesSize += stop - lineStart;
  return linesSize <= maxSize || refuseSize(next);
}

/** Skips a line that does not belong to an event. */
function skipLine(start: usize, stop: usize, next: usize): bool {
  if (!checkText(start, stop)) {
    return false;
  }
  skipped++;
  if (linesSize === 0) {
    blockStart = next;
    consume(next);
  }
  return true;
}

/** In lenient framing: ends the current event if this line belongs to the next one. */
function finishBefore(kind: u32, value: usize, stop: usize, lineStart: usize): bool {
  let isNext = false;
  if (kind === LINE_DATA) {
    isNext = hasWholePayload();
    if (isWithoutRoom()) {
      return false;
    }
  } else if (kind === LINE_EVENT) {
    isNext = nameAt !== ABSENT || dataLines > 0;
  } else {
    isNext = idAt !== ABSENT && dataLines > 0 && !hasNul(value, stop);
  }
  return !isNext || finishBlock(lineStart, lineStart);
}

function hasNul(from: usize, end: usize): bool {
  while (from < end && load<u8>(from) !== 0) from++;
  return from < end;
}

/**
 * Whether the current event has no name, and its payload so far is one line with a JSON object. A
 * payload of several lines is not examined, so the cost is that of one line.
 */
function hasWholePayload(): bool {
  beginEvent(inputEnd);
  if (dataLines !== 1 || nameAt !== ABSENT || load<u8>(dataAt) !== OPENING_BRACE) {
    return false;
  }
  const last = load<u8>(dataEnd);
  store<u8>(dataEnd, 0);
  const isWhole = dataEnd > dataAt && isWholeObject(dataAt, dataEnd);
  store<u8>(dataEnd, last);
  return isWhole;
}

/** Checks text that no event will have. The stream ends if it is not UTF-8. */
function checkText(from: usize, end: usize): bool {
  return isUtf8(from, end) || refuse(NOT_JSON, NOWHERE, 0) || setFatal();
}

/**
 * Refuses an event that is too large. If the lines before `end` are not UTF-8, that came first.
 */
function refuseSize(end: usize): bool {
  const isValid = isUtf8(nameAt, nameEnd) && isUtf8(idAt, idEnd) && isUtf8Data(end);
  refuse(isValid ? TOO_LARGE : NOT_JSON, NOWHERE, 0);
  return setFatal();
}

/** Whether the data of the current event, in the lines before `end`, is UTF-8. */
function isUtf8Data(end: usize): bool {
  for (let at = dataLines > 0 ? blockStart : end; at < end; ) {
    const stop = findLineEnd(at, end);
    if (readLine(at, stop) === LINE_DATA && !isUtf8(valueAt, stop)) {
      return false;
    }
    at = nextLine(stop, end);
  }
  return true;
}

/**
 * Ends the current event.
 *
 * @param end the end of its lines, where the next event starts
 */
function finishBlock(end: usize, next: usize): bool {
  const isEvent = nameAt !== ABSENT || dataLines > 0;
  if (!skipId(isEvent)) {
    return false;
  }
  if (isEvent) {
    freeSpace();
    if (dataLines > 1 && !joinData(end)) {
      return false;
    }
    setName(nameAt, nameEnd);
    setId(idAt, idEnd);
    setData(dataAt, dataEnd);
    if (!writeEvent()) {
      store<u32>(RESULT_BEHIND, <u32>(next - inputStart));
      return false;
    }
    events++;
  }
  consume(next);
  beginBlock(next);
  return true;
}

/** Skips the identifier if there is no event, or if its message has no field for it. */
function skipId(isEvent: bool): bool {
  const keepsId = isEvent && load<u32>(event + EVENT_ID, PART_KEY_LENGTH) > 0;
  if (idAt === ABSENT || keepsId) {
    return true;
  }
  if (!checkText(idAt, idEnd)) {
    return false;
  }
  idAt = ABSENT;
  idEnd = ABSENT;
  skipped++;
  return true;
}

/** Joins the lines of data of the current event. Returns false if there is no room. */
function joinData(end: usize): bool {
  beginEvent(inputEnd);
  const joined = takeSpace(dataSize);
  if (!joined) {
    return false;
  }
  let to = joined;
  let isFirst = true;
  for (let at = blockStart; at < end; ) {
    const stop = findLineEnd(at, end);
    if (readLine(at, stop) === LINE_DATA) {
      if (!isFirst) {
        store<u8>(to++, LINE_FEED);
      }
      isFirst = false;
      memory.copy(to, valueAt, stop - valueAt);
      to += stop - valueAt;
    }
    at = nextLine(stop, end);
  }
  dataAt = joined;
  dataEnd = to;
  return true;
}

/** Ends the stream: its last event counts without a blank line if it has its data. */
function finishStream(): bool {
  if (nameAt !== ABSENT && dataLines === 0 && refused !== 0) {
    if (!skipId(true) || !checkText(nameAt, nameEnd)) {
      return false;
    }
    if (!isEndName(nameAt, nameEnd)) {
      refuse(NOT_JSON, NOWHERE, event + EVENT_CONTENT);
      return setFatal();
    }
  }
  return finishBlock(inputEnd, inputEnd);
}
