/** Number of bits of a varint in each byte. */
const VARINT_BITS = 7;

/**
 * Converts byte arrays in the encoding `PLAIN`, each after its size in 4 bytes, to size-delimited
 * messages, each after its size as a varint. They need no more room, so this happens in place.
 *
 * @returns the part of the buffer with the messages, or undefined if the input is malformed.
 */
export function toDelimited(
  plain: Uint8Array<ArrayBuffer>,
  rows: number,
): Uint8Array<ArrayBuffer> | undefined {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
  let from = 0;
  let to = 0;
  for (let row = 0; row < rows; row++) {
    if (plain.length - from < 4) {
      return undefined;
    }
    const size = view.getUint32(from, true);
    from += 4;
    // A larger size would need more than 4 bytes.
    if (size > plain.length - from || size >= 1 << (4 * VARINT_BITS)) {
      return undefined;
    }
    for (let rest = size; ; rest >>>= VARINT_BITS) {
      const isLast = rest < 1 << VARINT_BITS;
      plain[to++] = isLast ? rest : (rest & 0x7f) | 0x80;
      if (isLast) {
        break;
      }
    }
    plain.copyWithin(to, from, from + size);
    from += size;
    to += size;
  }
  return from === plain.length ? plain.subarray(0, to) : undefined;
}
