import { CommandFailure } from "../failure.js";

/*
 * An archive is a sequence of documents, each behind its size in bytes as a varint:
 * the size-delimited format that Protobuf's libraries read and write.
 */

/** One document of an archive, in binary. */
export interface ArchivedDocument {
  /** Counted from 1. */
  readonly number: number;
  /** Where the document starts in the archive, behind its size. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The archive is damaged. What came before is whole. */
export class ArchiveBreak extends CommandFailure {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = "ArchiveBreak";
    this.offset = offset;
  }
}

/** What stands before a document of this size. */
export function sizePrefix(size: number): Uint8Array {
  const prefix: number[] = [];
  let rest = size;
  while (rest > 0x7f) {
    prefix.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  prefix.push(rest);
  return Uint8Array.from(prefix);
}

/**
 * Cuts an archive into its documents.
 *
 * @throws {ArchiveBreak} after the last whole document, if the archive goes on.
 */
export async function* readArchive(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<ArchivedDocument, void> {
  const pending = new PendingBytes();
  let number = 1;
  for await (const chunk of chunks) {
    pending.add(chunk);
    for (
      let size = peekSize(pending, maxBytes);
      size !== undefined && pending.length >= size.prefix + size.document;
      size = peekSize(pending, maxBytes)
    ) {
      pending.take(size.prefix);
      const offset = pending.offset;
      yield { number: number++, offset, bytes: pending.take(size.document) };
    }
  }
  if (pending.length > 0) {
    const size = peekSize(pending, maxBytes);
    throw new ArchiveBreak(
      pending.offset,
      size === undefined
        ? "the archive ends within the size of a document"
        : `the archive ends within a document: ${pending.length - size.prefix} of ${size.document} bytes`,
    );
  }
}

/** The size of the next document and of its own varint; nothing while that is not all there. */
function peekSize(
  pending: PendingBytes,
  maxBytes: number,
): { prefix: number; document: number } | undefined {
  let document = 0;
  for (let index = 0; index < pending.length; index++) {
    const byte = pending.peek(index);
    document += (byte & 0x7f) * 2 ** (7 * index);
    if (document > maxBytes) {
      throw new ArchiveBreak(
        pending.offset,
        `a document of more than ${maxBytes} bytes, if this is an archive; --max-bytes raises the limit`,
      );
    }
    if (byte < 0x80) {
      return { prefix: index + 1, document };
    }
    if (index === MAXIMUM_PREFIX_BYTES - 1) {
      throw new ArchiveBreak(pending.offset, "a size of more than 10 bytes");
    }
  }
  return undefined;
}

const MAXIMUM_PREFIX_BYTES = 10;

/** Bytes that were read but are not yet a whole document. */
class PendingBytes {
  #parts: Uint8Array[] = [];
  length = 0;
  /** Where they start in the archive. */
  offset = 0;

  add(part: Uint8Array): void {
    if (part.length > 0) {
      this.#parts.push(part);
      this.length += part.length;
    }
  }

  peek(index: number): number {
    let rest = index;
    for (const part of this.#parts) {
      const byte = part[rest];
      if (byte !== undefined) {
        return byte;
      }
      rest -= part.length;
    }
    throw new RangeError(`no byte ${index}`);
  }

  take(size: number): Uint8Array {
    let [first = new Uint8Array(), ...more] = this.#parts;
    if (first.length < size) {
      first = Buffer.concat(this.#parts, this.length);
      more = [];
    }
    const rest = first.subarray(size);
    this.#parts = rest.length > 0 ? [rest, ...more] : more;
    this.length -= size;
    this.offset += size;
    return first.subarray(0, size);
  }
}
