import {
  BACKSLASH,
  BACKSPACE,
  CARRIAGE_RETURN,
  DIGIT_0,
  FORM_FEED,
  LETTER_A,
  LETTER_B,
  LETTER_F,
  LETTER_N,
  LETTER_R,
  LETTER_T,
  LETTER_U,
  LINE_FEED,
  LOWER_CASE,
  QUOTE,
  SLASH,
  TAB,
} from "./characters";
import {
  FRAME_2,
  FRAME_3,
  FRAME_4,
  NEXT_BITS,
  NEXT_SIZE,
  POINT_2,
  POINT_3,
  POINT_4,
} from "./utf8-bytes";

/** The size of an escape such as `\u00e9`, and how it starts. */
export const UNICODE_LENGTH: usize = 6;
const UNICODE_START: u16 = 0x755c;
/** The first of the high surrogates, the first of the low ones, and the code point after them. */
const HIGH_SURROGATES: i32 = 0xd800;
const LOW_SURROGATES: i32 = 0xdc00;
const AFTER_SURROGATES: i32 = 0xe000;

/** The length of the escape read last in bytes; 0 if it was invalid. */
export let escapeLength: usize = 0;

/** Marks the result of `readEscape` as a lone surrogate. */
export const LONE: u32 = 0x80000000;

/**
 * Returns the code point of the escape whose backslash is at `from`; for a lone surrogate, `LONE`
 * and the code unit.
 */
export function readEscape(from: usize): u32 {
  escapeLength = 2;
  const letter = load<u8>(from, 1);
  switch (letter) {
    case LETTER_N:
      return LINE_FEED;
    case QUOTE:
    case BACKSLASH:
    case SLASH:
      return letter;
    case LETTER_T:
      return TAB;
    case LETTER_R:
      return CARRIAGE_RETURN;
    case LETTER_B:
      return BACKSPACE;
    case LETTER_F:
      return FORM_FEED;
    case LETTER_U:
      break;
    default:
      escapeLength = 0;
      return 0;
  }
  const unit = readHex(from + 2);
  if (unit < 0) {
    escapeLength = 0;
    return 0;
  }
  escapeLength = UNICODE_LENGTH;
  if (unit < HIGH_SURROGATES || unit >= AFTER_SURROGATES) {
    return unit;
  }
  if (unit < LOW_SURROGATES && load<u16>(from, UNICODE_LENGTH) === UNICODE_START) {
    const other = readHex(from + UNICODE_LENGTH + 2);
    if (other >= LOW_SURROGATES && other < AFTER_SURROGATES) {
      escapeLength = 2 * UNICODE_LENGTH;
      return POINT_4 + ((unit - HIGH_SURROGATES) << 10) + (other - LOW_SURROGATES);
    }
  }
  return LONE | unit;
}

/** Returns the number that four hexadecimal digits spell, or -1. */
function readHex(from: usize): i32 {
  let value: i32 = 0;
  for (let place: usize = 0; place < 4; place++) {
    const byte = <i32>load<u8>(from + place);
    let digit = byte - DIGIT_0;
    if (<u32>digit > 9) {
      digit = (byte | LOWER_CASE) - LETTER_A + 10;
      if (<u32>(digit - 10) > 5) {
        return -1;
      }
    }
    value = (value << 4) | digit;
  }
  return value;
}

/** Writes a code point as UTF-8. Returns the end of the output. */
export function writeCodePoint(to: usize, point: u32): usize {
  if (point < POINT_2) {
    store<u8>(to, point);
    return to + 1;
  }
  if (point < POINT_3) {
    store<u16>(to, FRAME_2 | (point >> NEXT_SIZE) | ((point & NEXT_BITS) << 8));
    return to + 2;
  }
  if (point < POINT_4) {
    store<u32>(
      to,
      FRAME_3 |
        (point >> (2 * NEXT_SIZE)) |
        (((point >> NEXT_SIZE) & NEXT_BITS) << 8) |
        ((point & NEXT_BITS) << 16),
    );
    return to + 3;
  }
  store<u32>(
    to,
    FRAME_4 |
      (point >> (3 * NEXT_SIZE)) |
      (((point >> (2 * NEXT_SIZE)) & NEXT_BITS) << 8) |
      (((point >> NEXT_SIZE) & NEXT_BITS) << 16) |
      ((point & NEXT_BITS) << 24),
  );
  return to + 4;
}
