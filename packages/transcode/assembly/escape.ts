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
  escapeLength = 6;
  if ((unit & 0xf800) !== 0xd800) {
    return unit;
  }
  if (unit < 0xdc00 && load<u16>(from, 6) === 0x755c) {
    const other = readHex(from + 8);
    if (other >= 0xdc00 && other < 0xe000) {
      escapeLength = 12;
      return 0x10000 + ((unit - 0xd800) << 10) + (other - 0xdc00);
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
  if (point < 0x80) {
    store<u8>(to, point);
    return to + 1;
  }
  if (point < 0x800) {
    store<u16>(to, 0x80c0 | (point >> 6) | ((point & 0x3f) << 8));
    return to + 2;
  }
  if (point < 0x10000) {
    store<u32>(
      to,
      0x8080e0 | (point >> 12) | (((point >> 6) & 0x3f) << 8) | ((point & 0x3f) << 16),
    );
    return to + 3;
  }
  store<u32>(
    to,
    0x808080f0 |
      (point >> 18) |
      (((point >> 12) & 0x3f) << 8) |
      (((point >> 6) & 0x3f) << 16) |
      ((point & 0x3f) << 24),
  );
  return to + 4;
}
