import { newText, Text } from "./base";

const ALPHABET = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88,
  89, 90, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114,
  115, 116, 117, 118, 119, 120, 121, 122, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 43, 47,
]);

/** Returns bytes as base64 with padding. */
export function base64(bytes: Text): Text {
  const length = ((bytes.length + 2) / 3) * 4;
  const buffer = new StaticArray<u8>(length);
  let place = changetype<usize>(buffer);
  for (let offset = 0; offset < bytes.length; offset += 3) {
    const left = bytes.length - offset;
    const from = bytes.start + offset;
    const second: u32 = left > 1 ? load<u8>(from, 1) : 0;
    const third: u32 = left > 2 ? load<u8>(from, 2) : 0;
    const group = ((<u32>load<u8>(from)) << 16) | (second << 8) | third;
    store<u8>(place, load<u8>(ALPHABET + (group >> 18)));
    store<u8>(place, load<u8>(ALPHABET + ((group >> 12) & 63)), 1);
    store<u8>(place, left > 1 ? load<u8>(ALPHABET + ((group >> 6) & 63)) : 0x3d, 2);
    store<u8>(place, left > 2 ? load<u8>(ALPHABET + (group & 63)) : 0x3d, 3);
    place += 4;
  }
  return newText(changetype<usize>(buffer), length, length);
}
