import { WireType } from "@bufbuild/protobuf/wire";
import { MAXIMUM_FIELDS } from "./format.js";

/** A tag has at most 5 bytes. A size of up to 7 bytes is exact as a JavaScript number. */
const TAG_BYTES = 5;
const SIZE_BYTES = 7;
/** A value has at most 10 bytes. */
const VALUE_BYTES = 10;
const LARGEST_TAG = 0xffffffff;

const NO_BYTES = new Uint8Array(0);

/**
 * The fields of a message, found without its schema. Records with the same number that follow each
 * other are one field, such as a repeated one.
 */
export class FieldList {
  count = 0;
  /** The numbers of the fields, and the offsets of their first byte and of the byte after them. */
  readonly numbers: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  #bytes: Uint8Array = NO_BYTES;
  #position = 0;
  #limit = 0;

  /** Returns the index of a field, or -1. */
  indexOf(number: number): number {
    for (let index = 0; index < this.count; index++) {
      if (this.numbers[index] === number) {
        return index;
      }
    }
    return -1;
  }

  /** Returns whether a field equals one of another list, number and bytes. */
  equals(
    bytes: Uint8Array,
    index: number,
    otherBytes: Uint8Array,
    other: FieldList,
    otherIndex: number,
  ): boolean {
    const start = this.starts[index] ?? 0;
    const size = (this.ends[index] ?? 0) - start;
    const otherStart = other.starts[otherIndex] ?? 0;
    if (
      this.numbers[index] !== other.numbers[otherIndex] ||
      size !== (other.ends[otherIndex] ?? 0) - otherStart
    ) {
      return false;
    }
    for (let at = 0; at < size; at++) {
      if (bytes[start + at] !== otherBytes[otherStart + at]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Finds the fields of a message. Returns false if a field is malformed or a group, if the fields
   * are not in ascending order of their numbers, or if there are more than `MAXIMUM_FIELDS`.
   */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const { numbers, starts, ends } = this;
    let count = 0;
    let previous = 0;
    let position = start;
    this.count = 0;
    this.#bytes = bytes;
    this.#limit = end;
    while (position < end) {
      const from = position;
      let tag = bytes[position] ?? 0;
      const size = bytes[position + 1] ?? 0;
      if (tag < 0x80 && tag % 8 === WireType.LengthDelimited && size < 0x80) {
        // Most records. If the size is beyond the end, so is the position.
        position += 2 + size;
      } else {
        this.#position = position;
        tag = this.#varint(TAG_BYTES);
        if (tag > LARGEST_TAG || !this.#skip(tag % 8)) {
          return false;
        }
        position = this.#position;
      }
      const number = Math.floor(tag / 8);
      if (position > end || number < 1 || number < previous) {
        return false;
      }
      if (number === previous) {
        // Records with the same number are one field.
        ends[count - 1] = position;
        continue;
      }
      if (count === MAXIMUM_FIELDS) {
        return false;
      }
      numbers[count] = number;
      starts[count] = from;
      ends[count] = position;
      count++;
      previous = number;
    }
    this.count = count;
    this.#bytes = NO_BYTES;
    return true;
  }

  #skip(type: number): boolean {
    switch (type) {
      case WireType.Varint:
        return this.#skipVarint();
      case WireType.Bit64:
        this.#position += 8;
        break;
      case WireType.Bit32:
        this.#position += 4;
        break;
      case WireType.LengthDelimited: {
        const size = this.#varint(SIZE_BYTES);
        if (size < 0) {
          return false;
        }
        this.#position += size;
        break;
      }
      default:
        return false;
    }
    return this.#position <= this.#limit;
  }

  #skipVarint(): boolean {
    const last = this.#position + VALUE_BYTES - 1;
    const limit = Math.min(this.#limit, last + 1);
    while (this.#position < limit) {
      const at = this.#position++;
      const byte = this.#bytes[at] ?? 0;
      if (byte < 0x80) {
        // Only one bit of the last byte fits into 64 bits.
        return at < last || byte < 2;
      }
    }
    return false;
  }

  /** Reads a varint. Returns -1 if it is cut off or too long. */
  #varint(most: number): number {
    let value = 0;
    let factor = 1;
    const limit = Math.min(this.#limit, this.#position + most);
    while (this.#position < limit) {
      const byte = this.#bytes[this.#position++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        return value;
      }
      factor *= 0x80;
    }
    return -1;
  }
}
