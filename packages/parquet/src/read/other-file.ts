import zlib from "node:zlib";
import { type ArchiveBlock, ArchiveError, archiveSizePrefix } from "@stepwire/wire";
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  type RowGroup,
  snappyUncompress,
} from "hyparquet";
import { DOCUMENT_COLUMN } from "../plan/compile.js";
import { join } from "../write/pages.js";
import { DEFAULT_PAGE_BYTES, ExpansionLimit, type ParquetReadOptions } from "./own-file.js";

/** A file whose parts are read in any order. */
export interface RandomAccess {
  /** The size of the file in bytes. */
  readonly size: number;
  /** Fills a buffer from a position. Returns the number of bytes read. */
  readAt(buffer: Uint8Array, position: number): Promise<number>;
}

/** Expands a page to a size that its header tells. */
type Decompressor = (input: Uint8Array, size: number) => Uint8Array;

const decompressors: Readonly<Record<"SNAPPY" | "ZSTD" | "GZIP" | "BROTLI", Decompressor>> = {
  SNAPPY: (input, size) => {
    const output = new Uint8Array(size);
    snappyUncompress(input, output);
    return output;
  },
  ZSTD: (input, size) => zlib.zstdDecompressSync(input, { maxOutputLength: Math.max(1, size) }),
  GZIP: (input, size) => zlib.gunzipSync(input, { maxOutputLength: Math.max(1, size) }),
  BROTLI: (input, size) => zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, size) }),
};

class PageTooLarge extends Error {}

/** Returns decompressors that refuse pages of more bytes. */
function limitedTo(maxPageBytes: number): Compressors {
  const limited = (decompress: Decompressor) => (input: Uint8Array, size: number) => {
    if (size > maxPageBytes) {
      throw new PageTooLarge(`a page has ${size} bytes`);
    }
    return decompress(input, size);
  };
  const { SNAPPY, ZSTD, GZIP, BROTLI } = decompressors;
  return {
    SNAPPY: limited(SNAPPY),
    ZSTD: limited(ZSTD),
    GZIP: limited(GZIP),
    BROTLI: limited(BROTLI),
  };
}

/** Number and size of the rows of a block. */
const ROWS = 1024;
const BLOCK_BYTES = 1024 * 1024;

/**
 * Reads the column `document` of a Parquet file that another program wrote, such as a database that
 * selected documents. Yields blocks of size-delimited documents. The `offset` of a block is that of
 * its row group in the file.
 *
 * @throws {ArchiveError} if the file is damaged or has no such column of binaries, after all documents
 *   before that.
 */
export async function* readOtherFile(
  file: RandomAccess,
  options: ParquetReadOptions = {},
): AsyncGenerator<ArchiveBlock, void> {
  const { maxPageBytes = DEFAULT_PAGE_BYTES } = options;
  const buffer = toBuffer(file);
  const compressors = limitedTo(maxPageBytes);
  const expansion = new ExpansionLimit(options);
  let documents = 0;
  const fail = (cause: unknown, offset: number, what: string) =>
    new ArchiveError("malformed", { offset, document: documents + 1 }, what, { cause });
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(buffer);
  } catch (cause) {
    throw fail(cause, 0, "the footer of the Parquet file cannot be read");
  }
  const type = metadata.key_value_metadata?.find(({ key }) => key === "stepwire.type")?.value ?? "";
  const element = metadata.schema.find(({ name }) => name === DOCUMENT_COLUMN);
  if (element?.type !== "BYTE_ARRAY" || element.repetition_type === "REPEATED") {
    const message = `the Parquet file has no column \`${DOCUMENT_COLUMN}\` of binary values`;
    throw new ArchiveError("malformed", { offset: 0, document: 1 }, message);
  }
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const { offset, size, stored } = placeOf(group);
    if (size > maxPageBytes) {
      const message = `a row group has ${size} bytes of documents`;
      throw new ArchiveError("too_large", { offset, document: documents + 1 }, message);
    }
    let values: readonly unknown[];
    try {
      values = await readRows(buffer, { metadata, compressors, rowStart: start, rowEnd: end });
    } catch (cause) {
      if (cause instanceof PageTooLarge) {
        throw new ArchiveError("too_large", { offset, document: documents + 1 }, cause.message);
      }
      throw fail(cause, offset, "a row group of the Parquet file cannot be read");
    }
    // The footer may say anything, but no more was read than the file has.
    expansion.add(Math.min(stored, file.size - offset), 0);
    for (const rows of rowsOf(values)) {
      if (rows === undefined) {
        throw fail(undefined, offset, `the column \`${DOCUMENT_COLUMN}\` has a null`);
      }
      // Rows may have the same value of a dictionary.
      const problem = expansion.add(0, sizeOf(rows));
      if (problem !== undefined) {
        throw new ArchiveError("too_large", { offset, document: documents + 1 }, problem);
      }
      const bytes = join(rows.flatMap((value) => [archiveSizePrefix(value.length), value]));
      const number = documents + 1;
      documents += rows.length;
      yield { bytes, number, documents: rows.length, offset, isCompressed: true, type };
    }
    start = end;
  }
}

/** Returns where the documents of a row group are, and their sizes, as the footer tells. */
function placeOf({ columns }: RowGroup) {
  const column = columns.find(
    ({ meta_data }) => meta_data?.path_in_schema[0] === DOCUMENT_COLUMN,
  )?.meta_data;
  return {
    offset: Number(column?.data_page_offset ?? 0),
    size: Number(column?.total_uncompressed_size ?? 0),
    stored: Number(column?.total_compressed_size ?? 0),
  };
}

/** Yields the rows of each block; undefined if it has a null. */
function* rowsOf(values: readonly unknown[]): Generator<Uint8Array[] | undefined, void> {
  let rows: Uint8Array[] = [];
  let size = 0;
  for (const value of values) {
    if (!(value instanceof Uint8Array)) {
      yield undefined;
      return;
    }
    rows.push(value);
    size += value.length;
    if (rows.length === ROWS || size >= BLOCK_BYTES) {
      yield rows;
      rows = [];
      size = 0;
    }
  }
  if (rows.length > 0) {
    yield rows;
  }
}

function sizeOf(rows: readonly Uint8Array[]): number {
  return rows.reduce((sum, { length }) => sum + length, 0);
}

interface RowPart {
  readonly metadata: FileMetaData;
  readonly compressors: Compressors;
  readonly rowStart: number;
  readonly rowEnd: number;
}

async function readRows(file: AsyncBuffer, part: RowPart): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  await parquetRead({
    file,
    ...part,
    columns: [DOCUMENT_COLUMN],
    // A string would be decoded as UTF-8.
    utf8: false,
    onComplete: (rows) => {
      for (const [value] of rows) {
        values.push(value);
      }
    },
  });
  return values;
}

function toBuffer({ size, readAt }: RandomAccess): AsyncBuffer {
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const from = start < 0 ? Math.max(0, size + start) : start;
      const to = Math.min(end < 0 ? size + end : end, size);
      const bytes = new Uint8Array(Math.max(0, to - from));
      const filled = await readAt(bytes, from);
      return bytes.buffer.slice(0, filled);
    },
  };
}
