// Reading the Protobuf wire format. Places are passed in `at`, because a function returns only one
// value.

/** The place after what was read last. */
export let at: usize = 0;
/** Whether what was read last is malformed. */
export let isBroken: bool = false;

export function setAt(place: usize): void {
  at = place;
  isBroken = false;
}

/** Reads a varint of up to 10 bytes. */
// @inline
export function readVarint(place: usize, end: usize): u64 {
  if (place < end) {
    const byte = load<u8>(place);
    if (byte < 0x80) {
      at = place + 1;
      return byte;
    }
  }
  return readLongVarint(place, end);
}

function readLongVarint(place: usize, end: usize): u64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  let next = place;
  while (next < end && shift < 70) {
    const byte = load<u8>(next++);
    value |= (<u64>(byte & 0x7f)) << shift;
    if (byte < 0x80) {
      at = next;
      return value;
    }
    shift += 7;
  }
  isBroken = true;
  return 0;
}

/** The number of a field, or its size. */
export let value: u64 = 0;
/** Where the bytes of a field are that has a size. */
export let bytes: usize = 0;

/** Reads a field after its tag. */
// @inline
export function readBody(wireType: u32, place: usize, end: usize): void {
  if (wireType === SIZED) {
    value = readVarint(place, end);
    bytes = at;
    if (isBroken || value > <u64>(end - at)) {
      isBroken = true;
    } else {
      at = bytes + <usize>value;
    }
  } else if (wireType === VARINT) {
    value = readVarint(place, end);
  } else {
    readOtherBody(wireType, place, end);
  }
}

function readOtherBody(wireType: u32, place: usize, end: usize): void {
  if (wireType === START_GROUP) {
    skipGroup(place, end);
    return;
  }
  const size: usize = wireType === FIXED64 ? 8 : 4;
  if ((wireType !== FIXED64 && wireType !== FIXED32) || end - place < size) {
    isBroken = true;
    return;
  }
  value = wireType === FIXED64 ? load<u64>(place) : <u64>load<u32>(place);
  at = place + size;
}

export const VARINT: u32 = 0;
export const FIXED64: u32 = 1;
export const SIZED: u32 = 2;
const START_GROUP: u32 = 3;
const END_GROUP: u32 = 4;
export const FIXED32: u32 = 5;

/** Protobuf's own limit is 100 as well. */
const MAX_GROUPS: u32 = 100;

/** Skips a group, after its first tag. Groups in it are skipped too. */
function skipGroup(place: usize, end: usize): void {
  let depth: u32 = 1;
  let next = place;
  while (depth > 0) {
    const wireType = <u32>readVarint(next, end) & 7;
    next = at;
    if (isBroken) {
      return;
    }
    switch (wireType) {
      case VARINT:
        readVarint(next, end);
        next = at;
        break;
      case FIXED64:
        next += 8;
        break;
      case SIZED: {
        const size = readVarint(next, end);
        if (isBroken || size > <u64>(end - at)) {
          isBroken = true;
          return;
        }
        next = at + <usize>size;
        break;
      }
      case START_GROUP:
        depth++;
        break;
      case END_GROUP:
        depth--;
        break;
      case FIXED32:
        next += 4;
        break;
      default:
        isBroken = true;
    }
    if (isBroken || next > end || depth > MAX_GROUPS) {
      isBroken = true;
      return;
    }
  }
  at = next;
}
