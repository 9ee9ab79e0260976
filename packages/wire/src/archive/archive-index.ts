import type { ArchiveBlockPlace, IndexedArchive } from "./block-place.js";
import { crc32 } from "./crc32.js";
import { ArchiveError, type ArchiveErrorCode } from "./error.js";
import type { ArchiveReadOptions } from "./options.js";
import {
  BLOCK_BYTES,
  ENTRY_BYTES,
  type HeaderPart,
  MAXIMUM_HEADER_BYTES,
  type Part,
  type PartKind,
  partKindAt,
  readEntries,
  readPart,
  TRAILER_BYTES,
} from "./parts.js";

/** A file whose bytes can be read at any position. */
export interface ArchiveFile {
  /** Size in bytes. */
  readonly size: number;
  /** Returns the bytes at a position; fewer at the end of the file. */
  read(position: number, size: number): Promise<Uint8Array>;
}

/** All blocks of a file with one or more archives. */
export interface ArchiveIndex {
  readonly archives: readonly IndexedArchive[];
  readonly blocks: readonly ArchiveBlockPlace[];
  /** Number of documents in the file. */
  readonly documents: number;
}

const DEFAULT_MAX_BLOCK_BYTES = 128 * 1024 * 1024;

/**
 * Reads the index of a file, without its blocks: to read some documents only, to divide the file
 * between workers, or to count the documents.
 *
 * @throws {ArchiveError} if the file is not an archive, is cut off, or its index is damaged. Then,
 * `readArchiveBlocks` reads it from the start.
 */
export async function readArchiveIndex(
  file: ArchiveFile,
  {
    maxBlockBytes = DEFAULT_MAX_BLOCK_BYTES,
    checksum = crc32,
  }: Pick<ArchiveReadOptions, "maxBlockBytes" | "checksum"> = {},
): Promise<ArchiveIndex> {
  const found: FoundArchive[] = [];
  for (let end = file.size; end > 0; end = found[0]?.offset ?? 0) {
    found.unshift(await findArchive(file, end, maxBlockBytes, checksum));
  }
  const archives: IndexedArchive[] = [];
  const blocks: ArchiveBlockPlace[] = [];
  let before = 0;
  for (const { entries, indexOffset, ...common } of found) {
    const archive = { ...common, before };
    archives.push(archive);
    for (const [index, entry] of entries.entries()) {
      const next = entries[index + 1] ?? { offset: indexOffset, before: archive.documents };
      blocks.push({
        archive,
        offset: archive.offset + entry.offset,
        size: next.offset - entry.offset,
        number: before + entry.before + 1,
        documents: next.before - entry.before,
      });
    }
    before += archive.documents;
  }
  return { archives, blocks, documents: before };
}

interface FoundArchive extends Omit<IndexedArchive, "before"> {
  readonly entries: NonNullable<ReturnType<typeof readEntries>>;
  /** Offset of the index in the archive. */
  readonly indexOffset: number;
}

/** Reads what describes the archive that ends at an offset. */
async function findArchive(
  file: ArchiveFile,
  end: number,
  maxBytes: number,
  checksum: (bytes: Uint8Array) => number,
): Promise<FoundArchive> {
  const trailerOffset = Math.max(0, end - TRAILER_BYTES);
  const trailer = await partAt(file, "trailer", trailerOffset, TRAILER_BYTES);
  const { index: indexOffset, size } = trailer;
  if (size > end || indexOffset + BLOCK_BYTES + TRAILER_BYTES > size) {
    throw failure("malformed", trailerOffset, "a trailer of an archive of another size");
  }
  const offset = end - size;
  const header = await partAt(file, "header", offset, MAXIMUM_HEADER_BYTES);
  const place = offset + indexOffset;
  const index = await partAt(file, "index", place, BLOCK_BYTES);
  checkSameArchive(header, [trailer, index], place);
  const bytes = index.documents * ENTRY_BYTES;
  const isRight =
    index.stored === bytes && indexOffset + BLOCK_BYTES + bytes + TRAILER_BYTES === size;
  if (!isRight) {
    throw failure("malformed", place, `an index of ${index.documents} blocks with another size`);
  }
  if (bytes > maxBytes) {
    throw failure("too_large", place, `an index of ${bytes} bytes, which is more than ${maxBytes}`);
  }
  const payload = await file.read(place + BLOCK_BYTES, bytes);
  if (payload.length < bytes || checksum(payload) !== index.checksum) {
    throw failure("checksum", place, "the checksum of the index is wrong");
  }
  const entries = readEntries(payload);
  const last = entries?.at(-1);
  if (
    entries === undefined ||
    (entries[0]?.before ?? 0) !== 0 ||
    (last !== undefined && (last.offset >= indexOffset || last.before >= index.before))
  ) {
    throw failure("malformed", place, "an index whose blocks are not in ascending order");
  }
  const { type, id } = header;
  return { offset, size, type, id, documents: index.before, entries, indexOffset };
}

function checkSameArchive({ id }: HeaderPart, others: readonly Part[], offset: number): void {
  if (others.some((other) => other.id.some((byte, index) => byte !== id[index]))) {
    throw failure("malformed", offset, "the parts of an archive have different identifiers");
  }
}

async function partAt<Kind extends PartKind>(
  file: ArchiveFile,
  kind: Kind,
  offset: number,
  size: number,
): Promise<Extract<Part, { readonly kind: Kind }>> {
  const bytes = await file.read(offset, size);
  const found = partKindAt(bytes, 0);
  if (found !== kind) {
    throw kind === "trailer"
      ? failure("cut_off", offset, "the file does not end with the trailer of an archive")
      : failure("malformed", offset, `expected ${kind}, found ${found ?? "other bytes"}`);
  }
  const part = readPart(kind, bytes, 0);
  if (part.kind === "problem") {
    throw failure(part.code, offset, part.message);
  }
  if (!isOfKind(part, kind)) {
    throw failure("malformed", offset, `expected ${kind}`);
  }
  return part;
}

function isOfKind<Kind extends PartKind>(
  part: Part,
  kind: Kind,
): part is Extract<Part, { readonly kind: Kind }> {
  return part.kind === kind;
}

function failure(code: ArchiveErrorCode, offset: number, message: string): ArchiveError {
  return new ArchiveError(code, { offset }, message);
}
