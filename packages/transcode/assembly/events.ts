import { INVALID_TABLE, MALFORMED_BINARY, OUT_OF_MEMORY, SCRATCH_FULL, TOO_LARGE } from "./codes";
import { RESULT_SKIPPED } from "./event-layout";
import { readEvents } from "./event-reader";
import {
  beginCall,
  beginEvent,
  findEvent,
  isFatal,
  NOWHERE,
  neededSpace,
  OUTPUT_BLOCK,
  pointerAt,
  pointerSize,
  refusalAt,
  refuse,
  setFatal,
} from "./event-state";
import { writeEventText } from "./event-to-text";
import {
  PADDING,
  RESULT_BEHIND,
  RESULT_CODE,
  RESULT_CONSUMED,
  RESULT_DOCUMENTS,
  RESULT_LINES,
  RESULT_OFFSET,
  RESULT_OUTPUT,
  SLACK,
} from "./layout";
import { code, forgetSizes, out, PAGE, PAGE_SHIFT } from "./state";
import { zero } from "./vector";
import { readVarint, wireValue } from "./wire";

// Server-sent events for hosts in any language, see docs/kernel-abi.md.

const FLAG_LAST: u32 = 1;
const FLAG_FIRST: u32 = 2;
const FLAG_LENIENT: u32 = 4;

const SMALLEST_SCRATCH: usize = 32768;
const SMALLEST_SPACE: usize = 4096;
/** The most that the scratch space, or the space for documents, grows to. */
const LARGEST_SPACE: usize = 0x40000000;
const OUTPUT_ROOM: usize = 1024;
/** Addresses must be below 2^31. */
const LARGEST_MEMORY: u64 = 0x7fff0000;

let scratchSize: usize = SMALLEST_SCRATCH;
let spaceSize: usize = SMALLEST_SPACE;

/** The end of the input of this call. */
let inputStop: usize = 0;

function clearResult(): void {
  store<u32>(RESULT_DOCUMENTS, 0);
  store<u32>(RESULT_CONSUMED, 0);
  store<u32>(RESULT_BEHIND, 0);
  store<u32>(RESULT_LINES, 0);
  store<u32>(RESULT_SKIPPED, 0);
}

/** Prepares a call. Returns the start of the output; 0 if there is no memory. */
function prepare(start: usize, size: u32, maxDepth: u32, refused: u32): usize {
  clearResult();
  inputStop = start + <usize>size;
  const scratch = (inputStop + PADDING + 15) & ~15;
  const space = scratch + scratchSize;
  const output = space + spaceSize;
  const needed = <u64>scratch + scratchSize + spaceSize + SLACK + OUTPUT_ROOM;
  const pages = <i32>((needed + PAGE - 1) >> PAGE_SHIFT) - memory.size();
  if (needed >= LARGEST_MEMORY || (pages > 0 && memory.grow(pages) < 0)) {
    return 0;
  }
  // Scans read a few bytes past the end.
  zero(inputStop, PADDING);
  beginCall(scratch, space, output, maxDepth, refused);
  beginEvent(inputStop);
  return output;
}

/** Whether to try again, with more room for one event. */
function needsRoom(): bool {
  if (code !== SCRATCH_FULL) {
    return false;
  }
  if (neededSpace === 0) {
    scratchSize <<= 2;
    return scratchSize <= LARGEST_SPACE;
  }
  spaceSize = max(neededSpace, spaceSize * 2);
  return spaceSize <= LARGEST_SPACE;
}

/** Writes the result of a call. Returns the size of the output. */
function finish(output: usize, done: bool): i32 {
  const reason: u32 = done ? 0 : code;
  if (reason === SCRATCH_FULL || reason === OUT_OF_MEMORY) {
    return finishWithout(OUT_OF_MEMORY);
  }
  store<u32>(RESULT_CODE, reason);
  store<u32>(RESULT_OFFSET, done ? 0 : refusalAt);
  store<u32>(RESULT_OUTPUT, output);
  if (isFatal) {
    store<u32>(RESULT_BEHIND, 0);
  }
  zero(out, OUTPUT_BLOCK);
  return <i32>(out - output);
}

/** Ends a call without output. The next one begins with little room again. */
function finishWithout(reason: u32): i32 {
  scratchSize = SMALLEST_SCRATCH;
  spaceSize = SMALLEST_SPACE;
  clearResult();
  store<u32>(RESULT_CODE, reason);
  store<u32>(RESULT_OFFSET, NOWHERE);
  return -1;
}

/** Converts the server-sent events at `start` to size-delimited messages. */
export function pack(
  start: usize,
  size: u32,
  maxDepth: u32,
  refused: u32,
  maxSize: u32,
  flags: u32,
): i32 {
  if (!findEvent()) {
    return finishWithout(INVALID_TABLE);
  }
  while (true) {
    const output = prepare(start, size, maxDepth, refused);
    if (!output) {
      return finishWithout(OUT_OF_MEMORY);
    }
    forgetSizes();
    const done = readEvents(
      start,
      inputStop,
      maxSize,
      (flags & FLAG_FIRST) !== 0,
      (flags & FLAG_LAST) !== 0,
      (flags & FLAG_LENIENT) !== 0,
    );
    if (done || !needsRoom()) {
      return finish(output, done);
    }
  }
}

/** Converts the size-delimited messages at `start` to server-sent events. */
export function unpack(
  start: usize,
  size: u32,
  maxDepth: u32,
  refused: u32,
  maxSize: u32,
  flags: u32,
): i32 {
  if (!findEvent()) {
    return finishWithout(INVALID_TABLE);
  }
  while (true) {
    const output = prepare(start, size, maxDepth, refused);
    if (!output) {
      return finishWithout(OUT_OF_MEMORY);
    }
    const done = writeEvents(start, inputStop, maxSize, (flags & FLAG_LAST) !== 0);
    if (done || !needsRoom()) {
      return finish(output, done);
    }
  }
}

/** A message is not larger than this. */
const LARGEST_SIZE: u64 = 0x7fffffff;

function writeEvents(from: usize, end: usize, largest: usize, isLast: bool): bool {
  const maxSize = min<usize>(largest, <usize>LARGEST_SIZE);
  let at = from;
  let events: u32 = 0;
  while (at < end) {
    const message = readVarint(at, end);
    const isCutOff = message ? wireValue > <u64>(end - message) : end - at < 10;
    // A varint of ten bytes may have more than 64 bits, and readVarint drops the excess.
    const isTooLarge = message !== 0 && (wireValue > <u64>maxSize || message - at > 9);
    if (isCutOff && !isTooLarge && !isLast) {
      beginEvent(end);
      return true;
    }
    if (!message || isCutOff || isTooLarge) {
      refuse(isTooLarge ? TOO_LARGE : MALFORMED_BINARY, NOWHERE, 0);
      if (!isTooLarge || message - at > 9 || wireValue > LARGEST_SIZE) {
        return setFatal();
      }
      store<u32>(RESULT_BEHIND, <u32>(message - from) + <u32>wireValue);
      return false;
    }
    const stop = message + <usize>wireValue;
    if (!writeEventText(message, stop)) {
      store<u32>(RESULT_BEHIND, <u32>(stop - from));
      return false;
    }
    at = stop;
    events++;
    store<u32>(RESULT_CONSUMED, <u32>(at - from));
    store<u32>(RESULT_DOCUMENTS, events);
    store<u32>(RESULT_LINES, events);
  }
  return true;
}

/** Explains the last refusal: sets the place of the JSON Pointer, and returns its size. */
export function explainEvent(): i32 {
  store<u32>(RESULT_OUTPUT, <u32>pointerAt);
  return <i32>pointerSize;
}
