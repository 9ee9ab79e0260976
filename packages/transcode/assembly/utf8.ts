import { skipAscii } from "./vector";

/** Whether the bytes are UTF-8: no overlong form, no surrogate, nothing beyond U+10FFFF. */
export function isUtf8(from: usize, end: usize): bool {
  while (true) {
    from = skipAscii(from, end);
    if (from >= end) {
      return true;
    }
    // Text in another script than Latin seldom has a block of ASCII: stay here
    // for a while before the next try.
    const pause = min(from + 32, end);
    while (from < pause) {
      const first = load<u8>(from);
      if (first < 0x80) {
        from++;
        continue;
      }
      const length = sequenceLength(from, first);
      if (length == 0 || from + length > end) {
        return false;
      }
      from += length;
    }
  }
}

/** The length of the sequence of two to four bytes at `from`, 0 if it is none. Reads up to 4 bytes. */
// @ts-ignore: decorator
@inline
function sequenceLength(from: usize, first: u8): usize {
  const block = load<u32>(from);
  if (first < 0xe0) {
    return first >= 0xc2 && (block & 0xc000) == 0x8000 ? 2 : 0;
  }
  if (first < 0xf0) {
    if ((block & 0xc0c000) != 0x808000) {
      return 0;
    }
    const second = (block >> 8) & 0xff;
    if (first == 0xe0) {
      return second >= 0xa0 ? 3 : 0;
    }
    return first == 0xed && second >= 0xa0 ? 0 : 3;
  }
  if (first > 0xf4 || (block & 0xc0c0c000) != 0x80808000) {
    return 0;
  }
  const second = (block >> 8) & 0xff;
  if (first == 0xf0) {
    return second >= 0x90 ? 4 : 0;
  }
  return first == 0xf4 && second >= 0x90 ? 0 : 4;
}
