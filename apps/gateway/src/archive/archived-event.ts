import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/*
 * Events in size-delimited `Document`s, which `stepwire unpack` reads. They are appended one by one,
 * so that a recording has no end and no index. In a document, the event is the field that
 * `archiveField` returns.
 */

/** Returns the archive's bytes for an event: the size of its document, and the document. */
export function archivedEvent(field: number, event: Uint8Array): Uint8Array {
  return new BinaryWriter()
    .fork()
    .tag(field, WireType.LengthDelimited)
    .bytes(event)
    .join()
    .finish();
}

/** Returns the event in a document; undefined if the document is not an event. */
export function eventOf(eventField: number, document: Uint8Array): Uint8Array | undefined {
  const reader = new BinaryReader(document);
  let event: Uint8Array | undefined;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === eventField && type === WireType.LengthDelimited) {
      event = reader.bytes();
    } else {
      reader.skip(type, field);
    }
  }
  return event;
}
