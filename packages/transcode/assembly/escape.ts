/** Of the escape read last: how many bytes it took; 0 if it is none. */
export let escapeLength: usize = 0;

/** An escaped half of a surrogate pair without the other half. */
export const LONE: u32 = 0x80000000;

/**
 * The code point of the escape at `from`, a backslash. `LONE` and the code unit
 * for a lone surrogate.
 */
export function readEscape(from: usize): u32 {
  escapeLength = 2;
  const letter = load<u8>(from, 1);
  switch (letter) {
    case 0x6e: // n
      return 0x0a;
    case 0x22:
    case 0x5c:
    case 0x2f:
      return letter;
    case 0x74: // t
      return 0x09;
    case 0x72: // r
      return 0x0d;
    case 0x62: // b
      return 0x08;
    case 0x66: // f
      return 0x0c;
    case 0x75: // u
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
  if ((unit & 0xf800) != 0xd800) {
    return unit;
  }
  if (unit < 0xdc00 && load<u16>(from, 6) == 0x755c) {
    const other = readHex(from + 8);
    if (other >= 0xdc00 && other < 0xe000) {
      escapeLength = 12;
      return 0x10000 + ((unit - 0xd800) << 10) + (other - 0xdc00);
    }
  }
  return LONE | unit;
}

/** The number that four hexadecimal digits stand for, or less than 0. */
function readHex(from: usize): i32 {
  let value: i32 = 0;
  for (let place: usize = 0; place < 4; place++) {
    const byte = <i32>load<u8>(from + place);
    let digit = byte - 0x30;
    if (<u32>digit > 9) {
      digit = (byte | 0x20) - 0x61 + 10;
      if (<u32>(digit - 10) > 5) {
        return -1;
      }
    }
    value = (value << 4) | digit;
  }
  return value;
}

/** Writes a code point as UTF-8; the place behind it. */
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
