/** Whether bytes are UTF-8, as Unicode defines it. */
export function isUtf8(place: usize, size: u32): bool {
  const end = place + size;
  let at = place;
  while (at < end) {
    if (end - at >= 8 && (load<u64>(at) & 0x8080808080808080) === 0) {
      at += 8;
      continue;
    }
    const first: u32 = load<u8>(at);
    if (first < 0x80) {
      at++;
      continue;
    }
    const length: usize = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || end - at < length) {
      return false;
    }
    const second: u32 = load<u8>(at, 1);
    if (
      (second & 0xc0) !== 0x80 ||
      (first === 0xe0 && second < 0xa0) ||
      (first === 0xed && second > 0x9f) ||
      (first === 0xf0 && second < 0x90) ||
      (first === 0xf4 && second > 0x8f) ||
      (length > 2 && (load<u8>(at, 2) & 0xc0) !== 0x80) ||
      (length > 3 && (load<u8>(at, 3) & 0xc0) !== 0x80)
    ) {
      return false;
    }
    at += length;
  }
  return true;
}

/** Writes a character as UTF-8. Returns the place after it. */
export function writeCharacter(place: usize, character: u32): usize {
  if (character < 0x80) {
    store<u8>(place, <u8>character);
    return place + 1;
  }
  if (character < 0x800) {
    store<u8>(place, <u8>(0xc0 | (character >> 6)));
    store<u8>(place, <u8>(0x80 | (character & 0x3f)), 1);
    return place + 2;
  }
  if (character < 0x10000) {
    store<u8>(place, <u8>(0xe0 | (character >> 12)));
    store<u8>(place, <u8>(0x80 | ((character >> 6) & 0x3f)), 1);
    store<u8>(place, <u8>(0x80 | (character & 0x3f)), 2);
    return place + 3;
  }
  store<u8>(place, <u8>(0xf0 | (character >> 18)));
  store<u8>(place, <u8>(0x80 | ((character >> 12) & 0x3f)), 1);
  store<u8>(place, <u8>(0x80 | ((character >> 6) & 0x3f)), 2);
  store<u8>(place, <u8>(0x80 | (character & 0x3f)), 3);
  return place + 4;
}
