import {
  LAST_LEAD,
  LEAD_2,
  LEAD_3,
  LEAD_4,
  LEAD_SURROGATES,
  NEXT_MARK_2,
  NEXT_MARK_3,
  NEXT_MARK_4,
  NEXT_MASK_2,
  NEXT_MASK_3,
  NEXT_MASK_4,
  NOT_ASCII,
  SECOND_3,
  SECOND_4,
} from "./utf8-bytes";
import { hasHigh64 } from "./vector";
import { isUtf8Blocks } from "./vector-utf8";

/**
 * Whether the bytes are valid UTF-8: without overlong forms, surrogates or values above U+10FFFF.
 * Reads up to 63 bytes more.
 */
export function isUtf8(from: usize, end: usize): bool {
  // Most texts are ASCII. What follows an input is ASCII as well: zeros.
  while (from < end && !hasHigh64(from)) {
    from += 64;
  }
  if (from >= end) {
    return true;
  }
  return ASC_FEATURE_SIMD ? isUtf8Blocks(from, end) : isUtf8Sequences(from, end);
}

function isUtf8Sequences(from: usize, end: usize): bool {
  while (from < end) {
    const first = load<u8>(from);
    const length = first < NOT_ASCII ? 1 : sequenceLength(from, first);
    if (length === 0 || from + length > end) {
      return false;
    }
    from += length;
  }
  return true;
}

/**
 * Returns the length of the sequence of two to four bytes at `from`; 0 if it is invalid. Reads 4
 * bytes.
 */
function sequenceLength(from: usize, first: u8): usize {
  const block = load<u32>(from);
  if (first < LEAD_3) {
    return first >= LEAD_2 && (block & NEXT_MASK_2) === NEXT_MARK_2 ? 2 : 0;
  }
  const second = (block >> 8) & 0xff;
  if (first < LEAD_4) {
    const valid =
      (block & NEXT_MASK_3) === NEXT_MARK_3 &&
      (first === LEAD_3 ? second >= SECOND_3 : first !== LEAD_SURROGATES || second < SECOND_3);
    return valid ? 3 : 0;
  }
  const valid =
    (block & NEXT_MASK_4) === NEXT_MARK_4 &&
    (first === LEAD_4
      ? second >= SECOND_4
      : first < LAST_LEAD || (first === LAST_LEAD && second < SECOND_4));
  return valid ? 4 : 0;
}
