import { LINE_FEED } from "./characters";
import { isReadable, isWellFormed } from "./check";
import {
  INVALID_TABLE,
  MALFORMED_BINARY,
  OUT_OF_MEMORY,
  SCRATCH_FULL,
  TOO_DEEP,
  TOO_LARGE,
} from "./codes";
import { readDocument } from "./document";
import {
  MAGIC,
  PADDING,
  RESULT_BEHIND,
  RESULT_CODE,
  RESULT_CONSUMED,
  RESULT_DOCUMENTS,
  RESULT_LINES,
  RESULT_OFFSET,
  RESULT_OUTPUT,
  SLACK,
  TABLE,
  TABLE_MAGIC,
  TABLE_ROOT,
} from "./layout";
import { setSeed } from "./names";
import { readPayloadOf, writePayloadOf } from "./payload";
import {
  beginDocument,
  beginsAgain,
  code,
  codeAt,
  ensure,
  fail,
  forgetSizes,
  isDeep,
  isDoubtful,
  out,
  PAGE,
  PAGE_SHIFT,
  reset,
  SHORT_ROOM,
  setInputEnd,
  setOut,
  top,
} from "./state";
import { prepareEscapes } from "./strings";
import { writeMessage } from "./to-json-message";
import { skipSpace } from "./tokens";
import { findLineFeed, zero } from "./vector";
import { readVarint, wireValue } from "./wire";
import { closeLength, guessLengthSize } from "./writer";

// The functions that hosts call, see docs/kernel-abi.md.

/** The version of this interface and of the table. */
const VERSION: u32 = 1;

export function version(): u32 {
  return VERSION;
}

const SMALLEST_SCRATCH: usize = 32768;
const LARGEST_SCRATCH: usize = 0x40000000;

/** How much output there is room for at the start of a call. */
const OUTPUT_ROOM: usize = 1024;
/** How many bytes behind the output are zero. */
const OUTPUT_BLOCK: usize = 64;
/** Addresses must be below 2^31, see MARK. */
const LARGEST_MEMORY: u64 = 0x7fff0000;

let inputStart: usize = 0;
/** The size for which the input was reserved last: up to it, the output does not move. */
let reserved: usize = 0;
let scratchSize: usize = SMALLEST_SCRATCH;

/** Reserves memory for a table of `size` bytes. Returns its address, or 0 if there is no memory. */
export function reserveTable(size: u32): usize {
  prepareEscapes();
  inputStart = (TABLE + <usize>size + 63) & ~63;
  return growTo(inputStart + SMALLEST_SCRATCH) ? TABLE : 0;
}

/**
 * Sets the seed of the hash of names, so that an attacker cannot prepare input with many
 * collisions.
 */
export function seedHash(low: u32, high: u32): void {
  setSeed(<u64>low | ((<u64>high) << 32));
}

/**
 * Reserves memory for an input of `size` bytes. Returns its address, or 0 if there is no memory.
 */
export function reserveInput(size: u32): usize {
  const needed = <u64>inputStart + <u64>size * 2 + PADDING + scratchSize + SLACK + OUTPUT_ROOM;
  if (needed >= LARGEST_MEMORY || !growTo(<usize>needed)) {
    return 0;
  }
  reserved = size;
  return inputStart;
}

function growTo(size: usize): bool {
  const missing = <i32>((size + PAGE - 1) >> PAGE_SHIFT) - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/**
 * Prepares a call. Returns the start of the output, which follows the input and the scratch
 * space, or 0 if there is no memory.
 */
function prepare(size: u32, maxDepth: u32, refused: u32, fromJson: bool): usize {
  const end = inputStart + <usize>size;
  const scratch = (inputStart + max<usize>(size, reserved) + PADDING + 15) & ~15;
  const output = scratch + scratchSize;
  if (load<u32>(TABLE_MAGIC) !== MAGIC || !growTo(output + SLACK + OUTPUT_ROOM)) {
    return 0;
  }
  // Scans read a few bytes past the end.
  zero(end, PADDING);
  reset(end, scratch, output, maxDepth, refused);
  if (fromJson) {
    forgetSizes();
  }
  return output;
}

function prepareLines(size: u32, maxDepth: u32, refused: u32, fromJson: bool): usize {
  store<u32>(RESULT_DOCUMENTS, 0);
  store<u32>(RESULT_CONSUMED, 0);
  store<u32>(RESULT_BEHIND, 0);
  store<u32>(RESULT_LINES, 0);
  return prepare(size, maxDepth, refused, fromJson);
}

/** Whether to retry with more scratch space. */
function needsScratch(): bool {
  if (code !== SCRATCH_FULL || scratchSize >= LARGEST_SCRATCH) {
    return false;
  }
  scratchSize <<= 2;
  return true;
}

/** Writes the result of a call. Returns the size of the output, or -1 if the call failed. */
function finish(output: usize, done: bool): i32 {
  if (!output) {
    store<u32>(RESULT_CODE, load<u32>(TABLE_MAGIC) === MAGIC ? OUT_OF_MEMORY : INVALID_TABLE);
    store<u32>(RESULT_OFFSET, 0);
    return -1;
  }
  if (done && out - output > <usize>i32.MAX_VALUE) {
    // The size would be negative as an i32.
    done = false;
    fail(OUT_OF_MEMORY, 0);
  }
  store<u32>(RESULT_CODE, done ? 0 : code === SCRATCH_FULL ? OUT_OF_MEMORY : code);
  store<u32>(RESULT_OFFSET, codeAt > inputStart ? codeAt - inputStart : 0);
  store<u32>(RESULT_OUTPUT, output);
  // Hosts may copy whole blocks: what is behind the output must not be of another document.
  zero(out, OUTPUT_BLOCK);
  return done ? <i32>(out - output) : -1;
}

/** Converts JSON to Protobuf. Returns the size of the output, or -1 if the input is refused. */
export function toBinary(size: u32, maxDepth: u32, refused: u32): i32 {
  while (true) {
    const output = prepare(size, maxDepth, refused, true);
    const done = output !== 0 && readMessage(inputStart, inputStart + <usize>size);
    if (done || !output || !needsScratch()) {
      return finish(output, done);
    }
  }
}

/** Reads a document and checks that every Protobuf library can read the resulting message. */
// @inline
function readMessage(from: usize, end: usize): bool {
  const start = out;
  const scratch = top;
  beginDocument(0, 0);
  if (!readDocument(from, end) && !(beginsAgain(start, scratch) && readDocument(from, end))) {
    return false;
  }
  if (isDeep && !isReadable(start, out)) {
    fail(TOO_DEEP, skipSpace(from));
    return false;
  }
  return true;
}

/** Converts Protobuf to JSON. Returns the size of the output, or -1 if the input is refused. */
export function toJson(size: u32, maxDepth: u32, refused: u32): i32 {
  while (true) {
    const output = prepare(size, maxDepth, refused, false);
    const done = output !== 0 && writeDocument(inputStart, inputStart + <usize>size);
    if (done || !output || !needsScratch()) {
      return finish(output, done);
    }
  }
}

/** Writes a message as JSON. A malformed message fails as such, before any other violation. */
// @inline
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

/**
 * Converts the JSON payload of one arm of a union to the record of its field: tag, length and
 * value. For the arm for unknown tags, the record is that of the text in its message.
 *
 * Returns the size of the output, or -1 if the payload is refused or has to be converted as part
 * of its object.
 */
export function payloadToBinary(number: u32, size: u32, maxDepth: u32, refused: u32): i32 {
  while (true) {
    const output = prepare(size, maxDepth, refused, true);
    const done = output !== 0 && readPayloadOf(number, inputStart, inputStart + <usize>size);
    if (done || !output || !needsScratch()) {
      return finish(output, done);
    }
  }
}

/**
 * Converts the value of such a field, without tag and length, to its JSON payload. Returns the
 * size of the output, or -1 likewise.
 */
export function payloadToJson(number: u32, size: u32, maxDepth: u32, refused: u32): i32 {
  while (true) {
    const output = prepare(size, maxDepth, refused, false);
    const done = output !== 0 && writePayloadOf(number, inputStart, inputStart + <usize>size);
    if (done || !output || !needsScratch()) {
      return finish(output, done);
    }
  }
}

/**
 * Converts lines of JSON to size-delimited Protobuf messages. A line that does not end in the
 * input is left for the next call, unless `last`.
 *
 * Returns the size of the output. If a line is refused, that is the output of the lines before
 * it.
 */
export function packLines(size: u32, maxDepth: u32, refused: u32, maxSize: u32, last: bool): i32 {
  while (true) {
    const output = prepareLines(size, maxDepth, refused, true);
    const done = output !== 0 && readLines(inputStart, inputStart + <usize>size, maxSize, last);
    if (done || !output || !needsScratch()) {
      const written = output ? <i32>(out - output) : -1;
      finish(output, done);
      return written;
    }
  }
}

function readLines(from: usize, end: usize, maxSize: usize, last: bool): bool {
  let at = from;
  let documents: u32 = 0;
  let lines: u32 = 0;
  while (at < end) {
    const stop = findLineFeed(at, end);
    if (stop === end && !last) {
      break;
    }
    const behind = min(stop + 1, end);
    const start = out;
    const feed = load<u8>(stop);
    // A document must be followed by a zero byte.
    store<u8>(stop, 0);
    setInputEnd(stop);
    let done = true;
    if (skipSpace(at) !== stop) {
      const left = guessLengthSize(at);
      done = ensure(SHORT_ROOM);
      setOut(start + left);
      if (stop - at > maxSize) {
        fail(TOO_LARGE, at);
        done = false;
      }
      done = done && readMessage(at, stop) && closeLength(start, left) !== 0;
      documents++;
    }
    store<u8>(stop, feed);
    if (!done) {
      setOut(start);
      store<u32>(RESULT_BEHIND, behind - from);
      return false;
    }
    at = behind;
    lines++;
    store<u32>(RESULT_DOCUMENTS, documents);
    store<u32>(RESULT_LINES, lines);
    store<u32>(RESULT_CONSUMED, at - from);
  }
  return true;
}

/**
 * Converts size-delimited Protobuf messages to lines of JSON. A message that does not end in the
 * input is left for the next call, unless `last`.
 *
 * Returns the size of the output. If a message is refused, that is the output of the messages
 * before it.
 */
export function unpackLines(size: u32, maxDepth: u32, refused: u32, maxSize: u32, last: bool): i32 {
  while (true) {
    const output = prepareLines(size, maxDepth, refused, false);
    const done = output !== 0 && writeLines(inputStart, inputStart + <usize>size, maxSize, last);
    if (done || !output || !needsScratch()) {
      const written = output ? <i32>(out - output) : -1;
      finish(output, done);
      return written;
    }
  }
}

const LARGEST_SIZE: u64 = 0x7fffffff;

function writeLines(from: usize, end: usize, maxSize: usize, last: bool): bool {
  let at = from;
  let documents: u32 = 0;
  while (at < end) {
    const message = readVarint(at, end);
    const isCutOff = message ? wireValue > <u64>(end - message) : end - at < 10;
    // A varint of ten bytes may have more than 64 bits, and readVarint drops the excess.
    const isTooLarge = message !== 0 && (wireValue > <u64>maxSize || message - at > 9);
    if (isCutOff && !isTooLarge && !last) {
      return true;
    }
    if (!message || isCutOff || isTooLarge) {
      fail(isTooLarge ? TOO_LARGE : MALFORMED_BINARY, at);
      // The end lies outside of the input if the message is incomplete or the size is not a
      // varint.
      const size = message ? min<u64>(wireValue, LARGEST_SIZE) : LARGEST_SIZE;
      store<u32>(RESULT_BEHIND, message - from + <u32>size);
      return false;
    }
    const stop = message + <usize>wireValue;
    const start = out;
    if (!writeDocument(message, stop) || !ensure(SHORT_ROOM)) {
      setOut(start);
      store<u32>(RESULT_BEHIND, stop - from);
      return false;
    }
    store<u8>(out, LINE_FEED);
    setOut(out + 1);
    at = stop;
    documents++;
    store<u32>(RESULT_DOCUMENTS, documents);
    store<u32>(RESULT_LINES, documents);
    store<u32>(RESULT_CONSUMED, at - from);
  }
  return true;
}
