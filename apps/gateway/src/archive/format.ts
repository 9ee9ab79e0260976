import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { DocumentSchema } from "@stepwire/core";

/*
 * An archive is a sequence of `Document`s, each behind its size as a varint: what
 * `stepwire pack` writes and `stepwire unpack` reads.
 */

const { number: STREAM_EVENT } = DocumentSchema.field.streamEvent;

/** The archive's bytes for an event. */
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

/** The archive ends within a document, or a document is larger than it may be. */
export class ArchiveDamage extends Error {
  override readonly name = "ArchiveDamage";
}

const LONGEST_PREFIX = 10;

/**
 * The documents of an archive.
 *
 * @throws {ArchiveDamage} after the last whole document, if the archive goes on.
 */
export async function* readDocuments(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void> {
  let pending: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let size = peekSize(pending, maxBytes); size !== undefined; ) {
      const end = size.prefix + size.document;
      if (pending.length < end) {
        break;
      }
      yield pending.subarray(size.prefix, end);
      pending = pending.subarray(end);
      size = peekSize(pending, maxBytes);
    }
  }
  if (pending.length > 0) {
    throw new ArchiveDamage("the archive ends within a document");
  }
}

function peekSize(
  bytes: Uint8Array,
  maxBytes: number,
): { prefix: number; document: number } | undefined {
  let document = 0;
  for (let index = 0; index < Math.min(bytes.length, LONGEST_PREFIX); index++) {
    const byte = bytes[index] ?? 0;
    document += (byte & 0x7f) * 2 ** (7 * index);
    if (document > maxBytes) {
      throw new ArchiveDamage("a document is too large");
    }
    if (byte < 0x80) {
      return { prefix: index + 1, document };
    }
  }
  if (bytes.length >= LONGEST_PREFIX) {
    throw new ArchiveDamage("a size of more than 10 bytes");
  }
  return undefined;
}
