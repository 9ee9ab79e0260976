import { isUtf8Blocks, skipAscii } from "./vector";

/**
 * Whether the bytes are valid UTF-8: without overlong forms, surrogates or values above U+10FFFF.
 */
export function isUtf8(from: usize, end: usize): bool {
  from = skipAscii(from, end);
  if (from >= end) {
    return true;
  }
  return ASC_FEATURE_SIMD ? isUtf8Blocks(from, end) : isUtf8Sequences(from, end);
}

function isUtf8Sequences(from: usize, end: usize): bool {
  while (from < end) {
    const first = load<u8>(from);
    const length = first < 0x80 ? 1 : sequenceLength(from, first);
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
  if (first < 0xe0) {
    return first >= 0xc2 && (block & 0xc000) === 0x8000 ? 2 : 0;
  }
  const second = (block >> 8) & 0xff;
  if (first < 0xf0) {
    const valid =
      (block & 0xc0c000) === 0x808000 &&
      (first === 0xe0 ? second >= 0xa0 : first !== 0xed || second < 0xa0);
    return valid ? 3 : 0;
  }
  const valid =
    (block & 0xc0c0c000) === 0x80808000 &&
    (first === 0xf0 ? second >= 0x90 : first < 0xf4 || (first === 0xf4 && second < 0x90));
  return valid ? 4 : 0;
}
