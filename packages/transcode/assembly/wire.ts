import { MALFORMED_BINARY } from "./codes";
import { fail, setDoubtful } from "./state";

// Reads Protobuf's wire format. `end` limits what is read.

export const VARINT: u32 = 0;
export const FIXED_64: u32 = 1;
export const DELIMITED: u32 = 2;
export const GROUP: u32 = 3;
export const END_GROUP: u32 = 4;
export const FIXED_32: u32 = 5;

/** The bit of a varint's byte that says that more bytes follow; smaller values have one byte. */
export const MORE_BYTES: u8 = 0x80;

/**
 * How deep messages and groups may be nested, the outermost included: the limit of Protobuf's
 * libraries.
 */
export const DEEPEST: u32 = 100;

/** The value read last: a varint, the bits of a fixed number, or a length. */
export let wireValue: u64 = 0;

/** Reads a varint. Returns the offset after it; 0 if it is cut off or has more than ten bytes. */
export function readVarint(at: usize, end: usize): usize {
  if (at < end) {
    const byte = load<u8>(at);
    if (byte < MORE_BYTES) {
      wireValue = byte;
      return at + 1;
    }
  }
  return readLongVarint(at, end);
}

function readLongVarint(at: usize, end: usize): usize {
  const start = at;
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    if (at >= end) {
      return fail(MALFORMED_BINARY, start);
    }
    const byte = load<u8>(at++);
    value |= (<u64>(byte & 0x7f)) << shift;
    if (byte < MORE_BYTES) {
      wireValue = value;
      return at;
    }
  }
  return fail(MALFORMED_BINARY, start);
}

/** Reads and checks the tag of a field. Returns the offset after it; 0 if it is invalid. */
export function readTagAt(at: usize, end: usize): usize {
  const next = readVarint(at, end);
  return next === at + 1 && wireValue > 7 ? next : next ? checkTag(at, next) : 0;
}

function checkTag(at: usize, next: usize): usize {
  const wrong = next - at > 5 || wireValue > 0xffffffff || wireValue < 8;
  return wrong ? fail(MALFORMED_BINARY, at) : next;
}

/** Reads a length and checks that as many bytes follow. Returns the offset of the first one. */
export function readLength(at: usize, end: usize): usize {
  const next = readVarint(at, end);
  if (!next) {
    return 0;
  }
  return wireValue <= <u64>(end - next) ? next : fail(MALFORMED_BINARY, at);
}

/**
 * Reads a value of any wire type but a group. For a delimited value, reads its length and returns
 * the offset of its content.
 */
export function readValue(at: usize, end: usize, wire: u32): usize {
  switch (wire) {
    case VARINT:
      return readVarint(at, end);
    case DELIMITED:
      return readLength(at, end);
    case FIXED_64:
      if (end - at < 8) {
        break;
      }
      wireValue = load<u64>(at);
      return at + 8;
    case FIXED_32:
      if (end - at < 4) {
        break;
      }
      wireValue = load<u32>(at);
      return at + 4;
  }
  return fail(MALFORMED_BINARY, at);
}

/**
 * Returns the offset after the value at `at`, whose field has the given tag. `level` is the
 * number of messages and groups around it; 0 if it is unknown and checked later.
 */
export function skipValue(at: usize, end: usize, tag: u32, level: u32): usize {
  const wire = tag & 7;
  if (wire !== GROUP) {
    const next = readValue(at, end, wire);
    return next && wire === DELIMITED ? next + <usize>wireValue : next;
  }
  setDoubtful();
  if (level >= DEEPEST) {
    return fail(MALFORMED_BINARY, at);
  }
  while (true) {
    at = readTagAt(at, end);
    if (!at) {
      return 0;
    }
    const inner = <u32>wireValue;
    if ((inner & 7) === END_GROUP) {
      return inner >> 3 === tag >> 3 ? at : fail(MALFORMED_BINARY, at);
    }
    at = skipValue(at, end, inner, level + 1);
    if (!at) {
      return 0;
    }
  }
}
