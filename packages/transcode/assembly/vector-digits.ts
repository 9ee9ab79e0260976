import { countDigits, readEightDigits, readFewDigits, TENS } from "./digits";

// Decimal digits, 16 at once.

const ZEROS: usize = memory.data<u64>([0x3030303030303030, 0x3030303030303030], 16);
const NINES: usize = memory.data<u64>([0x0909090909090909, 0x0909090909090909], 16);
/** The indexes 0 to 15, with 16 bytes before and after that select nothing. */
const BEFORE_PLACES: usize = memory.data<u64>(
  [
    0xffffffffffffffff, 0xffffffffffffffff, 0x0706050403020100, 0x0f0e0d0c0b0a0908,
    0xffffffffffffffff, 0xffffffffffffffff,
  ],
  16,
);
export const PLACES: usize = BEFORE_PLACES + 16;
const LOW_BYTES: usize = memory.data<u64>([0x00ff00ff00ff00ff, 0x00ff00ff00ff00ff], 16);
const BY_TEN: usize = memory.data<u64>([0x000a000a000a000a, 0x000a000a000a000a], 16);
const BY_HUNDRED: usize = memory.data<u64>([0x0001006400010064, 0x0001006400010064], 16);
const BY_TEN_THOUSAND: usize = memory.data<u64>([0x0001271000012710, 0x0001271000012710], 16);

/** Counts the digits at the start of 16 bytes. */
// @inline
export function countDigits16(from: usize): usize {
  if (!ASC_FEATURE_SIMD) {
    const count = countDigits(load<u64>(from));
    return count < 8 ? count : 8 + countDigits(load<u64>(from, 8));
  }
  const digits = i8x16.sub(v128.load(from), v128.load(ZEROS));
  const nines = v128.load(NINES);
  return <usize>ctz(<u32>i8x16.bitmask(i8x16.gt_u(digits, nines)) | 0x10000);
}

/** Returns the number that the first `count` bytes spell; `count` is 1 to 16. */
// @inline
export function readDigits16(from: usize, count: usize): u64 {
  if (!ASC_FEATURE_SIMD) {
    return count < 8
      ? readFewDigits(load<u64>(from), count)
      : <u64>readEightDigits(load<u64>(from)) * load<u32>(TENS + ((count - 8) << 2)) +
          (count === 8 ? 0 : readFewDigits(load<u64>(from, 8), count - 8));
  }
  const digits = i8x16.swizzle(
    i8x16.sub(v128.load(from), v128.load(ZEROS)),
    v128.load(BEFORE_PLACES + count),
  );
  const tens = i16x8.mul(v128.and(digits, v128.load(LOW_BYTES)), v128.load(BY_TEN));
  const hundreds = i16x8.add(tens, i16x8.shr_u(digits, 8));
  const myriads = i32x4.dot_i16x8_s(hundreds, v128.load(BY_HUNDRED));
  const halves = i32x4.dot_i16x8_s(
    i16x8.narrow_i32x4_u(myriads, myriads),
    v128.load(BY_TEN_THOUSAND),
  );
  const both = <u64>i64x2.extract_lane(halves, 0);
  return (both & 0xffffffff) * 100000000 + (both >> 32);
}

const BY_5243: usize = memory.data<u64>([0x0000147b0000147b, 0x0000147b0000147b], 16);
const BY_100: usize = memory.data<u64>([0x0000006400000064, 0x0000006400000064], 16);
const BY_103: usize = memory.data<u64>([0x0067006700670067, 0x0067006700670067], 16);

/**
 * Returns the digits of two numbers below 10^8, eight for each, the first one lowest. Only for
 * the build with SIMD.
 */
// @inline
function digitsOf(high: u32, low: u32): v128 {
  const first = high / 10000;
  const third = low / 10000;
  const groups = i64x2.replace_lane(
    i64x2.splat(<u64>first | ((<u64>(high - first * 10000)) << 32)),
    1,
    <u64>third | ((<u64>(low - third * 10000)) << 32),
  );
  const hundreds = i32x4.shr_u(i32x4.mul(groups, v128.load(BY_5243)), 19);
  const rest = i32x4.sub(groups, i32x4.mul(hundreds, v128.load(BY_100)));
  const pairs = v128.or(hundreds, i32x4.shl(rest, 16));
  const tens = i16x8.shr_u(i16x8.mul(pairs, v128.load(BY_103)), 10);
  const ones = i16x8.sub(pairs, i16x8.mul(tens, v128.load(BY_TEN)));
  return v128.or(tens, i16x8.shl(ones, 8));
}

/**
 * Writes the digits of `high * 10^8 + low`, both below 10^8; always 16 bytes. Returns the end of
 * the digits. Only for the build with SIMD.
 */
// @inline
export function storeDigits16(to: usize, high: u32, low: u32): usize {
  const digits = digitsOf(high, low);
  const ascii = v128.or(digits, v128.load(ZEROS));
  // There is at least one digit.
  const some = <u32>i8x16.bitmask(i8x16.ne(ascii, v128.load(ZEROS))) | 0x8000;
  const zeros = <usize>ctz(some);
  v128.store(to, i8x16.swizzle(ascii, v128.load(PLACES + zeros)));
  return to + 16 - zeros;
}
