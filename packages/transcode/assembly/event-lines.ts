import { CARRIAGE_RETURN, COLON, LETTER_T, LINE_FEED, SPACE } from "./characters";
import { out, setOut } from "./state";

// The lines of server-sent events.

/** Returns the offset of the first CR or LF, or `end`. */
export function findLineEnd(from: usize, end: usize): usize {
  if (ASC_FEATURE_SIMD) {
    while (from < end) {
      const block = v128.load(from);
      const found = i8x16.bitmask(
        v128.or(
          i8x16.eq(block, i8x16.splat(LINE_FEED)),
          i8x16.eq(block, i8x16.splat(CARRIAGE_RETURN)),
        ),
      );
      if (found) {
        from += <usize>ctz(found);
        break;
      }
      from += 16;
    }
    return min(from, end);
  }
  while (from < end) {
    const byte = load<u8>(from);
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      break;
    }
    from++;
  }
  return from;
}

/** Returns the offset of the first byte with this value, or `end`. */
export function findByte(from: usize, end: usize, byte: u8): usize {
  while (from < end && load<u8>(from) !== byte) from++;
  return from;
}

/** Returns the start of the next line. `stop` is the end of this one, without its line end. */
export function nextLine(stop: usize, end: usize): usize {
  const isPair =
    stop + 1 < end && load<u8>(stop) === CARRIAGE_RETURN && load<u8>(stop, 1) === LINE_FEED;
  return isPair ? stop + 2 : min(stop + 1, end);
}

/** What a line is. */
export const LINE_OTHER: u32 = 0;
export const LINE_EVENT: u32 = 1;
export const LINE_DATA: u32 = 2;
export const LINE_ID: u32 = 3;

// The names of fields, as `load` reads them.
const WORD_EVEN: u32 = 0x6e657665;
const WORD_DATA: u32 = 0x61746164;
const WORD_ID: u16 = 0x6469;

/** The start of the value of the line read last. */
export let valueAt: usize = 0;

/** Returns what the line from `from` to `end` is, and finds its value. */
export function readLine(from: usize, end: usize): u32 {
  const size = end - from;
  let kind = LINE_OTHER;
  let colon = from;
  if (size >= 4 && load<u32>(from) === WORD_DATA) {
    kind = LINE_DATA;
    colon += 4;
  } else if (size >= 5 && load<u32>(from) === WORD_EVEN && load<u8>(from, 4) === LETTER_T) {
    kind = LINE_EVENT;
    colon += 5;
  } else if (size >= 2 && load<u16>(from) === WORD_ID) {
    kind = LINE_ID;
    colon += 2;
  } else {
    return LINE_OTHER;
  }
  if (colon === end) {
    valueAt = end;
    return kind;
  }
  if (load<u8>(colon) !== COLON) {
    return LINE_OTHER;
  }
  valueAt = colon + (colon + 1 < end && load<u8>(colon, 1) === SPACE ? 2 : 1);
  return kind;
}

// The starts of lines, as `store<u64>` writes them, and their sizes.
export const EVENT_LINE: u64 = 0x00203a746e657665; // "event: "
export const EVENT_LINE_SIZE: usize = 7;
export const DATA_LINE: u64 = 0x203a61746164; // "data: "
export const DATA_LINE_SIZE: usize = 6;
export const ID_LINE: u64 = 0x203a6469; // "id: "
export const ID_LINE_SIZE: usize = 4;

/** Writes the start of a line. The output must have room for 8 bytes. */
export function writeStart(text: u64, size: usize): void {
  store<u64>(out, text);
  setOut(out + size);
}
