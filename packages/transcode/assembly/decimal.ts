import { DIGIT_0, LETTER_E, LOWER_CASE, MINUS, PLUS, POINT } from "./characters";
import { NOT_JSON } from "./codes";
import { countDigits, readEightDigits } from "./digits";
import { fail } from "./state";

// The number read last is significand * 10^exponent. The significand has no trailing zeros, so
// equal numbers have equal parts.

export let significand: u64 = 0;
export let exponent: i32 = 0;
export let negative: bool = false;
/**
 * The number cannot be kept exactly: it has more digits than the significand holds, or it is an
 * integer literal that a double would print with an exponent.
 */
export let inexact: bool = false;

/** JavaScript prints an integer with more digits as `1e+21`, which many languages read as a float. */
const LONGEST_INTEGER: usize = 21;

/** Larger exponents are cut to this: no text has enough digits to compensate for it. */
const EXPONENT_LIMIT: i32 = 1_000_000_000;

/** This many digits always fit into 64 bits. */
const DIGITS: usize = 19;

/**
 * Reads a JSON number. Returns the offset after it, or 0 if the text is not a number. Leading and
 * trailing zeros do not enter the significand.
 */
export function readDecimal(from: usize): usize {
  negative = load<u8>(from) === MINUS;
  const whole = from + <usize>negative;
  const point = scanDigits(whole);
  if (point === whole || (load<u8>(whole) === DIGIT_0 && point !== whole + 1)) {
    return fail(NOT_JSON, point);
  }
  let end = point;
  if (load<u8>(point) === POINT) {
    end = scanDigits(point + 1);
    if (end === point + 1) {
      return fail(NOT_JSON, end);
    }
  }
  let at = end;
  let scale: i32 = 0;
  if ((load<u8>(at) | LOWER_CASE) === LETTER_E) {
    const sign = load<u8>(at, 1);
    const start = at + (sign === PLUS || sign === MINUS ? 2 : 1);
    at = scanDigits(start);
    if (at === start) {
      return fail(NOT_JSON, at);
    }
    for (let place = start; place < at; place++) {
      scale = scale < EXPONENT_LIMIT / 10 ? scale * 10 + load<u8>(place) - DIGIT_0 : EXPONENT_LIMIT;
    }
    scale = sign === MINUS ? -scale : scale;
  }
  readSignificand(whole, point, end);
  if (at === point && point - whole > LONGEST_INTEGER) {
    inexact = true;
  }
  exponent = significand === 0 ? 0 : exponent + scale;
  return at;
}

/** Reads the digits on both sides of the point, and sets the exponent of the last one. */
function readSignificand(whole: usize, point: usize, end: usize): void {
  significand = 0;
  inexact = false;
  exponent = 0;
  let last = end;
  while (last > whole && isZeroOrPoint(load<u8>(last - 1))) last--;
  if (last === whole) {
    return;
  }
  let at = whole;
  while (isZeroOrPoint(load<u8>(at))) at++;
  exponent = last > point ? -(<i32>(last - point - 1)) : <i32>(point - last);
  const count = last - at - <usize>(at < point && point < last);
  if (count > DIGITS + 1) {
    inexact = true;
    return;
  }
  let value: u64 = 0;
  while (at < last) {
    if (at === point) {
      at++;
    }
    if ((at < point ? min(point, last) : last) - at >= 8 && count <= DIGITS) {
      value = value * 100000000 + readEightDigits(load<u64>(at));
      at += 8;
      continue;
    }
    const digit = <u64>load<u8>(at++) - DIGIT_0;
    if (value > 1844674407370955161 || (value === 1844674407370955161 && digit > 5)) {
      inexact = true;
      return;
    }
    value = value * 10 + digit;
  }
  significand = value;
}

// @inline
function isZeroOrPoint(byte: u8): bool {
  return byte === DIGIT_0 || byte === POINT;
}

/** Returns the offset after the digits at `from`. */
function scanDigits(from: usize): usize {
  while (true) {
    const count = countDigits(load<u64>(from));
    from += count;
    if (count < 8) {
      return from;
    }
  }
}
