import { StreamEventSchema } from "@stepwire/core";

const LENGTH_DELIMITED = 2;
const idField = StreamEventSchema.field.id.number;
const armFields: ReadonlySet<number> = new Set(
  StreamEventSchema.oneofs.flatMap(({ fields }) => fields.map(({ number }) => number)),
);

/**
 * Whether an event, as a transcoder writes it, is a name and its payload, with or without
 * an identifier, and nothing beside: no text that is no JSON, and nothing in its residue.
 */
export function isNameAndPayload(binary: Uint8Array, hasId: boolean): boolean {
  let payloads = 0;
  // Each field here has a tag of one byte, and a length; another ends the search.
  for (let position = 0; position < binary.length; ) {
    const tag = binary[position++] ?? 0;
    const field = tag >> 3;
    if (armFields.has(field)) {
      payloads++;
    } else if (field !== idField || !hasId) {
      return false;
    }
    if ((tag & 7) !== LENGTH_DELIMITED || tag >= 0x80) {
      return false;
    }
    let length = 0;
    let byte = 0x80;
    for (let factor = 1; byte >= 0x80 && position < binary.length; factor *= 0x80) {
      byte = binary[position++] ?? 0;
      length += (byte & 0x7f) * factor;
    }
    position += length;
  }
  return payloads === 1;
}
