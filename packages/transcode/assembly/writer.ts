import { FIELD_TAG, FIELD_TAG_LENGTH, MESSAGE_INDEX } from "./layout";
import { ensure, guesses, inputEnd, out, SHORT_ROOM, SIZE_BITS, setOut, stamp } from "./state";
import { copy16, shift } from "./vector";
import { MORE_BYTES } from "./wire";

// Writes Protobuf's wire format without checking for room: the readers make room for one member
// at a time.

/** Writes the tag of a field. */
export function writeTag(field: usize): void {
  const to = out;
  store<u64>(to, load<u64>(field, FIELD_TAG));
  setOut(to + load<u32>(field, FIELD_TAG_LENGTH));
}

export function writeByte(byte: u32): void {
  store<u8>(out, byte);
  setOut(out + 1);
}

export function writeVarint(value: u64): void {
  let to = out;
  while (value >= MORE_BYTES) {
    store<u8>(to++, <u8>(value | MORE_BYTES));
    value >>= 7;
  }
  store<u8>(to, <u8>value);
  setOut(to + 1);
}

/**
 * Writes a varint below 2^49 without a loop, 8 bytes in any case. Returns the end of the varint.
 */
// @inline
export function storeVarint(to: usize, value: u64): usize {
  // Spreads the value to seven bits in each byte.
  let spread = (value & 0x0fffffff) | ((value & 0x00fffffff0000000) << 4);
  spread = (spread & 0x00003fff00003fff) | ((spread & 0x0fffc0000fffc000) << 2);
  spread = (spread & 0x007f007f007f007f) | ((spread & 0x3f803f803f803f80) << 1);
  const last = (63 - <u32>clz(spread)) & ~7;
  store<u64>(to, spread | (0x8080808080808080 & (((<u64>1) << last) - 1)));
  return to + <usize>(last >> 3) + 1;
}

/** Returns the size of a length's varint. */
export function lengthSize(length: usize): usize {
  if (length < MORE_BYTES) {
    return 1;
  }
  return length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : length < 1 << 28 ? 4 : 5;
}

/** Writes a length in exactly `size` bytes. */
export function storeLength(to: usize, length: usize, size: usize): void {
  if (size === 1) {
    store<u8>(to, length);
    return;
  }
  store<u16>(to, (length & 0x7f) | MORE_BYTES | ((length << 1) & 0x7f00) | (size > 2 ? 0x8000 : 0));
  if (size > 2) {
    storeLongLength(to + 2, length >> 14, size - 2);
  }
}

function storeLongLength(to: usize, length: usize, size: usize): void {
  while (size > 1) {
    store<u8>(to++, length | MORE_BYTES);
    length >>= 7;
    size--;
  }
  store<u8>(to, length);
}

/** The rest of an input that is this long likely gives messages with longer lengths. */
const LIKELY_1: usize = 0x148;
const LIKELY_2: usize = 0x6000;

/**
 * Guesses how many bytes to reserve for the length of the value at `from`, by the rest of the
 * input: a message is at most half as long as its JSON.
 */
export function guessLengthSize(from: usize): usize {
  const rest = inputEnd - from;
  return rest < LIKELY_1 ? 1 : rest < LIKELY_2 ? 2 : 3;
}

/**
 * Writes the length of the output after `start`, where `left` bytes were reserved, and moves the
 * output if the length has another size. Returns the size of the length; 0 if there is no room.
 */
export function closeLength(start: usize, left: usize): usize {
  const length = out - start - left;
  const size = lengthSize(length);
  if (size !== left) {
    if (!ensure(SHORT_ROOM)) {
      return 0;
    }
    shift(start + size, start + left, length);
    setOut(start + size + length);
  }
  storeLength(start, length, size);
  return size;
}

/** Writes any number of bytes. The output must have room. */
export function writeBytes(from: usize, size: usize): void {
  const to = out;
  if (size <= 16) {
    copy16(to, from);
  } else {
    memory.copy(to, from, size);
  }
  setOut(to + size);
}

/** Returns the likely size of the length of the message whose JSON is at `from`. */
// @inline
export function likelySize(message: usize, from: usize): usize {
  const size: usize = load<u8>(guesses + load<u32>(message, MESSAGE_INDEX)) ^ stamp;
  return size - 1 < SIZE_BITS ? size : guessLengthSize(from);
}
