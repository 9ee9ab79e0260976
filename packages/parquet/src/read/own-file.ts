import zlib from "node:zlib";
import { type ArchiveBlock, ArchiveError, type ArchiveErrorCode } from "@stepwire/wire";
import { deserializeTCompactProtocol } from "hyparquet/src/thrift.js";
import { type EndPart, type GroupPart, MAGIC, PART_HEAD_BYTES, PART_MARKER } from "../layout.js";
import { toDelimited } from "./plain.js";

/** A file or stream that is read from its start. */
export interface ByteSource {
  /** Fills a buffer, or its start at the end of the input. Returns the number of bytes read. */
  read(buffer: Uint8Array): Promise<number>;
}

/** Limits for reading a Parquet file. */
export interface ParquetReadOptions {
  /**
   * Maximum size of a page with documents, before it was compressed, in bytes. Pages that this
   * package writes have a few megabytes, or one document.
   * @defaultValue 256 MiB
   */
  readonly maxPageBytes?: number | undefined;
  /**
   * Maximum size of all documents, as a multiple of their size in the file. `maxPageBytes` are always
   * allowed. @defaultValue 1,100
   */
  readonly maxExpansion?: number | undefined;
}

/** The default of `maxPageBytes`. */
export const DEFAULT_PAGE_BYTES: number = 256 * 1024 * 1024;
/** The default of `maxExpansion`. */
const DEFAULT_EXPANSION = 1100;
/** Maximum size of the text of a part. A page is described by less than 20 bytes. */
const MAX_PART_BYTES = 16 * 1024 * 1024;
const SKIP_BYTES = 64 * 1024;
/** The size of the footer is in the 4 bytes before the last magic. */
const END_BYTES = 4 + MAGIC.length;

/** Limits how far the pages of a file expand together. */
export class ExpansionLimit {
  readonly #allowed: number;
  readonly #times: number;
  #read = 0;
  #expanded = 0;

  constructor({
    maxPageBytes = DEFAULT_PAGE_BYTES,
    maxExpansion = DEFAULT_EXPANSION,
  }: ParquetReadOptions) {
    this.#allowed = maxPageBytes;
    this.#times = maxExpansion;
  }

  /** Adds sizes in the file, and after expansion. Returns what is wrong; undefined if nothing is. */
  add(read: number, expanded: number): string | undefined {
    this.#read += read;
    this.#expanded += expanded;
    return this.#expanded > this.#allowed && this.#expanded > this.#times * this.#read
      ? `the file expands to more than ${this.#times} times its size`
      : undefined;
  }
}

/** The number of the first bytes of a file that `isOwnFile` needs. */
export const OWN_HEAD_BYTES: number = MAGIC.length + PART_MARKER.length;

/** Returns whether a Parquet file that starts with these bytes was written by this package. */
export function isOwnFile(head: Uint8Array): boolean {
  return startsWith(head, MAGIC) && startsWith(head.subarray(MAGIC.length), PART_MARKER);
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, start.length), start) === 0;
}

/**
 * Reads the documents of a Parquet file that this package wrote, from its start, without its footer.
 * Yields a block of size-delimited documents for each page; memory for one page is needed. The
 * `offset` of a block is that of its page in the file.
 *
 * @throws {ArchiveError} if the file is damaged or incomplete, after all documents before that.
 */
export async function* readOwnFile(
  source: ByteSource,
  options: ParquetReadOptions = {},
): AsyncGenerator<ArchiveBlock, void> {
  const { maxPageBytes = DEFAULT_PAGE_BYTES } = options;
  const reader = new FileReader(source);
  const expansion = new ExpansionLimit(options);
  const magic = await reader.take(MAGIC.length, "the magic bytes");
  if (!startsWith(magic, MAGIC)) {
    throw reader.error("bad_magic", 0, "the file does not start like a Parquet file");
  }
  for (;;) {
    const start = reader.position;
    const part = await readPart(reader);
    if (part.kind === "end") {
      if (part.rows !== reader.documents) {
        const found = `${reader.documents}, where the file should have ${part.rows}`;
        throw reader.error("malformed", start, `the number of documents is ${found}`);
      }
      await readFooter(reader);
      return;
    }
    for (const [bytes, rows] of part.pages) {
      const offset = reader.position;
      if (bytes > maxPageBytes) {
        throw reader.error("too_large", offset, `a page has ${bytes} bytes`);
      }
      const page = await reader.take(bytes, "a page");
      const documents = readPage(reader, page, { rows, offset, maxPageBytes, expansion });
      const number = reader.documents + 1;
      reader.documents += rows;
      yield {
        bytes: documents,
        number,
        documents: rows,
        offset,
        isCompressed: true,
        type: part.type,
      };
    }
    await reader.skip(part.others);
  }
}

async function readPart(reader: FileReader): Promise<GroupPart | EndPart> {
  const start = reader.position;
  const head = await reader.take(PART_HEAD_BYTES, "the description of a row group");
  if (!startsWith(head, PART_MARKER)) {
    throw reader.error("malformed", start, "expected the description of a row group");
  }
  const view = new DataView(head.buffer, head.byteOffset);
  const size = view.getUint32(PART_MARKER.length, true);
  if (size > MAX_PART_BYTES) {
    throw reader.error("malformed", start, `the description of a row group has ${size} bytes`);
  }
  const text = await reader.take(size, "the description of a row group");
  if (zlib.crc32(text) !== view.getUint32(PART_MARKER.length + 4, true)) {
    throw reader.error("checksum", start, "the description of a row group was changed");
  }
  const part: unknown = JSON.parse(Buffer.from(text).toString());
  if (!isPart(part)) {
    throw reader.error("malformed", start, "the description of a row group is malformed");
  }
  return part;
}

function isPart(value: unknown): value is GroupPart | EndPart {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const { kind, type, rows, pages, others }: Partial<Record<keyof GroupPart, unknown>> = value;
  const isEnd = kind === "end";
  const isGroup =
    kind === "rows" &&
    isSize(others) &&
    Array.isArray(pages) &&
    pages.every((page) => Array.isArray(page) && page.length === 2 && page.every(isSize));
  return (isEnd || isGroup) && typeof type === "string" && isSize(rows);
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

interface PageReading {
  readonly rows: number;
  /** Offset of the page in the file. */
  readonly offset: number;
  readonly maxPageBytes: number;
  readonly expansion: ExpansionLimit;
}

/** Returns the documents of a page. */
function readPage(
  reader: FileReader,
  page: Uint8Array<ArrayBuffer>,
  { rows, offset, maxPageBytes, expansion }: PageReading,
): Uint8Array<ArrayBuffer> {
  const header = { view: new DataView(page.buffer, page.byteOffset, page.length), offset: 0 };
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = deserializeTCompactProtocol(header);
  } catch (cause) {
    throw reader.error("malformed", offset, "the header of a page is malformed", { cause });
  }
  const [, uncompressed, compressed, checksum] = [1, 2, 3, 4].map((id) => fields[`field_${id}`]);
  const body = page.subarray(header.offset);
  if (compressed !== body.length || typeof uncompressed !== "number") {
    throw reader.error("malformed", offset, "the header of a page is malformed");
  }
  if ((zlib.crc32(body) | 0) !== checksum) {
    throw reader.error("checksum", offset, "the bytes of a page were changed");
  }
  if (uncompressed > maxPageBytes) {
    throw reader.error("too_large", offset, `a page has ${uncompressed} bytes`);
  }
  const problem = expansion.add(page.length, uncompressed);
  if (problem !== undefined) {
    throw reader.error("too_large", offset, problem);
  }
  let plain: Buffer;
  try {
    plain = zlib.zstdDecompressSync(body, { maxOutputLength: Math.max(1, uncompressed) });
  } catch (cause) {
    throw reader.error("malformed", offset, "a page cannot be decompressed", { cause });
  }
  // Node returns a buffer of its own, which is not shared.
  const documents = toDelimited(plain as Uint8Array<ArrayBuffer>, rows);
  if (documents === undefined) {
    throw reader.error("malformed", offset, "the documents of a page are malformed");
  }
  return documents;
}

/** Checks that the file ends with a whole footer. Its content is for other readers. */
async function readFooter(reader: FileReader): Promise<void> {
  const start = reader.position;
  let last: Uint8Array = new Uint8Array();
  for (let size = SKIP_BYTES; size === SKIP_BYTES; ) {
    const piece = await reader.takeUpTo(SKIP_BYTES);
    size = piece.length;
    last = Buffer.concat([last, piece]).subarray(-END_BYTES);
  }
  const size =
    last.length === END_BYTES ? new DataView(last.buffer, last.byteOffset).getUint32(0, true) : -1;
  if (size !== reader.position - start - END_BYTES || !startsWith(last.subarray(4), MAGIC)) {
    const message =
      "the footer is incomplete; all documents were read, but databases need the footer";
    throw reader.error("cut_off", start, message);
  }
}

class FileReader {
  readonly #source: ByteSource;
  position = 0;
  /** The number of documents that were read. */
  documents = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** @throws {ArchiveError} if the file ends before. */
  async take(size: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
    const start = this.position;
    const bytes = await this.takeUpTo(size);
    if (bytes.length < size) {
      throw this.error("cut_off", start, `the file ends within ${what}`);
    }
    return bytes;
  }

  /** Returns fewer bytes only at the end of the file. */
  async takeUpTo(size: number): Promise<Uint8Array<ArrayBuffer>> {
    const buffer = new Uint8Array(size);
    const filled = await this.#source.read(buffer);
    this.position += filled;
    return buffer.subarray(0, filled);
  }

  async skip(size: number): Promise<void> {
    const end = this.position + size;
    const buffer = new Uint8Array(Math.min(size, SKIP_BYTES));
    while (this.position < end) {
      const start = this.position;
      const filled = await this.#source.read(buffer.subarray(0, end - start));
      this.position += filled;
      if (filled === 0) {
        throw this.error("cut_off", start, "the file ends within the columns of a row group");
      }
    }
  }

  error(
    code: ArchiveErrorCode,
    offset: number,
    message: string,
    options?: ErrorOptions,
  ): ArchiveError {
    return new ArchiveError(code, { offset, document: this.documents + 1 }, message, options);
  }
}
