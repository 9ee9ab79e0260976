import { SCRATCH_FULL } from "./codes";
import { FRAME_LENGTH_SIZE, FRAME_START } from "./frame";
import { MESSAGE_PIECES, PIECE_END, PIECE_SIZE } from "./layout";
import { ensure, fail, out, SHORT_ROOM, top, topLimit } from "./state";
import { copy, copy16 } from "./vector";
import { DELIMITED, FIXED_64, MORE_BYTES, VARINT } from "./wire";

// Sorts the fields of a message by number, as other Protobuf libraries write them: equal messages
// get equal bytes, whatever the order of the JSON's members.

/** A field of this size is moved to its place at once, without a copy in between. */
const BULKY: usize = 1024;

/**
 * Sorts the fields of the object at the end of the output by the pieces of the members in `seen`,
 * whose order is that of their fields. Returns false if there is no room.
 */
export function orderPieces(frame: usize, message: usize, seen: u64): bool {
  const pieces = frame + load<u32>(message, MESSAGE_PIECES);
  let place: usize = load<u32>(frame, FRAME_START) + load<u32>(frame, FRAME_LENGTH_SIZE);
  let rest = seen;
  // The first pieces may be where they belong.
  while (rest) {
    const piece = pieces + <usize>ctz(rest) * PIECE_SIZE;
    const from: usize = load<u32>(piece);
    const end: usize = load<u32>(piece, PIECE_END);
    if (from !== place && from !== end) {
      break;
    }
    place += end - from;
    rest &= rest - 1;
  }
  if (!rest) {
    return true;
  }
  const copies = out;
  if (!ensure(copies - place + SHORT_ROOM)) {
    return false;
  }
  let to = copies;
  let gap: usize = 0;
  let bulk: usize = 0;
  let bulkSize: usize = 0;
  while (rest) {
    const piece = pieces + <usize>ctz(rest) * PIECE_SIZE;
    const from: usize = load<u32>(piece);
    const size = load<u32>(piece, PIECE_END) - from;
    rest &= rest - 1;
    // Most pieces are short.
    copy16(to, from);
    copy16(to + 16, from + 16);
    if (size > 32) {
      if (size >= BULKY && bulk === 0) {
        bulk = from;
        bulkSize = size;
        gap = to - copies;
        continue;
      }
      for (let done: u32 = 32; done < size; done += 32) {
        copy16(to + done, from + done);
        copy16(to + done + 16, from + done + 16);
      }
    }
    to += size;
  }
  if (bulk !== 0) {
    memory.copy(place + gap, bulk, bulkSize);
    memory.copy(place, copies, gap);
    memory.copy(place + gap + bulkSize, copies + gap, to - copies - gap);
    return true;
  }
  // The copies follow the pieces, so that writing some bytes too many does no harm.
  for (let from = copies; from < to; from += 32) {
    copy16(place, from);
    copy16(place + 16, from + 16);
    place += 32;
  }
  return true;
}

/** Fields with a smaller number have a slot, which holds a piece. */
const SLOTS: u32 = 64;
/** Fields with larger numbers are in a sorted list after the slots: a piece and its number. */
const LARGE: usize = 16;
const LARGE_NUMBER: usize = 8;
/**
 * Sorts the fields of the message that starts at `start`, for schemas whose members are not in the
 * order of their fields. Returns false if there is no room.
 *
 * One pass over the records notes where each field is; then the fields are copied in order. All
 * records of a field are adjacent, because they come from one member.
 */
export function orderFields(start: usize): bool {
  const end = out;
  const slots = top;
  const list = slots + <usize>SLOTS * PIECE_SIZE;
  let listEnd = list;
  if (topLimit - slots < (<usize>SLOTS + 1) * PIECE_SIZE) {
    return fail(SCRATCH_FULL, 0) !== 0;
  }
  let present: u64 = 0;
  let previous: u32 = 0;
  let ordered = true;
  let at = start;
  while (at < end) {
    const record = at;
    let tag: u32 = load<u8>(at++);
    if (tag >= MORE_BYTES) {
      tag = readLong(record);
      at = longEnd;
    }
    const number = tag >> 3;
    const wire = tag & 7;
    if (wire === DELIMITED) {
      let size: u32 = load<u8>(at++);
      if (size >= MORE_BYTES) {
        size = readLong(at - 1);
        at = longEnd;
      }
      at += size;
    } else if (wire === VARINT) {
      while (load<u8>(at++) >= MORE_BYTES) {}
    } else {
      at += wire === FIXED_64 ? 8 : 4;
    }
    let piece = slots + <usize>number * PIECE_SIZE;
    if (number >= SLOTS) {
      if (number !== previous) {
        listEnd = addLarge(list, listEnd, number);
        if (!listEnd) {
          return false;
        }
      }
      piece = findLarge(listEnd, number);
    }
    if (number !== previous) {
      store<u32>(piece, record);
      present |= (<u64>(number < SLOTS)) << number;
      ordered = ordered && number > previous;
      previous = number;
    }
    store<u32>(piece, at, PIECE_END);
  }
  if (ordered) {
    return true;
  }
  // Moves all pieces together, in order.
  let to = slots;
  while (present) {
    store<u64>(to, load<u64>(slots + <usize>ctz(present) * PIECE_SIZE));
    to += PIECE_SIZE;
    present &= present - 1;
  }
  for (let large = list; large < listEnd; large += LARGE) {
    store<u64>(to, load<u64>(large));
    to += PIECE_SIZE;
  }
  return movePieces(slots, to, start);
}

/** The offset after the varint that `readLong` read last. */
let longEnd: usize = 0;

/** Reads a varint of up to 32 bits. */
function readLong(at: usize): u32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  let byte: u32;
  do {
    byte = load<u8>(at++);
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte >= MORE_BYTES);
  longEnd = at;
  return value;
}

/** Adds a field to the list of those with large numbers. Returns the list's end; 0 without room. */
function addLarge(list: usize, listEnd: usize, number: u32): usize {
  if (topLimit - listEnd < LARGE) {
    return fail(SCRATCH_FULL, 0);
  }
  let at = listEnd;
  while (at > list && load<u32>(at - LARGE, LARGE_NUMBER) > number) {
    copy16(at, at - LARGE);
    at -= LARGE;
  }
  store<u32>(at, number, LARGE_NUMBER);
  return listEnd + LARGE;
}

/** Returns the piece of a field that is in the list. */
function findLarge(listEnd: usize, number: u32): usize {
  do {
    listEnd -= LARGE;
  } while (load<u32>(listEnd, LARGE_NUMBER) !== number);
  return listEnd;
}

/**
 * Moves the pieces of a message, which are listed in the order of their fields, to their places.
 * Returns false if there is no room.
 */
function movePieces(first: usize, last: usize, start: usize): bool {
  // Pieces at the start and at the end often are where they belong.
  let end = out;
  while (first < last && <usize>load<u32>(first) === start) {
    start = load<u32>(first, PIECE_END);
    first += PIECE_SIZE;
  }
  while (last > first && <usize>load<u32>(last - PIECE_SIZE, PIECE_END) === end) {
    last -= PIECE_SIZE;
    end = load<u32>(last);
  }
  if (!ensure(end - start + SHORT_ROOM)) {
    return false;
  }
  const copies = out;
  let to = copies;
  let gap: usize = 0;
  let bulk: usize = 0;
  let bulkSize: usize = 0;
  for (let piece = first; piece < last; piece += PIECE_SIZE) {
    const from: usize = load<u32>(piece);
    const size = load<u32>(piece, PIECE_END) - from;
    if (size >= BULKY && bulk === 0) {
      bulk = from;
      bulkSize = size;
      gap = to - copies;
    } else {
      copy(to, from, size);
      to += size;
    }
  }
  if (bulk !== 0) {
    memory.copy(start + gap, bulk, bulkSize);
    memory.copy(start, copies, gap);
    memory.copy(start + gap + bulkSize, copies + gap, to - copies - gap);
    return true;
  }
  // `copy` may write some bytes too many: they are those that are there already.
  copy16(to, end);
  copy(start, copies, to - copies);
  return true;
}
