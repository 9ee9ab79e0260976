/** The first byte that cannot be, in UTF-8, where it stands; 0 if all can. The end, if a character breaks off. */
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
    // What the second byte may be depends on the first.
    let low: u8 = 0x80;
    let high: u8 = 0xbf;
    if (first == 0xe0) {
      low = 0xa0;
    } else if (first == 0xed) {
      high = 0x9f;
    } else if (first == 0xf0) {
      low = 0x90;
    } else if (first == 0xf4) {
      high = 0x8f;
    }
    for (let rest = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3; rest > 0; rest--) {
      if (at == end) {
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
