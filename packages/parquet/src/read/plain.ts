/** Number of bits of a varint in each byte. */
const VARINT_BITS = 7;

/**
 * Converts byte arrays in the encoding `PLAIN`, each after its size in 4 bytes, to size-delimited
 * messages, each after its size as a varint. They need no more room, so this happens in place; only
 * sizes from 2^28 bytes need 5 bytes instead of 4.
 *
 * @returns the part of the buffer with the messages, or undefined if the input is malformed.
 */
export function toDelimited(
  plain: Uint8Array<ArrayBuffer>,
  rows: number,
): Uint8Array<ArrayBuffer> | undefined {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
  let target = plain;
  let from = 0;
  let to = 0;
  for (let row = 0; row < rows; row++) {
    if (plain.length - from < 4) {
      return undefined;
    }
    const size = view.getUint32(from, true);
    from += 4;
    if (size > plain.length - from) {
      return undefined;
    }
    if (size >= 1 << (4 * VARINT_BITS) && target === plain) {
      target = new Uint8Array(plain.length + rows);
      target.set(plain.subarray(0, to));
    }
    for (let rest = size; ; rest >>>= VARINT_BITS) {
      const isLast = rest < 1 << VARINT_BITS;
      target[to++] = isLast ? rest : (rest & 0x7f) | 0x80;
      if (isLast) {
        break;
      }
    }
    if (target === plain) {
      plain.copyWithin(to, from, from + size);
    } else {
      target.set(plain.subarray(from, from + size), to);
    }
    from += size;
    to += size;
  }
  return from === plain.length ? target.subarray(0, to) : undefined;
}
