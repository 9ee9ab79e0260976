import { BACKSLASH, QUOTE } from "./characters";
import {
  ENCODING_32,
  FIELD_ARM_TEXT,
  FIELD_ARM_TEXT_LENGTH,
  FIELD_MEMBER_INDEX,
  FIELD_TAG,
  FIELD_UNION,
  MEMBER_ARM,
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
  MEMBER_TEXT_COUNT,
  MEMBER_TEXT_ENTRY_LENGTH,
  MEMBER_TEXT_ENTRY_SIZE,
  MEMBER_TEXT_ENTRY_TEXT,
  MEMBER_TEXT_LENGTH,
  MEMBER_TEXTS,
  MEMBER_UNION,
  MESSAGE_DIRECT,
  NO_MEMBER,
  OUTPUT_BY_KIND,
  OUTPUT_CONSTANT,
  OUTPUT_INTEGER,
  OUTPUT_OTHER,
  OUTPUT_PAYLOAD,
  OUTPUT_STRING,
  OUTPUT_TAG,
  OUTPUT_TEXT,
} from "./layout";
import { out, outLimit, setOut } from "./state";
import { storeDigits } from "./to-json-number";
import { escapeLetter } from "./to-json-string";
import { BLOCK, copy16, copyOdd, firstOf } from "./vector";
import { MORE_BYTES } from "./wire";

// Most messages have one record for each member, in the order of the members. Those are written
// in one pass, in a loop without calls. Other messages are scanned into slots first.

/** The loop cannot write this record. */
export const STOP_RECORD: u32 = 0;
/** The output has no room. */
export const STOP_ROOM: u32 = 1;
/** The message must be scanned into slots. */
export const STOP_OTHER: u32 = 2;

/** Why `writePlainMembers` stopped: one of STOP_*. */
export let plainStop: u32 = 0;
/** Offset of the next record. */
export let plainAt: usize = 0;
/** The field of the record at which it stopped. */
export let plainField: usize = 0;
/** The arm of the message's union, after its tag was written. */
export let plainArm: usize = 0;

/** A longer text may not fit into the room that is reserved for a member. */
const LONGEST_ARM_TEXT: usize = 64;

/**
 * Writes members from `member` on, from the records at `at`. Returns the member at which it
 * stopped.
 */
// @inline
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the loop must stay without calls
export function writePlainMembers(
  member: usize,
  last: usize,
  at: usize,
  end: usize,
  message: usize,
  arm: usize,
): usize {
  let to = out;
  let stop = STOP_OTHER;
  while (member < last) {
    if (to + load<u32>(member, MEMBER_ROOM) > outLimit) {
      stop = STOP_ROOM;
      break;
    }
    const output = load<u8>(member, MEMBER_OUTPUT);
    const tag: u32 = at < end ? load<u8>(at) : NO_RECORD;
    // How the value is written, and the text to write before it.
    let value: u8 = OUTPUT_OTHER;
    let record = at;
    let text: usize = load<u32>(member, MEMBER_TEXT);
    let length: usize = load<u32>(member, MEMBER_TEXT_LENGTH);
    if (output >= OUTPUT_TAG) {
      if (output === OUTPUT_PAYLOAD) {
        // The content member of an adjacent union belongs to every arm.
        const own: usize = load<u32>(member, MEMBER_FIELD);
        if (!arm || !own || own === arm) {
          if (arm && load<u8>(arm, FIELD_TAG) === tag) {
            plainField = arm;
            stop = STOP_RECORD;
          }
          break;
        }
        member += MEMBER_SIZE;
        continue;
      }
      arm = fieldOf(message, tag);
      if (!arm || load<u32>(arm, FIELD_UNION) !== load<u32>(member, MEMBER_UNION)) {
        break;
      }
      text = load<u32>(arm, FIELD_ARM_TEXT);
      length = load<u32>(arm, FIELD_ARM_TEXT_LENGTH);
      if (length - 1 >= LONGEST_ARM_TEXT) {
        break;
      }
      if (load<u32>(arm, FIELD_MEMBER_INDEX) === NO_MEMBER) {
        // The arm has no payload; its record is a tag and a zero.
        if (at + 2 > end || load<u8>(at, 1)) {
          break;
        }
        at += 2;
      }
    } else if (output === OUTPUT_CONSTANT) {
      // A constant consists of its text only.
    } else if (tag === load<u16>(member, MEMBER_RECORD)) {
      stop = STOP_RECORD;
      plainField = load<u32>(member, MEMBER_FIELD);
      if (output <= OUTPUT_INTEGER && output !== OUTPUT_OTHER) {
        value = output;
        text = load<u32>(member, MEMBER_KEY);
        length = load<u32>(member, MEMBER_KEY_LENGTH);
      } else if (output === OUTPUT_BY_KIND) {
        // The union must hold one string, and its length must have one byte.
        const size: usize = load<u8>(at, 1);
        if (
          size >= MORE_BYTES ||
          load<u8>(at, 2) !== load<u8>(member, MEMBER_ARM) ||
          <usize>load<u8>(at, 3) + 2 !== size
        ) {
          break;
        }
        value = OUTPUT_STRING;
        record = at + 2;
        text = load<u32>(member, MEMBER_KEY);
        length = load<u32>(member, MEMBER_KEY_LENGTH);
      } else if (output === OUTPUT_TEXT) {
        const number: usize = load<u8>(at, 1);
        if (at + 2 > end || number >= <usize>load<u32>(member, MEMBER_TEXT_COUNT)) {
          break;
        }
        const place: usize = load<u32>(member, MEMBER_TEXTS) + number * MEMBER_TEXT_ENTRY_SIZE;
        text = load<u32>(place, MEMBER_TEXT_ENTRY_TEXT);
        length = load<u32>(place, MEMBER_TEXT_ENTRY_LENGTH);
        if (!length || (!number && load<u8>(member, MEMBER_IMPLICIT))) {
          break;
        }
        at += 2;
      } else {
        if (output === OUTPUT_OTHER) {
          stop = STOP_OTHER;
        }
        break;
      }
    } else {
      // The member has no record here. If one comes later, it remains at the end, where it is
      // noticed.
      if (load<u8>(member, MEMBER_REASON)) {
        break;
      }
    }
    let next = to + length;
    copy16(to, text);
    copy16(to + 16, text + 16);
    for (let done: usize = 32; done < length; done += 16) {
      copy16(to + done, text + done);
    }
    if (value === OUTPUT_STRING) {
      let rest: usize = load<u8>(record, 1);
      let from = record + 2;
      if (rest >= MORE_BYTES || from + rest > end || (!rest && load<u8>(member, MEMBER_IMPLICIT))) {
        break;
      }
      store<u8>(next++, QUOTE);
      while (rest) {
        const odd = copyOdd(next, from);
        const run = odd ? firstOf(odd) : BLOCK;
        if (run >= rest) {
          next += rest;
          from += rest;
          rest = 0;
          break;
        }
        next += run;
        from += run;
        rest -= run;
        if (odd) {
          const letter = escapeLetter(load<u8>(from));
          if (!letter) {
            break;
          }
          store<u16>(next, BACKSLASH | ((<u16>letter) << 8));
          next += 2;
          from++;
          rest--;
        }
      }
      if (rest) {
        break;
      }
      store<u8>(next++, QUOTE);
      at = from;
    } else if (value === OUTPUT_INTEGER) {
      let behind = at + 2;
      let number: u64 = load<u8>(at, 1);
      if (number >= MORE_BYTES) {
        const block = load<u64>(at, 1);
        const ends = ~block & 0x8080808080808080;
        if (!ends) {
          break;
        }
        behind += <usize>(ctz(ends) >> 3);
        // Keeps seven bits of each byte.
        number = block & (ends ^ (ends - 1)) & 0x7f7f7f7f7f7f7f7f;
        number = (number & 0x007f007f007f007f) | ((number & 0x7f007f007f007f00) >> 1);
        number = (number & 0x00003fff00003fff) | ((number & 0x3fff00003fff0000) >> 2);
        number = (number & 0x000000000fffffff) | ((number & 0x0fffffff00000000) >> 4);
      }
      if (
        behind > end ||
        number >= 10_000_000_000_000_000 ||
        (number > 0x7fffffff && load<u8>(member, MEMBER_ENCODING) & ENCODING_32) ||
        (!number && load<u8>(member, MEMBER_IMPLICIT))
      ) {
        break;
      }
      next = storeDigits(next, number);
      at = behind;
    }
    to = next;
    stop = STOP_OTHER;
    member += MEMBER_SIZE;
  }
  plainStop = stop;
  plainAt = at;
  plainArm = arm;
  setOut(to);
  return member;
}

/** Not equal to any byte. */
const NO_RECORD: u32 = 0x200;

/** Returns the field whose tag is this one byte; 0 if there is none. */
// @inline
function fieldOf(message: usize, tag: u32): usize {
  if (tag >= MORE_BYTES) {
    return 0;
  }
  const field: usize = load<u32>(load<u32>(message, MESSAGE_DIRECT) + ((tag >> 3) << 2));
  return field && load<u8>(field, FIELD_TAG) === tag ? field : 0;
}
