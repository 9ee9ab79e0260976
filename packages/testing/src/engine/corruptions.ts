/** Bits to flip: neighbours, other classes of characters, beyond ASCII. */
const bits = [0x01, 0x04, 0x20, 0x80];

/** Bytes that mean something to JSON, to UTF-8 or to Protobuf. */
const replacements = [0x00, 0x22, 0x2c, 0x5c, 0x7b, 0xff];

/** Every way to spoil bytes at one place: flipped, replaced, doubled, dropped, and broken off. */
export function* corruptions(bytes: Uint8Array): Generator<Uint8Array> {
  for (let place = 0; place < bytes.length; place++) {
    const byte = bytes[place] ?? 0;
    for (const bit of bits) {
      yield bytes.with(place, byte ^ bit);
    }
    for (const replacement of replacements) {
      yield bytes.with(place, replacement);
    }
    yield Uint8Array.of(...bytes.subarray(0, place), byte, ...bytes.subarray(place));
    yield Uint8Array.of(...bytes.subarray(0, place), ...bytes.subarray(place + 1));
    yield bytes.slice(0, place);
  }
}
