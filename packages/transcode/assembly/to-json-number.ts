import { DIGIT_0, E_MINUS, E_PLUS, MINUS, POINT, ZERO_POINT_ZEROS } from "./characters";
import { digits, power, SIGN, shorten } from "./double";
import { multiplyHigh } from "./powers";
import { out, setOut } from "./state";
import { storeDigits16 } from "./vector-digits";

// Callers must make room for a number: at most 26 bytes.

/** Writes an integer. */
export function writeUnsigned(value: u64): void {
  if (value < 10_000_000_000_000_000) {
    setOut(storeNumber(out, value));
    return;
  }
  const high = divideByTenToEight(value);
  const to = storeNumber(out, high);
  // The leading 1 keeps the zeros; it overwrites the last digit, which is restored.
  const last = load<u8>(to - 1);
  setOut(storeNumber(to - 1, 100_000_000 + (value - high * 100_000_000)));
  store<u8>(to - 1, last);
}

/** A multiplication, because a 64-bit division may be slow. */
// @inline
function divideByTenToEight(value: u64): u64 {
  return value <= 0xffffffff
    ? <u64>(<u32>value / 100_000_000)
    : multiplyHigh(value, 0xabcc77118461cefd) >> 26;
}

const ZEROS: u64 = 0x3030303030303030;

/** Writes the digits of a number below 10^16, up to 16 bytes. Returns the end of the output. */
// @inline
export function storeDigits(to: usize, value: u64): usize {
  if (ASC_FEATURE_SIMD) {
    const high = divideByTenToEight(value);
    return storeDigits16(to, <u32>high, <u32>(value - high * 100_000_000));
  }
  if (value >= 100_000_000) {
    const high = divideByTenToEight(value);
    to = storeUpToEight(to, <u32>high);
    store<u64>(to, eightDigits(<u32>(value - high * 100_000_000)) | ZEROS);
    return to + 8;
  }
  return storeUpToEight(to, <u32>value);
}

function storeNumber(to: usize, value: u64): usize {
  return storeDigits(to, value);
}

function storeUpToEight(to: usize, value: u32): usize {
  if (value < 10) {
    store<u8>(to, value + DIGIT_0);
    return to + 1;
  }
  const digits = eightDigits(value);
  // Leading zeros are in the lowest bytes.
  const zeros = ctz(digits) & ~7;
  store<u64>(to, (digits | ZEROS) >> zeros);
  return to + 8 - <usize>(zeros >> 3);
}

/** Returns the eight digits of a number below 10^8, one in each byte, the first one lowest. */
function eightDigits(value: u32): u64 {
  const high = value / 10000;
  const halves = <u64>high | ((<u64>(value - high * 10000)) << 32);
  const hundreds = ((halves * 10486) >> 20) & 0x0000007f0000007f;
  const pairs = hundreds | ((halves - hundreds * 100) << 16);
  const tens = ((pairs * 103) >> 10) & 0x000f000f000f000f;
  return tens | ((pairs - tens * 10) << 8);
}

export function writeSigned(value: i64): void {
  if (value < 0) {
    store<u8>(out, MINUS);
    setOut(out + 1);
    writeUnsigned(<u64>(0 - value));
  } else {
    writeUnsigned(<u64>value);
  }
}

/** Writes a finite double as JavaScript prints it, except that -0 keeps its sign. */
export function writeDouble(bits: u64): void {
  let to = out;
  if (bits >> 63) {
    store<u8>(to++, MINUS);
    setOut(to);
    bits &= ~SIGN;
  }
  if (bits === 0) {
    store<u8>(to, DIGIT_0);
    setOut(to + 1);
    return;
  }
  // Different decimals of up to 15 digits are different doubles. So if one with eight places, or
  // with four, is equal, it is the shortest.
  const value = reinterpret<f64>(bits);
  if (value < LARGEST_OF_EIGHT && value >= SMALLEST_PLAIN) {
    const scaled = <u64>(value * 100_000_000 + 0.5);
    if (<f64>scaled / 100_000_000 === value) {
      const whole = <u64>value;
      setOut(storePlaces(to, whole, <u32>(scaled - whole * 100_000_000)));
      return;
    }
  } else if (value < LARGEST_OF_FOUR && value >= SMALLEST_PLAIN) {
    const scaled = <u64>(value * 10_000 + 0.5);
    if (<f64>scaled / 10_000 === value) {
      const whole = <u64>value;
      setOut(storePlaces(to, whole, <u32>(scaled - whole * 10_000) * 10_000));
      return;
    }
  }
  shorten(bits);
  // The digits are already in place if the point follows them.
  const length = <i32>(storeLongDigits(to, digits) - to);
  const point = length + power;
  if (power >= 0 && point <= 21) {
    for (let i = length; i < point; i++) {
      store<u8>(to + i, DIGIT_0);
    }
    setOut(to + point);
  } else if (point > 0 && point <= 21) {
    memory.copy(to + point + 1, to + point, length - point);
    store<u8>(to + point, POINT);
    setOut(to + length + 1);
  } else if (point > -6 && point <= 0) {
    store<u64>(to, ZERO_POINT_ZEROS);
    storeLongDigits(to + 2 - point, digits);
    setOut(to + 2 - point + length);
  } else {
    if (length > 1) {
      memory.copy(to + 2, to + 1, length - 1);
      store<u8>(to, POINT, 1);
      to++;
    }
    to += length;
    const exponent = point - 1;
    store<u16>(to, exponent < 0 ? E_MINUS : E_PLUS);
    setOut(to + 2);
    writeUnsigned(<u64>abs(exponent));
  }
}

/** Smaller numbers have an exponent. */
const SMALLEST_PLAIN: f64 = 1e-6;
/** Numbers below have 15 digits if they have eight places, or four. */
const LARGEST_OF_EIGHT: f64 = 9_999_999;
const LARGEST_OF_FOUR: f64 = 99_999_999_999;

/** Writes a number with a fraction of eight digits, 10 bytes too many. Returns the end of the output. */
function storePlaces(to: usize, whole: u64, fraction: u32): usize {
  if (whole < 10) {
    store<u8>(to, <u8>whole + DIGIT_0);
    to++;
  } else {
    to = storeDigits(to, whole);
  }
  if (!fraction) {
    return to;
  }
  const places = eightDigits(fraction);
  store<u8>(to, POINT);
  store<u64>(to, places | ZEROS, 1);
  // Trailing zeros are in the highest bytes.
  return to + 9 - <usize>(clz(places) >> 3);
}

/** Writes the digits of any number. Returns the end of the output. */
function storeLongDigits(to: usize, value: u64): usize {
  setOut(to);
  writeUnsigned(value);
  return out;
}
