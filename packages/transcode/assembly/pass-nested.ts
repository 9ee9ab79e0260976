import { LOWER_CASE, OPENING_BRACE } from "./characters";
import { inputEnd } from "./state";
import {
  escapeCodes,
  findBackslashes64,
  findClosing64,
  findOpening64,
  findQuotes64,
} from "./vector";

/**
 * Returns the offset after the object or array at `from`; 0 if the text ends first, if the value is
 * another one, or without SIMD. It takes 64 bytes at a time, and checks nothing: neither the escapes
 * nor which brackets belong together.
 */
export function passNested(from: usize): usize {
  if (!ASC_FEATURE_SIMD || (load<u8>(from) | LOWER_CASE) !== OPENING_BRACE) {
    return 0;
  }
  let isEscaped: u64 = 0;
  let isInString: u64 = 0;
  let levels: i32 = 0;
  for (let block = from; block < inputEnd; block += 64) {
    const backslashes = findBackslashes64(block);
    const codes = escapeCodes(backslashes & ~isEscaped);
    const quotes = findQuotes64(block) & ~(codes ^ (backslashes | isEscaped));
    isEscaped = (codes & backslashes) >> 63;
    // Each bit says whether there is an odd number of quotes up to it.
    let strings = quotes;
    strings ^= strings << 1;
    strings ^= strings << 2;
    strings ^= strings << 4;
    strings ^= strings << 8;
    strings ^= strings << 16;
    strings ^= strings << 32;
    strings ^= isInString;
    isInString = <u64>(<i64>strings >> 63);
    const opening = findOpening64(block) & ~strings;
    const closing = findClosing64(block) & ~strings;
    if (<i32>popcnt(closing) >= levels) {
      // The last bracket may be here.
      let rest = closing;
      for (let closed = 1; rest; closed++) {
        const before = (rest & (0 - rest)) - 1;
        if (levels + <i32>popcnt(opening & before) === closed) {
          const end = block + <usize>ctz(rest) + 1;
          return end <= inputEnd ? end : 0;
        }
        rest &= rest - 1;
      }
    }
    levels += <i32>popcnt(opening) - <i32>popcnt(closing);
  }
  return 0;
}
