import { BinaryReader } from "@bufbuild/protobuf/wire";
import { StreamEventSchema } from "@stepwire/core";

const { id } = StreamEventSchema.field;
const arms: ReadonlySet<number> = new Set(
  StreamEventSchema.oneofs.flatMap(({ fields }) => fields.map(({ number }) => number)),
);

/**
 * Whether an event in binary is a name and its payload, with or without an identifier,
 * and nothing beside: no text that is no JSON, and nothing in its residue.
 */
export function isNameAndPayload(binary: Uint8Array, hasId: boolean): boolean {
  const reader = new BinaryReader(binary);
  let payloads = 0;
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (arms.has(number)) {
      payloads++;
    } else if (number !== id.number || !hasId) {
      return false;
    }
    reader.skip(type, number);
  }
  return payloads === 1;
}
