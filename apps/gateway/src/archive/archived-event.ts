import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { DocumentSchema } from "@stepwire/core";

/*
 * Events in an archive of `Document`s, as `stepwire pack` writes and `stepwire unpack`
 * reads it.
 */

const { number: STREAM_EVENT } = DocumentSchema.field.streamEvent;

/** The archive's bytes for an event: its document, behind its size. */
export function archivedEvent(event: Uint8Array): Uint8Array {
  return new BinaryWriter()
    .fork()
    .tag(STREAM_EVENT, WireType.LengthDelimited)
    .bytes(event)
    .join()
    .finish();
}

/** The event in a document; undefined if it is something else. */
export function eventOf(document: Uint8Array): Uint8Array | undefined {
  const reader = new BinaryReader(document);
  let event: Uint8Array | undefined;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === STREAM_EVENT && type === WireType.LengthDelimited) {
      event = reader.bytes();
    } else {
      reader.skip(type, field);
    }
  }
  return event;
}
