import {
  ENCODING_32,
  FIELD_ARM_TEXT,
  FIELD_ARM_TEXT_LENGTH,
  FIELD_MEMBER_INDEX,
  FIELD_TAG,
  FIELD_UNION,
  MEMBER_ENCODING,
  MEMBER_FIELD,
  MEMBER_IMPLICIT,
  MEMBER_KEY,
  MEMBER_KEY_LENGTH,
  MEMBER_OUTPUT,
  MEMBER_REASON,
  MEMBER_RECORD,
  MEMBER_ROOM,
  MEMBER_SIZE,
  MEMBER_TEXT,
  MEMBER_TEXT_LENGTH,
  MEMBER_TEXT_COUNT,
  MEMBER_TEXTS,
  MEMBER_UNION,
  MESSAGE_DIRECT,
  MESSAGE_MEMBERS,
  OUTPUT_CONSTANT,
  OUTPUT_INTEGER,
  OUTPUT_OTHER,
  OUTPUT_STRING,
  OUTPUT_TAG,
  OUTPUT_TEXT,
  TABLE,
} from "./layout";
import { out, outLimit, setOut } from "./state";
import { storeDigits } from "./to-json-number";
import { BLOCK, copy, copy16, copyBlock, findHigh, findSpecial, upTo } from "./vector";
import { DELIMITED, FIXED_32, FIXED_64, GROUP } from "./wire";

// Most messages have their records in the order of the members, once each. They are
// written as they are read, member by member, in a loop that calls nothing. What is
// otherwise is left to those who look at all records first.

/** At a record that takes more than this loop knows. */
export const STOP_RECORD: u32 = 0;
/** There is no room. */
export const STOP_ROOM: u32 = 1;
/** The message has to be written by its slots. */
export const STOP_OTHER: u32 = 2;

/** Why it stopped. */
export let plainStop: u32 = 0;
/** The next record. */
export let plainAt: usize = 0;
/** The field of the record that it stopped at. */
export let plainField: usize = 0;
/** The arm of the message's union, once its tag is written. */
export let plainArm: usize = 0;
/** Whether the records from here on are known to be in order. */
export let plainOrdered: bool = false;

/** Copies text of the table; writes 32 bytes more. */
// @ts-ignore: decorator
@inline
function copyText(to: usize, from: usize, length: usize): usize {
  copy16(to, TABLE + from);
  copy16(to + 16, TABLE + from + 16);
  if (length > 32) {
    copy(to + 32, TABLE + from + 32, length - 32);
  }
  return to + length;
}

// @ts-ignore: decorator
@inline
function copyKey(to: usize, member: usize): usize {
  return copyText(to, load<u32>(member, MEMBER_KEY), load<u32>(member, MEMBER_KEY_LENGTH));
}

/**
 * Writes members from `member` on, from the records at `at`. Gives the member at
 * which it stopped.
 */
export function writePlainMembers(
  member: usize,
  last: usize,
  at: usize,
  end: usize,
  message: usize,
  arm: usize,
  ordered: bool,
): usize {
  let to = out;
  let stop = STOP_OTHER;
  while (member < last) {
    if (to + load<u32>(member, MEMBER_ROOM) > outLimit) {
      stop = STOP_ROOM;
      break;
    }
    const output = load<u8>(member, MEMBER_OUTPUT);
    if (output == OUTPUT_CONSTANT) {
      to = copyText(to, load<u32>(member, MEMBER_TEXT), load<u32>(member, MEMBER_TEXT_LENGTH));
      member += MEMBER_SIZE;
      continue;
    }
    const tag: u32 = at < end ? load<u8>(at) : NO_RECORD;
    if (output >= OUTPUT_TAG) {
      if (output == OUTPUT_TAG) {
        arm = fieldOf(message, tag);
        if (!arm || load<u32>(arm, FIELD_UNION) != load<u32>(member, MEMBER_UNION)) {
          break;
        }
        const length: usize = load<u32>(arm, FIELD_ARM_TEXT_LENGTH);
        if (length - 1 >= 64) {
          break;
        }
        to = copyText(to, load<u32>(arm, FIELD_ARM_TEXT), length);
      } else {
        // Of an adjacent union, the member belongs to every arm.
        const own: usize = load<u32>(member, MEMBER_FIELD);
        if (!arm || !own || own == arm) {
          if (arm && load<u8>(arm, FIELD_TAG) == tag) {
            plainField = arm;
            stop = STOP_RECORD;
          }
          break;
        }
      }
      member += MEMBER_SIZE;
      continue;
    }
    if (tag != load<u16>(member, MEMBER_RECORD)) {
      // The member is absent, unless its record comes later.
      if (!ordered && tag != NO_RECORD) {
        ordered = isOrdered(at, end, message, member);
      }
      if (load<u8>(member, MEMBER_REASON) || !(ordered || tag == NO_RECORD)) {
        break;
      }
      to = copyText(to, load<u32>(member, MEMBER_TEXT), load<u32>(member, MEMBER_TEXT_LENGTH));
      member += MEMBER_SIZE;
      continue;
    }
    stop = STOP_RECORD;
    plainField = load<u32>(member, MEMBER_FIELD);
    if (output == OUTPUT_STRING) {
      const length: usize = load<u8>(at, 1);
      const text = at + 2;
      if (length >= 0x80 || length + text > end || (!length && load<u8>(member, MEMBER_IMPLICIT))) {
        break;
      }
      const start = copyKey(to, member) + 1;
      let odd: u64 = 0;
      let done: usize = 0;
      for (; done + BLOCK <= length; done += BLOCK) {
        copyBlock(start + done, text + done);
        odd |= findSpecial(text + done) | findHigh(text + done);
      }
      copyBlock(start + done, text + done);
      odd |= (findSpecial(text + done) | findHigh(text + done)) & upTo(length - done);
      if (odd) {
        break;
      }
      store<u8>(start - 1, 0x22);
      store<u8>(start + length, 0x22);
      to = start + length + 1;
      at = text + length;
    } else if (output == OUTPUT_INTEGER) {
      let next = at + 2;
      let value: u64 = load<u8>(at, 1);
      if (value >= 0x80) {
        const block = load<u64>(at, 1);
        const ends = ~block & 0x8080808080808080;
        if (!ends) {
          break;
        }
        next = at + 2 + <usize>(ctz(ends) >> 3);
        // Seven bits of each byte.
        value = block & (ends ^ (ends - 1)) & 0x7f7f7f7f7f7f7f7f;
        value = (value & 0x007f007f007f007f) | ((value & 0x7f007f007f007f00) >> 1);
        value = (value & 0x00003fff00003fff) | ((value & 0x3fff00003fff0000) >> 2);
        value = (value & 0x000000000fffffff) | ((value & 0x0fffffff00000000) >> 4);
      }
      if (
        next > end ||
        value >= 10_000_000_000_000_000 ||
        (value > 0x7fffffff && load<u8>(member, MEMBER_ENCODING) & ENCODING_32) ||
        (!value && load<u8>(member, MEMBER_IMPLICIT))
      ) {
        break;
      }
      to = storeDigits(copyKey(to, member), value);
      at = next;
    } else if (output == OUTPUT_TEXT) {
      const value: usize = load<u8>(at, 1);
      if (at + 2 > end || value >= <usize>load<u32>(member, MEMBER_TEXT_COUNT)) {
        break;
      }
      const texts: usize = load<u32>(member, MEMBER_TEXTS) + (value << 3);
      const length: usize = load<u32>(texts, TABLE + 4);
      if (!length || (!value && load<u8>(member, MEMBER_IMPLICIT))) {
        break;
      }
      to = copyText(to, load<u32>(texts, TABLE), length);
      at += 2;
    } else {
      if (output == OUTPUT_OTHER) {
        stop = STOP_OTHER;
      }
      break;
    }
    stop = STOP_OTHER;
    member += MEMBER_SIZE;
  }
  plainStop = stop;
  plainAt = at;
  plainArm = arm;
  plainOrdered = ordered;
  setOut(to);
  return member;
}

/** No byte is this. */
const NO_RECORD: u32 = 0x200;

/** The field whose tag is one byte, and this; 0 if there is none. */
// @ts-ignore: decorator
@inline
function fieldOf(message: usize, tag: u32): usize {
  if (tag >= 0x80) {
    return 0;
  }
  const field: usize = load<u32>(load<u32>(message, MESSAGE_DIRECT) + (tag >> 3 << 2), TABLE);
  return field && load<u8>(field, FIELD_TAG) == tag ? field : 0;
}

/**
 * Whether the records from `at` on are in the order of the members, behind
 * `member`, and have tags of one byte. A list may have several.
 */
function isOrdered(at: usize, end: usize, message: usize, member: usize): bool {
  let index = <u32>((member - load<u32>(message, MESSAGE_MEMBERS)) / MEMBER_SIZE);
  let before: u32 = NO_RECORD;
  while (at < end) {
    const tag: u32 = load<u8>(at++);
    if (tag != before) {
      const field = fieldOf(message, tag);
      if (!field || load<u32>(field, FIELD_MEMBER_INDEX) <= index) {
        return false;
      }
      index = load<u32>(field, FIELD_MEMBER_INDEX);
      before = tag;
    } else if ((tag & 7) != DELIMITED) {
      return false;
    }
    const wire = tag & 7;
    if (wire == FIXED_64) {
      at += 8;
    } else if (wire == FIXED_32) {
      at += 4;
    } else {
      let value: usize = 0;
      let shift: usize = 0;
      let byte: u32;
      do {
        byte = load<u8>(at++);
        value |= <usize>(byte & 0x7f) << shift;
        shift += 7;
      } while (byte >= 0x80 && shift < 28);
      if (byte >= 0x80) {
        // A long number; a length of this size is for others.
        if (wire == DELIMITED || wire == GROUP) {
          return false;
        }
        while (load<u8>(at++) >= 0x80) {}
      }
      if (wire == DELIMITED) {
        at += value;
      }
    }
  }
  return at == end;
}
