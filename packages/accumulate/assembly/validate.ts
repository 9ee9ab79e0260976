/** Returns the number of UTF-16 code units of UTF-8; -1 if it is malformed. */
export function validate(start: usize, end: usize): i32 {
  let units = 0;
  while (start < end) {
    if (end - start >= 8 && (load<u64>(start) & 0x8080808080808080) === 0) {
      units += 8;
      start += 8;
      continue;
    }
    const size = characterSize(start, end);
    if (size === 0) {
      return -1;
    }
    units += size === 4 ? 2 : 1;
    start += size;
  }
  return units;
}

/** Returns the size of the character at a place; 0 if it is malformed. */
function characterSize(start: usize, end: usize): i32 {
  const byte = load<u8>(start);
  if (byte < 0x80) {
    return 1;
  }
  const size = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  if (byte < 0xc2 || byte > 0xf4 || end - start < <usize>size) {
    return 0;
  }
  const second = load<u8>(start, 1);
  const least: u8 = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
  const most: u8 = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) {
    return 0;
  }
  for (let index = 2; index < size; index++) {
    if ((load<u8>(start + index) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return size;
}
