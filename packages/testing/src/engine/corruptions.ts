/**
 * Bits to flip, which give neighbouring characters, other character classes and non-ASCII bytes.
 */
const bits = [0x01, 0x04, 0x20, 0x80];

/** Bytes with a special meaning in JSON, UTF-8 or Protobuf. */
const replacements = [0x00, 0x22, 0x2c, 0x5c, 0x7b, 0xff];

/**
 * Yields every corruption of bytes at one place: flipped, replaced, doubled, dropped, and cut off.
 */
export function* corruptions(bytes: Uint8Array): Generator<Uint8Array> {
  for (let place = 0; place < bytes.length; place++) {
    const byte = bytes[place] ?? 0;
    for (const bit of bits) {
      yield bytes.with(place, byte ^ bit);
    }
    for (const replacement of replacements) {
      yield bytes.with(place, replacement);
    }
    yield join(bytes.subarray(0, place + 1), bytes.subarray(place));
    yield join(bytes.subarray(0, place), bytes.subarray(place + 1));
    yield bytes.slice(0, place);
  }
}

function join(before: Uint8Array, after: Uint8Array): Uint8Array {
  const joined = new Uint8Array(before.length + after.length);
  joined.set(before);
  joined.set(after, before.length);
  return joined;
}
