import type { WireTypeName } from "./annotation.js";

/** The bytes are not what Protobuf allows. */
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

/** A field's number and how its value is written. */
export interface Tag {
  /** Where the tag starts. */
  readonly offset: number;
  readonly fieldNumber: number;
  readonly wireType: WireTypeName;
}

const MAXIMUM_VARINT_BYTES = 10;
const MAXIMUM_FIELD_NUMBER = 0x1fff_ffffn;

/** Reads the pieces that binary messages consist of, from one part of the bytes. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  /** Where the next piece starts. */
  offset: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#end = end;
    this.offset = start;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.offset;
  }

  /** An unsigned number of up to 64 bits. */
  varint(): bigint {
    const start = this.offset;
    let value = 0n;
    for (let index = 0; index < MAXIMUM_VARINT_BYTES; index++) {
      const byte = this.#bytes[start + index];
      if (byte === undefined || start + index >= this.#end) {
        throw new WireError(start, "the bytes end within a varint");
      }
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) {
        this.offset = start + index + 1;
        return BigInt.asUintN(64, value);
      }
    }
    throw new WireError(start, `a varint of more than ${MAXIMUM_VARINT_BYTES} bytes`);
  }

  /** What every field starts with. */
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

  /** A view of the next bytes. */
  view(size: number): DataView {
    if (this.left < size) {
      throw new WireError(this.offset, `the bytes end within a value of ${size} bytes`);
    }
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.offset, size);
    this.offset += size;
    return view;
  }

  /** Passes over the value of a field; for a group, over its end tag too. */
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
