import { SPACE } from "./characters";
import { END_NAME, END_NUMBER, END_SIZE, EVENT_END_COUNT, EVENT_ENDS } from "./event-layout";
import { event } from "./event-state";
import { sameBytes } from "./vector";

// The events that end a stream, and other texts of events.

/** Whether this is the name of an event that ends the stream. */
export function isEndName(from: usize, end: usize): bool {
  return findEnd(from, end, END_NAME) !== 0;
}

/** Returns the end whose text at this offset of its record is the given one; 0 if there is none. */
export function findEnd(from: usize, end: usize, offset: usize): usize {
  let record: usize = load<u32>(event, EVENT_ENDS);
  for (let rest = load<u32>(event, EVENT_END_COUNT); rest > 0; rest--) {
    if (isText(from, end, record + offset)) {
      return record;
    }
    record += END_SIZE;
  }
  return 0;
}

/** Whether the bytes are the text whose place and length are at `record`. */
export function isText(from: usize, end: usize, record: usize): bool {
  const size: usize = load<u32>(record, 4);
  return end - from === size && sameBytes(from, load<u32>(record), size);
}

/** Whether the arm with this number ends the stream. */
export function isEndNumber(number: u32): bool {
  let record: usize = load<u32>(event, EVENT_ENDS);
  for (let rest = load<u32>(event, EVENT_END_COUNT); rest > 0; rest--) {
    if (load<u32>(record, END_NUMBER) === number) {
      return true;
    }
    record += END_SIZE;
  }
  return false;
}

/** Whether text is printable ASCII: valid UTF-8 without line breaks or control characters. */
export function isPlainText(from: usize, end: usize): bool {
  for (let at = from; at < end; at++) {
    if (<u8>(load<u8>(at) - SPACE) >= 0x7f - SPACE) {
      return false;
    }
  }
  return true;
}
