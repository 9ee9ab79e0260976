import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { fieldsByNumber } from "@stepwire/mapping/internal";

/**
 * Returns the number of fields of a message, and of the messages in it, that the schema does not
 * have. It makes no objects for fields, so it takes little time beside the conversion.
 *
 * @param binary a valid message; for other bytes, the result is the number before the damage.
 */
export function countUnknownFields(schema: DescMessage, binary: Uint8Array): number {
  const counter = new Counter(new BinaryReader(binary));
  try {
    counter.read(schema, binary.length);
  } catch {
    // The bytes are damaged, or do not have the wire types of the schema.
  }
  return counter.count;
}

class Counter {
  readonly #reader: BinaryReader;
  count = 0;

  constructor(reader: BinaryReader) {
    this.#reader = reader;
  }

  read(schema: DescMessage, end: number): void {
    const fields = fieldsByNumber(schema);
    const reader = this.#reader;
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      const field = fields.get(number);
      if (field === undefined) {
        this.count++;
        reader.skip(wireType, number);
      } else if (field.message !== undefined && wireType === WireType.LengthDelimited) {
        const size = reader.uint32();
        const stop = reader.pos + size;
        if (field.fieldKind === "map") {
          this.#readEntry(field.message, stop);
        } else {
          this.read(field.message, stop);
        }
      } else {
        reader.skip(wireType, number);
      }
    }
  }

  /** Reads an entry of a map, whose value is a message with the number 2. */
  #readEntry(value: DescMessage, end: number): void {
    const reader = this.#reader;
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      if (number === 2 && wireType === WireType.LengthDelimited) {
        const size = reader.uint32();
        this.read(value, reader.pos + size);
      } else {
        reader.skip(wireType, number);
      }
    }
  }
}
