import { read } from "node:fs";
import { promisify } from "node:util";
import zlib from "node:zlib";
import {
  type ArchiveBlockPlace,
  type ArchiveDamage,
  ArchiveError,
  type ArchiveFile,
  type ArchiveReadOptions,
  readArchiveIndex,
} from "@stepwire/wire";
import { isArchiveStart, MAXIMUM_HEADER_BYTES } from "@stepwire/wire/archive-layout";
import { zstdCodec } from "@stepwire/wire/compressed";
import { partKindAt, readPart } from "@stepwire/wire/internal";
import type { ContainerChoice } from "../commands/formats.js";
import { peek, type RegularFile, type Source } from "../files/source.js";
import { describeOffset } from "../refusal.js";
import type { DocumentRange } from "./document-range.js";

/** An input with binary documents. */
export interface ArchiveInput {
  readonly source: Source;
  /**
   * Full name of the type of the first document, from the header of its archive; undefined if there
   * is none. Documents of other archives in the same file may have another type.
   */
  readonly type: string | undefined;
  /** The block at which the source starts; undefined if it starts with the file. */
  readonly from: ArchiveBlockPlace | undefined;
  /** Of a Parquet file, whose documents the source has: throws the error that ended it early. */
  readonly checkDamage?: () => void;
}

/** The first bytes of a Parquet file. */
const PARQUET_MAGIC = "PAR1";
/** A block may be larger than its largest document by this. */
const BLOCK_ALLOWANCE = 64 * 1024 * 1024;

/** Options for reading archives. */
export interface ArchiveInputOptions {
  readonly from: ContainerChoice;
  readonly maxBytes: number;
  readonly maxExpansion?: number;
}

/** Returns the options of the reader for options of the command. */
export function archiveReadOptions({
  from,
  maxBytes,
  maxExpansion,
}: ArchiveInputOptions): ArchiveReadOptions {
  return {
    format: from === "parquet" ? "auto" : from,
    maxBytes,
    maxBlockBytes: maxBytes + BLOCK_ALLOWANCE,
    maxExpansion,
    codecs: [zstdCodec],
    checksum: zlib.crc32,
  };
}

/**
 * Reads the header of an archive, and moves a regular file to the block with the first document of
 * the range, if its index can be read.
 */
export async function openArchive(
  source: Source,
  range: DocumentRange,
  options: ArchiveInputOptions,
): Promise<ArchiveInput> {
  const { head, source: whole } = await startOf(source);
  if (options.from === "parquet" || (options.from === "auto" && isParquetStart(head))) {
    // Imported only if needed, because it takes long.
    const { openParquet } = await import("../parquet/read-parquet.js");
    return { ...(await openParquet(whole, options.maxBytes)), from: undefined };
  }
  const isArchive = options.from !== "delimited" && isArchiveStart(head);
  if (!isArchive) {
    return { source: whole, type: undefined, from: undefined };
  }
  const { regular } = source;
  const from = range.first > 1 && regular ? await findBlock(regular, range, options) : undefined;
  if (from !== undefined) {
    regular?.seek(from.offset);
  }
  const kind = partKindAt(head, 0);
  const part = kind && readPart(kind, head, 0);
  const type = part?.kind === "header" ? part.type : undefined;
  return { source: whole, type: from?.archive.type ?? type, from };
}

/** Returns whether a file that starts with these bytes is a Parquet file. */
function isParquetStart(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, PARQUET_MAGIC.length)).toString("latin1") === PARQUET_MAGIC;
}

/** Returns the first bytes of a source, as many as a header may have, and the source from its start. */
export async function startOf(
  source: Source,
): Promise<{ readonly head: Uint8Array; readonly source: Source }> {
  const { regular } = source;
  if (regular === undefined) {
    return await peek(source, MAXIMUM_HEADER_BYTES);
  }
  const buffer = new Uint8Array(MAXIMUM_HEADER_BYTES);
  const head = buffer.subarray(0, await source.read(buffer));
  regular.seek(0);
  return { head, source };
}

/** Returns the block with the first document; undefined if there is no index, or no such block. */
async function findBlock(
  file: RegularFile,
  { first }: DocumentRange,
  options: ArchiveInputOptions,
): Promise<ArchiveBlockPlace | undefined> {
  try {
    const { blocks } = await readArchiveIndex(fileOf(file), archiveReadOptions(options));
    return blocks.findLast(({ number }) => number <= first);
  } catch (error) {
    if (error instanceof ArchiveError) {
      // The archive is read from its start, which reports the damage if it is before the documents.
      return undefined;
    }
    throw error;
  }
}

const readFile = promisify(read);

/** Returns access to a file by position. */
export function fileOf({ descriptor, size }: RegularFile): ArchiveFile {
  return {
    size,
    async read(position, length) {
      const buffer = new Uint8Array(Math.min(length, Math.max(0, size - position)));
      let filled = 0;
      for (let count = -1; count !== 0 && filled < buffer.length; filled += count) {
        const left = buffer.length - filled;
        count = (await readFile(descriptor, buffer, filled, left, position + filled)).bytesRead;
      }
      return buffer.subarray(0, filled);
    },
  };
}

/** Returns a line that says where and how an archive is damaged. */
export function describeDamage(name: string, error: ArchiveError): string {
  const { code, offset, document, message } = error;
  const advice =
    code === "too_large" ? ", if this is an archive; --max-bytes raises the limit" : "";
  const place = document === undefined ? "" : `document ${document}`;
  return `${name}: ${describeOffset(offset, place)}: ${message}${advice}`;
}

/** Returns a line that says what is lost by damage that was skipped. */
export function describeLoss(name: string, damage: ArchiveDamage): string {
  const { start, end, firstDocument: first, lastDocument: last } = damage;
  const bytes = `bytes ${start} to ${end}`;
  const documents =
    last === undefined
      ? `lost are ${bytes}, with all documents from ${first} to the end of the archive`
      : last < first
        ? `skipped are ${bytes}; no document is lost`
        : last === first
          ? `lost are ${bytes}, with document ${first}`
          : `lost are ${bytes}, with the documents ${first} to ${last}`;
  return `${describeDamage(name, damage.error)}; ${documents}`;
}
