import { multiplyHigh, powerHigh, powerLow, readPower, readPowerUp } from "./powers";

// The bits of a double: a sign, an exponent and a fraction.
export const SIGN: u64 = 0x8000000000000000;
/** The bits of the exponent; all are set in infinities and NaN. */
export const EXPONENT: u64 = 0x7ff0000000000000;
const FRACTION: u64 = 0x000fffffffffffff;
const FRACTION_SIZE: u64 = 52;
/** The bit before the fraction, which normal numbers do not store. */
const IMPLICIT_BIT: u64 = 0x0010000000000000;
/** The bits of the largest finite double. */
const LARGEST_BITS: u64 = 0x7fefffffffffffff;

/** The result of `toDouble` if no double represents the number. */
export const NO_DOUBLE: u64 = 0x7ff8000000000000;

/** The shortest decimal computed last: digits * 10^power, without trailing zeros. */
export let digits: u64 = 0;
export let power: i32 = 0;

/**
 * Returns the bits of the double whose shortest decimal is significand * 10^exponent, or
 * `NO_DOUBLE`. The significand must have no trailing zeros.
 *
 * This is simpler than correct rounding, because numbers with more digits than a shortest decimal
 * need no result. It is also easy to verify: the estimate is off by one at most, and printing it
 * shows whether it is right.
 */
export function toDouble(significand: u64, exponent: i32): u64 {
  if (significand === 0) {
    return 0;
  }
  if (significand < 1_000_000_000_000_000 && exponent >= -22 && exponent <= 22) {
    // Both operands are exact, so the result is rounded only once. A double distinguishes 15
    // digits.
    const value = <f64>significand;
    return reinterpret<u64>(
      exponent < 0 ? value / exactPower(-exponent) : value * exactPower(exponent),
    );
  }
  if (significand >= 100_000_000_000_000_000 || exponent < -342 || exponent > 308) {
    return NO_DOUBLE;
  }
  const estimate = estimateDouble(significand, exponent);
  for (let i = 0; i < 3; i++) {
    const bits = estimate + (i === 0 ? 0 : i === 1 ? 1 : -1);
    if (bits - 1 < LARGEST_BITS) {
      shorten(bits);
      if (digits === significand && power === exponent) {
        return bits;
      }
    }
  }
  return NO_DOUBLE;
}

/** 10^power, exactly; for powers up to 22. */
// @inline
export function exactPower(power: i32): f64 {
  return load<f64>(POWERS_OF_TEN + ((<usize>power) << 3));
}

const POWERS_OF_TEN: usize = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]);

/** Multiplies with the leading bits of the power, and rounds: the algorithm of Eisel and Lemire. */
function estimateDouble(significand: u64, exponent: i32): u64 {
  const zeros = <i32>clz(significand);
  const normal = significand << zeros;
  readPower(exponent);
  let high = multiplyHigh(normal, powerHigh);
  const low = normal * powerHigh;
  if (low + multiplyHigh(normal, powerLow) < low) {
    high++;
  }
  const upper = <i32>(high >> 63);
  let mantissa = high >> (upper + 9);
  let binary = ((217706 * exponent) >> 16) + 63 + upper - zeros + 1023;
  if (binary <= 0) {
    if (binary <= -63) {
      return 0;
    }
    mantissa >>= 1 - binary;
    return (mantissa + (mantissa & 1)) >> 1;
  }
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa >> 53) {
    mantissa >>= 1;
    binary++;
  }
  return (mantissa & FRACTION) | ((<u64>binary) << FRACTION_SIZE);
}

/** Finds the shortest decimal of a positive, finite double: Schubfach, after Giulietti. */
export function shorten(bits: u64): void {
  const fraction = bits & FRACTION;
  const biased = <i32>(bits >> FRACTION_SIZE);
  let c = fraction;
  let q = -1074;
  if (biased) {
    c |= IMPLICIT_BIT;
    q = biased - 1075;
    if (q <= 0 && q > -53 && (c & (((<u64>1) << -q) - 1)) === 0) {
      strip(c >> -q, 0);
      return;
    }
  }
  // The interval of decimals that are read as this double, times four.
  const odd = c & 1;
  const lowerCloser: u64 = fraction === 0 && biased > 1 ? 1 : 0;
  const k = (q * 1262611 - (lowerCloser ? 524031 : 0)) >> 22;
  const shift = <u64>(q + ((-k * 1741647) >> 19) + 1);
  readPowerUp(-k);
  const lower = roundToOdd((4 * c - 2 + lowerCloser) << shift) + odd;
  const middle = roundToOdd((4 * c) << shift);
  const upper = roundToOdd((4 * c + 2) << shift) - odd;
  const s = middle >> 2;
  if (s >= 10) {
    const tens = multiplyHigh(s, INVERSE_OF_FIVE) >> 3;
    const downInside = lower <= 40 * tens;
    const upInside = 40 * tens + 40 <= upper;
    if (downInside !== upInside) {
      strip(tens + <u64>upInside, k + 1);
      return;
    }
  }
  const downInside = lower <= 4 * s;
  const upInside = 4 * s + 4 <= upper;
  if (downInside !== upInside) {
    strip(s + <u64>upInside, k);
    return;
  }
  const half = 4 * s + 2;
  strip(s + <u64>(middle > half || (middle === half && (s & 1) !== 0)), k);
}

/** Multiplies with the current power. The lowest bit of the result is set if bits were cut off. */
function roundToOdd(factor: u64): u64 {
  const carried = multiplyHigh(powerLow, factor);
  const low = powerHigh * factor;
  const sum = low + carried;
  const high = multiplyHigh(powerHigh, factor) + <u64>(sum < low);
  return high | <u64>(sum > 1);
}

/** Removes trailing zeros. */
function strip(value: u64, exponent: i32): void {
  // Dividing by ten is a multiplication if there is no remainder, and the product shows whether
  // there is one.
  while (true) {
    const quotient = rotr<u64>(value * INVERSE_OF_FIVE, 1);
    if (quotient > LARGEST_TENTH) {
      break;
    }
    value = quotient;
    exponent++;
  }
  digits = value;
  power = exponent;
}

const INVERSE_OF_FIVE: u64 = 0xcccccccccccccccd;
const LARGEST_TENTH: u64 = 0x1999999999999999;
