import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** One record of a binary message: a tag and its value. */
export interface WireRecord {
  readonly number: number;
  /** Whether the value has a length. */
  readonly delimited: boolean;
  /** The offset of the tag. */
  readonly start: number;
  /** The offset of the value, after its length if it has one. */
  readonly value: number;
  readonly end: number;
}

/**
 * Returns the records of a message, starting at an offset.
 *
 * @throws {Error} if the bytes are not a message, like protobuf-es.
 */
export function* wireRecords(bytes: Uint8Array, from = 0): Generator<WireRecord, void> {
  const reader = new BinaryReader(bytes);
  reader.pos = from;
  while (reader.pos < bytes.length) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    const delimited = wireType === WireType.LengthDelimited;
    let value = reader.pos;
    if (delimited) {
      const length = reader.uint32();
      value = reader.pos;
      reader.pos += length;
      if (reader.pos > bytes.length) {
        throw new RangeError("premature EOF");
      }
    } else {
      reader.skip(wireType, number);
    }
    yield { number, delimited, start, value, end: reader.pos };
  }
}

/** Joins ranges of the bytes. A single range is not copied. */
export function joinRanges(
  bytes: Uint8Array,
  ranges: () => Iterable<{ readonly start: number; readonly end: number }>,
): Uint8Array {
  let size = 0;
  let count = 0;
  let only = bytes.subarray(0, 0);
  for (const { start, end } of ranges()) {
    size += end - start;
    count++;
    if (count === 1) {
      only = bytes.subarray(start, end);
    }
  }
  if (count <= 1) {
    return only;
  }
  const joined = new Uint8Array(size);
  let at = 0;
  // The ranges are computed again: a list of millions of ranges would be larger than the bytes.
  for (const { start, end } of ranges()) {
    joined.set(bytes.subarray(start, end), at);
    at += end - start;
  }
  return joined;
}
