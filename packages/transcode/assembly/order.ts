import { ensure, out, SHORT_ROOM } from "./state";
import { readVarint, skipValue, wireValue } from "./wire";

/**
 * Sorts the fields of the message that starts at `start` by number, as other Protobuf libraries
 * write them: equal messages get equal bytes, whatever the order of the JSON's members. Returns
 * false if there is no room.
 */
export function orderFields(start: usize): bool {
  const end = out;
  if (isOrdered(start, end)) {
    return true;
  }
  const size = end - start;
  if (!ensure(size + SHORT_ROOM)) {
    return false;
  }
  // One pass for each field number in the message; number 0 does not occur.
  let to = end;
  let next: u32 = 0;
  while (next !== u32.MAX_VALUE) {
    const number = next;
    next = u32.MAX_VALUE;
    let at = start;
    while (at < end) {
      const record = at;
      at = endOfRecord(at, end);
      if (recordNumber === number) {
        memory.copy(to, record, at - record);
        to += at - record;
      } else if (recordNumber > number && recordNumber < next) {
        next = recordNumber;
      }
    }
  }
  memory.copy(start, end, size);
  return true;
}

let recordNumber: u32 = 0;

function endOfRecord(at: usize, end: usize): usize {
  const value = readVarint(at, end);
  const tag = <u32>wireValue;
  recordNumber = tag >> 3;
  return skipValue(value, end, tag, 0);
}

function isOrdered(start: usize, end: usize): bool {
  let previous: u32 = 0;
  let at = start;
  while (at < end) {
    at = endOfRecord(at, end);
    if (recordNumber < previous) {
      return false;
    }
    previous = recordNumber;
  }
  return true;
}
