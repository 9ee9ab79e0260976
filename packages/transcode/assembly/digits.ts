// Digits in blocks of eight bytes.

/** Returns the number that eight digits spell. */
export function readEightDigits(block: u64): u32 {
  block -= 0x3030303030303030;
  block = block * 10 + (block >> 8);
  return <u32>(
    (((block & 0x000000ff000000ff) * 0x000f424000000064 +
      ((block >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
      32)
  );
}

/** Returns the number that the first `count` of eight bytes spell; `count` is 1 to 8. */
export function readFewDigits(block: u64, count: usize): u32 {
  // The shift puts zeros in front of the digits.
  const gap = (8 - <u64>count) << 3;
  return readEightDigits((block << gap) | (0x3030303030303030 >> (64 - gap)));
}

/** Counts the digits at the start of eight bytes. */
// @inline
export function countDigits(block: u64): usize {
  // The high bit of each byte that is not a digit; exact up to the first one.
  const others = ((block + 0x4646464646464646) | (block - 0x3030303030303030)) & 0x8080808080808080;
  return <usize>(ctz(others) >> 3);
}

/** 10^0 to 10^8. */
export const TENS: usize = memory.data<u32>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
]);
