import { NOT_JSON } from "./codes";
import { fail } from "./state";

// The number read last is  significand * 10^exponent.  The significand ends in
// no zero, so that equal numbers have equal parts.

export let significand: u64 = 0;
export let exponent: i32 = 0;
export let negative: bool = false;
/** There are more digits than the significand holds. */
export let inexact: bool = false;

/** Beyond this, an exponent is as good as infinite: no text is long enough to make up for it. */
const EXPONENT_LIMIT: i32 = 1_000_000_000;

/** The number that eight digits at `from` stand for. */
// @ts-ignore: decorator
@inline
export function readEightDigits(block: u64): u32 {
  block -= 0x3030303030303030;
  block = block * 10 + (block >> 8);
  return <u32>(
    (((block & 0x000000ff000000ff) * 0x000f424000000064 +
      ((block >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
      32)
  );
}

/** The number that the first `count` of eight bytes stand for, 1 to 7 digits. */
// @ts-ignore: decorator
@inline
export function readFewDigits(block: u64, count: usize): u32 {
  // Zeros come to stand in front.
  const gap = (8 - <u64>count) << 3;
  return readEightDigits((block << gap) | (0x3030303030303030 >> (64 - gap)));
}

/** How many of eight bytes, from the first on, are digits. */
// @ts-ignore: decorator
@inline
export function countDigits(block: u64): usize {
  // The high bit of each byte that is none; exact up to the first.
  const others =
    ((block + 0x4646464646464646) | (block - 0x3030303030303030)) & 0x8080808080808080;
  return <usize>(ctz(others) >> 3);
}

/** 10^0 to 10^7. */
export const TENS: usize = memory.data<u32>([1, 10, 100, 1000, 10000, 100000, 1000000, 10000000]);

/** Appends a digit to the significand; zeros are counted and appended with the next other digit. */
let zeros: i32 = 0;

// @ts-ignore: decorator
@inline
function append(digit: u32): void {
  if (digit == 0) {
    zeros++;
    return;
  }
  if (significand == 0) {
    zeros = 0;
  }
  appendSlowly(digit);
}

function appendSlowly(digit: u32): void {
  if (significand != 0) {
    for (let i = 0; i < zeros; i++) {
      if (significand > 1844674407370955161) {
        inexact = true;
        zeros = 0;
        return;
      }
      significand *= 10;
    }
  }
  zeros = 0;
  if (significand > 1844674407370955161 || (significand == 1844674407370955161 && digit > 5)) {
    inexact = true;
    return;
  }
  significand = significand * 10 + digit;
}

/** Reads a JSON number. Behind it; 0 if it is none. */
export function readDecimal(from: usize): usize {
  significand = 0;
  inexact = false;
  zeros = 0;
  let at = from;
  negative = load<u8>(at) == 0x2d;
  if (negative) {
    at++;
  }
  let digit = <u32>load<u8>(at) - 0x30;
  if (digit > 9) {
    return fail(NOT_JSON, at);
  }
  at++;
  let scale: i32 = 0;
  if (digit != 0) {
    significand = digit;
    while ((digit = <u32>load<u8>(at) - 0x30) <= 9) {
      append(digit);
      at++;
    }
  }
  if (load<u8>(at) == 0x2e) {
    const start = ++at;
    if (significand == 0) {
      // Zeros between the point and the first digit.
      while (load<u8>(at) == 0x30) at++;
    }
    while ((digit = <u32>load<u8>(at) - 0x30) <= 9) {
      append(digit);
      at++;
    }
    if (at == start) {
      return fail(NOT_JSON, at);
    }
    scale = -(<i32>(at - start));
  }
  scale += zeros;
  if ((load<u8>(at) | 0x20) == 0x65) {
    at++;
    const sign = load<u8>(at);
    if (sign == 0x2b || sign == 0x2d) {
      at++;
    }
    const start = at;
    let power: i32 = 0;
    while ((digit = <u32>load<u8>(at) - 0x30) <= 9) {
      if (power < EXPONENT_LIMIT / 10) {
        power = power * 10 + digit;
      } else {
        power = EXPONENT_LIMIT;
      }
      at++;
    }
    if (at == start) {
      return fail(NOT_JSON, at);
    }
    scale += sign == 0x2d ? -power : power;
  }
  exponent = significand == 0 ? 0 : scale;
  return at;
}
