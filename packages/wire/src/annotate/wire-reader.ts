import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { WireTypeName } from "./annotation.js";

/** The bytes are malformed. */
export class WireError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = "WireError";
    this.offset = offset;
  }
}

const wireTypes: readonly (WireTypeName | undefined)[] = [
  "VARINT",
  "I64",
  "LEN",
  "SGROUP",
  "EGROUP",
  "I32",
];

/** The number and wire type of a field. */
export interface Tag {
  /** Offset of the tag. */
  readonly offset: number;
  readonly fieldNumber: number;
  readonly wireType: WireTypeName;
}

const MAXIMUM_FIELD_NUMBER = 0x1fff_ffffn;

/** Reads varints, tags and values from a range of bytes. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #reader: BinaryReader;
  readonly #end: number;
  /** Offset of the next value. */
  offset: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#reader = new BinaryReader(bytes.subarray(0, end));
    this.#end = end;
    this.offset = start;
  }

  /** Number of remaining bytes. */
  get left(): number {
    return this.#end - this.offset;
  }

  /** Reads an unsigned integer of up to 64 bits. */
  varint(): bigint {
    const start = this.offset;
    this.#reader.pos = start;
    try {
      const value = BigInt(this.#reader.uint64());
      this.offset = this.#reader.pos;
      return value;
    } catch (reason) {
      // protobuf-es throws a RangeError at the end of the bytes.
      const isCut = reason instanceof RangeError;
      const message = isCut ? "the bytes end within a varint" : "a varint of more than 10 bytes";
      throw new WireError(start, message);
    }
  }

  /** Reads the tag of a field. */
  tag(): Tag {
    const start = this.offset;
    const tag = this.varint();
    const fieldNumber = tag >> 3n;
    const wireType = wireTypes[Number(tag & 7n)];
    if (wireType === undefined) {
      throw new WireError(start, `a tag with the wire type ${tag & 7n}, which does not exist`);
    }
    if (fieldNumber === 0n || fieldNumber > MAXIMUM_FIELD_NUMBER) {
      throw new WireError(
        start,
        `a tag with the field number ${fieldNumber}, which is not allowed`,
      );
    }
    return { offset: start, fieldNumber: Number(fieldNumber), wireType };
  }

  /** Returns a view of the next bytes, and skips them. */
  view(size: number): DataView {
    if (this.left < size) {
      throw new WireError(this.offset, `the bytes end within a value of ${size} bytes`);
    }
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.offset, size);
    this.offset += size;
    return view;
  }

  /** Skips the value of a field; for a group, including its end tag. */
  skip(tag: Tag): void {
    const open: Tag[] = [];
    let current: Tag | undefined = tag;
    while (current !== undefined) {
      if (current.wireType === "SGROUP") {
        open.push(current);
      } else if (current.wireType === "EGROUP") {
        closeGroup(open.pop(), current);
      } else {
        this.#skipValue(current.wireType);
      }
      current = open.length > 0 ? this.tag() : undefined;
    }
  }

  #skipValue(wireType: "VARINT" | "I64" | "LEN" | "I32"): void {
    switch (wireType) {
      case "VARINT":
        this.varint();
        break;
      case "I64":
        this.view(8);
        break;
      case "I32":
        this.view(4);
        break;
      case "LEN": {
        const start = this.offset;
        const length = this.varint();
        if (length > BigInt(this.left)) {
          throw new WireError(start, `a length of ${length} where ${this.left} bytes are left`);
        }
        this.offset += Number(length);
        break;
      }
    }
  }
}

function closeGroup(start: Tag | undefined, end: Tag): void {
  if (start?.fieldNumber !== end.fieldNumber) {
    throw new WireError(end.offset, `the end of a group ${end.fieldNumber} that is not open`);
  }
}
