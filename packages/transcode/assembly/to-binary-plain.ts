import { countDigits, readEightDigits, readFewDigits, TENS } from "./decimal";
import {
  FRAME_DISORDERED,
  STATE_TAG,
  STATE_TAG_ARM,
  STATE_TAG_END,
  STATE_TAG_KIND,
  TAG_ARM,
} from "./frame";
import {
  ACTION_CONSTANT,
  ACTION_ENUM,
  ACTION_INTEGER,
  ACTION_STRING,
  ACTION_TAG,
  ENCODING_VARINT,
  ENCODING_ZIGZAG,
  FIELD_MAXIMUM,
  MESSAGE_NAMES,
  NAME_ACTION,
  NAME_BIT,
  NAME_ENCODING,
  NAME_FIELD,
  NAME_IMPLICIT,
  NAME_LENGTH,
  NAME_PRESENCE,
  NAME_SIZE,
  NAME_STATE,
  NAME_TAG,
  NAME_TAG_LENGTH,
  NAME_VALUE,
  NAME_VALUES,
  NULLABLE,
} from "./layout";
import { find, isExpectedName, isName } from "./names";
import { hasRoom, out, setOut } from "./state";
import { BLOCK, before, copyQuote, findSolid, findSpecial, firstOf } from "./vector";

// What most members are: short strings, numbers, words. They are read in a loop
// that calls nothing, since an engine keeps no value in a register over a call.
// Whatever it does not know, it leaves as it is, for the reader of any member.

/** Stopped at a name. */
export const STOP_NAME: u32 = 0;
/** Stopped at the value of a known member. */
export const STOP_MEMBER: u32 = 1;
/** Stopped behind a value. */
export const STOP_VALUE: u32 = 2;
/** Stopped behind the object. */
export const STOP_CLOSED: u32 = 3;

/** Why the loop stopped last, the member there, or the one that is expected, and those that were seen. */
export let plainStop: u32 = 0;
export let plainEntry: usize = 0;
export let plainSeen: u64 = 0;
/** Where the name of the member stands. */
export let plainName: usize = 0;

export function setPlain(entry: usize, seen: u64): void {
  plainEntry = entry;
  plainSeen = seen;
}

/** Writes a varint below 2^49, without a loop. The place behind it. Writes 8 bytes. */
// @ts-ignore: decorator
@inline
function storeVarint(to: usize, value: u64): usize {
  // Seven bits to each byte.
  let spread = (value & 0x0fffffff) | ((value & 0x00fffffff0000000) << 4);
  spread = (spread & 0x00003fff00003fff) | ((spread & 0x0fffc0000fffc000) << 2);
  spread = (spread & 0x007f007f007f007f) | ((spread & 0x3f803f803f803f80) << 1);
  const last = (63 - <u32>clz(spread)) & ~7;
  store<u64>(to, spread | (0x8080808080808080 & (((<u64>1) << last) - 1)));
  return to + <usize>(last >> 3) + 1;
}

/** Reads members from the name at `at` on. Gives where it stopped. */
export function readPlainMembers(
  at: usize,
  message: usize,
  frame: usize,
  entry: usize,
  seen: u64,
): usize {
  let to = out;
  let stop = STOP_NAME;
  // The value, and the member, at which it may stop.
  let place = at;
  let member: usize = 0;
  while (hasRoom(to, at)) {
    let found = entry;
    if (!isExpectedName(at, entry)) {
      found = find(at, load<u32>(message, MESSAGE_NAMES));
      if (!found || load<u8>(at + load<u32>(found, NAME_LENGTH)) != 0x3a) {
        break;
      }
      if (found < entry) {
        store<u32>(frame, 1, FRAME_DISORDERED);
      }
    }
    let next = at + load<u32>(found, NAME_LENGTH) + 1;
    let byte = load<u8>(next);
    if (byte == 0x20) {
      byte = load<u8>(++next);
    }
    const bit = load<u64>(found, NAME_BIT);
    if (bit & seen) {
      break;
    }
    stop = STOP_MEMBER;
    place = next;
    member = found;
    if (byte == 0x22) {
      const action = load<u8>(found, NAME_ACTION);
      if (bit == 0) {
        // A member beyond those that a word has bits for.
        break;
      }
      if (action == ACTION_STRING) {
        store<u64>(to, load<u64>(found, NAME_TAG));
        const start = to + load<u8>(found, NAME_TAG_LENGTH);
        const text = next + 1;
        // The next member waits for the place of the quote, and for nothing else.
        let block = text;
        let quote = copyQuote(start + 1, text);
        if (!quote) {
          if (findSpecial(block)) {
            break;
          }
          block += BLOCK;
          quote = copyQuote(start + 1 + BLOCK, block);
        }
        const end = block + firstOf(quote);
        if (!quote || before(findSpecial(block), quote) || end == text) {
          break;
        }
        store<u8>(start, end - text);
        to = start + 1 + (end - text);
        next = end + 1;
      } else if (action == ACTION_CONSTANT) {
        const constant: usize = load<u32>(found, NAME_FIELD);
        if (!isName(next, constant)) {
          break;
        }
        next += load<u32>(constant, NAME_LENGTH);
      } else if (action == ACTION_ENUM || action == ACTION_TAG) {
        const value = find(next, load<u32>(found, NAME_VALUES));
        if (!value) {
          break;
        }
        const end = next + load<u32>(value, NAME_LENGTH);
        const number = load<u32>(value, NAME_VALUE);
        if (action == ACTION_TAG) {
          const state = frame + load<u32>(found, NAME_STATE);
          store<u32>(state, next, STATE_TAG);
          store<u32>(state, end, STATE_TAG_END);
          store<u32>(state, number, STATE_TAG_ARM);
          store<u8>(state, TAG_ARM, STATE_TAG_KIND);
        } else if (number - 1 < 0x7f) {
          store<u64>(to, load<u64>(found, NAME_TAG));
          to += load<u8>(found, NAME_TAG_LENGTH);
          store<u8>(to++, number);
        } else {
          break;
        }
        next = end;
      } else {
        break;
      }
    } else if (bit == 0) {
      break;
    } else if (byte == 0x6e) {
      if (load<u8>(found, NAME_PRESENCE) != NULLABLE || load<u32>(next) != 0x6c6c756e) {
        break;
      }
      next += 4;
    } else if (load<u8>(found, NAME_ACTION) == ACTION_INTEGER && <u8>(byte - 0x30) <= 9) {
      // Up to 15 digits, without a loop.
      const start = next;
      let block = load<u64>(next);
      let count = countDigits(block);
      let value: u64;
      next += count;
      if (count < 8) {
        value = readFewDigits(block, count);
      } else {
        value = readEightDigits(block);
        block = load<u64>(next);
        count = countDigits(block);
        if (count == 8) {
          break;
        }
        if (count) {
          value = value * load<u32>(TENS + (count << 2)) + readFewDigits(block, count);
          next += count;
        }
      }
      byte = load<u8>(next);
      if (
        byte == 0x2e ||
        (byte | 0x20) == 0x65 ||
        (load<u8>(start) == 0x30 && next != start + 1) ||
        value > load<u64>(load<u32>(found, NAME_FIELD), FIELD_MAXIMUM) ||
        value >> 48 != 0
      ) {
        break;
      }
      if (value != 0 || load<u32>(found, NAME_IMPLICIT) == 0) {
        const encoding = load<u8>(found, NAME_ENCODING) & 3;
        if (encoding > ENCODING_ZIGZAG) {
          break;
        }
        store<u64>(to, load<u64>(found, NAME_TAG));
        to += load<u8>(found, NAME_TAG_LENGTH);
        value <<= <u64>(encoding != ENCODING_VARINT);
        if (value < 0x80) {
          store<u8>(to++, <u8>value);
        } else {
          to = storeVarint(to, value);
        }
      }
    } else {
      break;
    }
    seen |= bit;
    entry = found + NAME_SIZE;
    stop = STOP_NAME;
    at = next;
    byte = load<u8>(at);
    if (byte != 0x2c) {
      stop = STOP_VALUE;
      if (byte == 0x7d) {
        stop = STOP_CLOSED;
        at++;
      }
      break;
    }
    at++;
    if (load<u8>(at) <= 0x20) {
      // A new line and its indentation.
      let solid = findSolid(at);
      while (!solid) {
        at += BLOCK;
        solid = findSolid(at);
      }
      at += firstOf(solid);
    }
  }
  setOut(to);
  plainStop = stop;
  plainSeen = seen;
  if (stop == STOP_MEMBER) {
    plainEntry = member;
    plainName = at;
    return place;
  }
  plainEntry = entry;
  return at;
}
