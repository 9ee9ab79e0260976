import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A field of a message that has a length. */
export interface LengthDelimited {
  readonly number: number;
  readonly value: Uint8Array;
}

/**
 * Reads a message of at most two fields that each have a length and stand there once.
 * Returns nothing if the message is otherwise, or malformed.
 */
export function readTwoFields(binary: Uint8Array): readonly LengthDelimited[] | undefined {
  const reader = new BinaryReader(binary);
  const fields: LengthDelimited[] = [];
  try {
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (wireType !== WireType.LengthDelimited || fields.length === 2) {
        return undefined;
      }
      fields.push({ number, value: reader.bytes() });
    }
  } catch {
    return undefined;
  }
  return fields[0]?.number === fields[1]?.number ? undefined : fields;
}

/** Writes the tag of a field, and how long it is. */
export function recordHead(number: number, length: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish();
}

/** Joins bytes. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) {
    length += part.length;
  }
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}
