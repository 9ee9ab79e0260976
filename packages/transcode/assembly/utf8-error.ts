/**
 * Returns the offset of the first invalid byte of UTF-8, or `end` if a character is cut off; 0 if
 * all bytes are valid.
 */
export function invalidUtf8At(from: usize, end: usize): usize {
  let at = from;
  while (at < end) {
    const first = load<u8>(at++);
    if (first < 0x80) {
      continue;
    }
    if (first < 0xc2 || first > 0xf4) {
      return at - 1;
    }
    // The valid range of the second byte depends on the first.
    let low: u8 = 0x80;
    let high: u8 = 0xbf;
    if (first === 0xe0) {
      low = 0xa0;
    } else if (first === 0xed) {
      high = 0x9f;
    } else if (first === 0xf0) {
      low = 0x90;
    } else if (first === 0xf4) {
      high = 0x8f;
    }
    for (let rest = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3; rest > 0; rest--) {
      if (at === end) {
        return end;
      }
      const byte = load<u8>(at);
      if (byte < low || byte > high) {
        return at;
      }
      low = 0x80;
      high = 0xbf;
      at++;
    }
  }
  return 0;
}
