import { addBytes, clearRow, closeColumn, endRow, openColumn, setRow } from "./column";
import { CODE, clearWords, MALFORMED_BINARY, OFFSET, setWord } from "./result";
import { columnAt, columnCount, root, setRows } from "./state";
import { walkRow } from "./walk";
import { at, isBroken, readVarint, setAt } from "./wire";

// Fills the columns of the selected message from size-delimited messages.

/** Protobuf allows no larger messages. */
const MAX_MESSAGE: u64 = 0x7fffffff;
/** The size of the longest varint. */
const MAX_VARINT: usize = 10;

// Words of the result.
const ROWS: usize = 3;
const CONSUMED: usize = 4;

/** Converts the messages from a place on. Returns the number of rows. */
export function convertMessages(input: usize, size: u32): i32 {
  clearWords();
  close();
  const end = input + size;
  const count = countMessages(input, end);
  for (let index: u32 = 0; index < columnCount; index++) {
    openColumn(columnAt(index), count);
  }
  let next = input;
  for (let row: u32 = 0; row < count; row++) {
    setRow(row);
    setAt(next);
    const messageSize = <usize>readVarint(next, end);
    const start = at;
    const messageEnd = start + messageSize;
    const isValid = walkRow(root, start, messageEnd);
    if (!isValid) {
      setWord(CODE, MALFORMED_BINARY);
      setWord(OFFSET, <u32>(next - input));
      for (let index: u32 = 0; index < columnCount; index++) {
        clearRow(columnAt(index));
      }
      setRows(row);
      setWord(ROWS, row);
      setWord(CONSUMED, <u32>(next - input));
      return row;
    }
    addBytes(columnAt(0), start, <u32>messageSize);
    for (let index: u32 = 0; index < columnCount; index++) {
      endRow(columnAt(index));
    }
    next = messageEnd;
  }
  setRows(count);
  setWord(ROWS, count);
  setWord(CONSUMED, <u32>(next - input));
  if (isMalformedSize(next, end)) {
    setWord(CODE, MALFORMED_BINARY);
    setWord(OFFSET, <u32>(next - input));
  }
  return count;
}

/** Frees the columns of the last conversion. */
export function close(): void {
  for (let index: u32 = 0; index < columnCount; index++) {
    closeColumn(columnAt(index));
  }
  setRows(0);
}

/** Counts the complete messages up to the first malformed size. */
function countMessages(input: usize, end: usize): u32 {
  let count: u32 = 0;
  let next = input;
  while (next < end) {
    setAt(next);
    const size = readVarint(next, end);
    if (isBroken || size > MAX_MESSAGE || size > <u64>(end - at)) {
      break;
    }
    next = at + <usize>size;
    count++;
  }
  return count;
}

/** Whether the size of a message is no varint, or too large; an incomplete one may be neither. */
function isMalformedSize(place: usize, end: usize): bool {
  if (place === end) {
    return false;
  }
  setAt(place);
  const size = readVarint(place, end);
  return isBroken ? end - place >= MAX_VARINT : size > MAX_MESSAGE;
}
