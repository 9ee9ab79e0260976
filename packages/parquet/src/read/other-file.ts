import zlib from "node:zlib";
import { type ArchiveBlock, ArchiveError, archiveSizePrefix } from "@stepwire/wire";
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
} from "hyparquet";
import { DOCUMENT_COLUMN } from "../plan/compile.js";
import { join } from "../write/pages.js";
import { DEFAULT_PAGE_BYTES, type ParquetReadOptions } from "./own-file.js";

/** A file whose parts are read in any order. */
export interface RandomAccess {
  /** The size of the file in bytes. */
  readonly size: number;
  /** Fills a buffer from a position. Returns the number of bytes read. */
  readAt(buffer: Uint8Array, position: number): Promise<number>;
}

const compressors: Compressors = {
  ZSTD: (input, size) => zlib.zstdDecompressSync(input, { maxOutputLength: Math.max(1, size) }),
  GZIP: (input, size) => zlib.gunzipSync(input, { maxOutputLength: Math.max(1, size) }),
  BROTLI: (input, size) => zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, size) }),
};

/** Number of rows that are read at once. */
const ROWS = 1024;

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
    const column = group.columns.find(
      ({ meta_data }) => meta_data?.path_in_schema[0] === DOCUMENT_COLUMN,
    )?.meta_data;
    const offset = Number(column?.data_page_offset ?? 0);
    const size = Number(column?.total_uncompressed_size ?? 0);
    if (size > maxPageBytes) {
      const message = `a row group has ${size} bytes of documents`;
      throw new ArchiveError("too_large", { offset, document: documents + 1 }, message);
    }
    let values: readonly unknown[];
    try {
      values = await readRows(buffer, metadata, start, end);
    } catch (cause) {
      throw fail(cause, offset, "a row group of the Parquet file cannot be read");
    }
    for (let row = 0; row < values.length; row += ROWS) {
      const rows = values.slice(row, row + ROWS);
      if (!rows.every((value) => value instanceof Uint8Array)) {
        throw fail(undefined, offset, `the column \`${DOCUMENT_COLUMN}\` has a null`);
      }
      const bytes = join(rows.flatMap((value) => [archiveSizePrefix(value.length), value]));
      const number = documents + 1;
      documents += rows.length;
      yield { bytes, number, documents: rows.length, offset, isCompressed: true, type };
    }
    start = end;
  }
}

async function readRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  await parquetRead({
    file,
    metadata,
    columns: [DOCUMENT_COLUMN],
    rowStart,
    rowEnd,
    compressors,
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
