import { WireType } from "@bufbuild/protobuf/wire";
import { varintSize } from "../record.js";
import { FieldList } from "./field-list.js";

/** The value of a length-delimited field, which may be a message. */
export class NestedValue {
  /** Offset of the size of the value, of the value, and of the byte after it. */
  sizeAt = 0;
  start = 0;
  end = 0;
  /** The fields of the value, after `readFields`. */
  readonly fields: FieldList = new FieldList();

  /** Finds the fields of the value. Returns false as `FieldList.read` does. */
  readFields(bytes: Uint8Array): boolean {
    return this.fields.read(bytes, this.start, this.end);
  }

  /**
   * Finds the value of a field of a message. Returns false unless the field is one length-delimited
   * record, whose tag and size have no unnecessary bytes.
   */
  locateField(bytes: Uint8Array, { numbers, starts, ends }: FieldList, index: number): boolean {
    return this.locate(bytes, numbers[index] ?? 0, starts[index] ?? 0, ends[index] ?? 0);
  }

  /** Finds the value of a field with a number, as `locateField` does. */
  locate(bytes: Uint8Array, number: number, from: number, end: number): boolean {
    const tag = number * 8 + WireType.LengthDelimited;
    this.sizeAt = from + varintSize(tag);
    this.end = end;
    let size = 0;
    let factor = 1;
    let position = this.sizeAt;
    for (; position < end; position++) {
      const byte = bytes[position] ?? 0;
      size += (byte & 0x7f) * factor;
      factor *= 0x80;
      if (byte < 0x80) {
        break;
      }
    }
    this.start = position + 1;
    return (
      hasTag(bytes, from, tag) &&
      this.start + size === end &&
      this.start - this.sizeAt === varintSize(size)
    );
  }
}

function hasTag(bytes: Uint8Array, at: number, tag: number): boolean {
  let position = at;
  let rest = tag;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    if (bytes[position++] !== ((rest % 0x80) | 0x80)) {
      return false;
    }
  }
  return bytes[position] === rest;
}
