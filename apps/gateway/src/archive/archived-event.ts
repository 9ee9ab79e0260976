import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/*
 * Events in an archive of `Document`s, the format that `stepwire pack` writes and `stepwire unpack`
 * reads. In a document, the event is the field that `archiveField` returns.
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
