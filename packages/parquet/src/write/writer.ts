import zlib from "node:zlib";
import type { ColumnChunk, ColumnMetaData, RowGroup, Statistics } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import type { Column, Range } from "../columns.js";
import { type EndPart, type GroupPart, MAGIC, PART_HEAD_BYTES, PART_MARKER } from "../layout.js";
import { type ColumnSchema, columnSchema } from "../schema.js";
import { type EncodedPage, type EncodedRows, join } from "./pages.js";

/** The default of `groupBytes`. */
const DEFAULT_GROUP_BYTES = 64 * 1024 * 1024;
/** Longer least and greatest strings are shortened in the footer. */
const STATISTICS_BYTES = 64;

/** Options for writing a Parquet file. */
export interface ParquetWriteOptions {
  /** The full name of the message type of the documents. */
  readonly type: string;
  readonly columns: readonly Column[];
  /** The version of the program, for the metadata of the file. */
  readonly version: string;
  /**
   * Size of a row group in bytes, before compression. A database reads or skips a row group as a whole,
   * and reads several at once. The writer keeps one in memory, compressed.
   * @defaultValue 64 MiB
   */
  readonly groupBytes?: number | undefined;
}

/**
 * Writes a Parquet file from encoded rows. Each method returns bytes that come next in the file.
 */
export class ParquetWriter {
  readonly #options: ParquetWriteOptions;
  readonly #schemas: readonly ColumnSchema[];
  readonly #groups: RowGroup[] = [];
  #pending: EncodedRows[] = [];
  #pendingBytes = 0;
  #rows = 0;
  #position = 0;

  constructor(options: ParquetWriteOptions) {
    this.#options = options;
    this.#schemas = options.columns.map(columnSchema);
  }

  /** Returns the first bytes of the file. */
  start(): Uint8Array {
    this.#position = MAGIC.length;
    return MAGIC;
  }

  /** Adds rows, in their order. Returns the bytes of a row group if one is complete. */
  add(rows: EncodedRows): readonly Uint8Array[] {
    if (rows.rows === 0) {
      return [];
    }
    this.#pending.push(rows);
    this.#pendingBytes += rows.pages.reduce((size, page) => size + page.uncompressed, 0);
    const { groupBytes = DEFAULT_GROUP_BYTES } = this.#options;
    return this.#pendingBytes >= groupBytes ? this.#finishGroup() : [];
  }

  /** Returns the last row group and the footer. */
  finish(): readonly Uint8Array[] {
    const group = this.#pending.length > 0 ? this.#finishGroup() : [];
    const { type } = this.#options;
    const end: EndPart = { kind: "end", type, rows: this.#rows };
    return [...group, part(end), this.#footer()];
  }

  #finishGroup(): readonly Uint8Array[] {
    const pending = this.#pending;
    const rows = pending.reduce((count, each) => count + each.rows, 0);
    const chunks = this.#schemas.map((_, index) => new Chunk(pending, index));
    const [documents, ...others] = chunks;
    const head: GroupPart = {
      kind: "rows",
      type: this.#options.type,
      rows,
      pages: pending.map((each, index) => [documents?.pages[index]?.bytes ?? 0, each.rows]),
      others: others.reduce((size, { bytes }) => size + bytes, 0),
    };
    const headBytes = part(head);
    const start = this.#position + headBytes.length;
    let at = start;
    let uncompressed = 0;
    const columns = chunks.map((chunk, index): ColumnChunk => {
      const column = this.#schemas[index];
      if (column === undefined) {
        throw new Error(`no schema for column ${index}`);
      }
      const meta = chunk.metadata(column, at);
      at += chunk.bytes;
      uncompressed += chunk.uncompressed;
      return { file_offset: 0n, meta_data: meta };
    });
    this.#groups.push({
      columns,
      total_byte_size: BigInt(uncompressed),
      num_rows: BigInt(rows),
      file_offset: BigInt(start),
      total_compressed_size: BigInt(at - start),
    });
    this.#position = at;
    this.#rows += rows;
    this.#pending = [];
    this.#pendingBytes = 0;
    return [headBytes, ...chunks.flatMap((chunk) => chunk.parts())];
  }

  #footer(): Uint8Array {
    const { type, version } = this.#options;
    const writer = new ByteWriter();
    writeMetadata(
      writer,
      {
        version: 2,
        schema: [
          { name: "documents", num_children: this.#schemas.length },
          ...this.#schemas.flatMap(({ elements }) => elements),
        ],
        num_rows: BigInt(this.#rows),
        row_groups: this.#groups,
        key_value_metadata: [
          { key: "stepwire.type", value: type },
          { key: "stepwire.version", value: version },
        ],
        created_by: `stepwire version ${version}`,
        metadata_length: 0,
      },
      STATISTICS_BYTES,
    );
    return join([writer.getBytes(), MAGIC]);
  }
}

/** The pages of a column in a row group. */
class Chunk {
  readonly #rows: readonly EncodedRows[];
  readonly #index: number;
  readonly pages: readonly EncodedPage[];
  readonly bytes: number;
  readonly uncompressed: number;

  constructor(rows: readonly EncodedRows[], index: number) {
    this.#rows = rows;
    this.#index = index;
    this.pages = rows.flatMap(({ pages }) => pages[index] ?? []);
    this.bytes = this.pages.reduce((size, page) => size + page.bytes, 0);
    this.uncompressed = this.pages.reduce((size, page) => size + page.uncompressed, 0);
  }

  parts(): Uint8Array[] {
    return this.#rows.map(({ bytes, pages }) => {
      const start = pages.slice(0, this.#index).reduce((size, page) => size + page.bytes, 0);
      return bytes.subarray(start, start + (pages[this.#index]?.bytes ?? 0));
    });
  }

  metadata({ path, leaf }: ColumnSchema, start: number): ColumnMetaData {
    return {
      // Every leaf has a type.
      type: leaf.type ?? "BYTE_ARRAY",
      encodings: ["PLAIN", "RLE"],
      path_in_schema: [...path],
      codec: "ZSTD",
      num_values: BigInt(this.pages.reduce((count, { values }) => count + values, 0)),
      total_uncompressed_size: BigInt(this.uncompressed),
      total_compressed_size: BigInt(this.bytes),
      data_page_offset: BigInt(start),
      // The number of nulls of a list would include its empty values, so lists have none.
      ...(path.length === 1 && { statistics: this.#statistics() }),
    };
  }

  #statistics(): Statistics {
    const ranges = this.pages.flatMap(({ range }) => range ?? []);
    return {
      null_count: BigInt(this.pages.reduce((count, { nulls }) => count + nulls, 0)),
      ...(ranges.length > 0 && mergedRange(ranges)),
    };
  }
}

function mergedRange(ranges: readonly Range[]): Statistics {
  const least = ranges.map((range) => range.least).reduce((a, b) => (isBefore(b, a) ? b : a));
  const greatest = ranges.map((range) => range.greatest).reduce((a, b) => (isBefore(a, b) ? b : a));
  return { min_value: least, max_value: greatest };
}

function isBefore(one: Range["least"], other: Range["least"]): boolean {
  return typeof one === "bigint" || typeof other === "bigint"
    ? one < other
    : Buffer.compare(one, other) < 0;
}

/** Returns a part: the marker, the size and the CRC-32 of a text, and the text. */
function part(content: GroupPart | EndPart): Uint8Array {
  const text = Buffer.from(JSON.stringify(content));
  const head = new Uint8Array(PART_HEAD_BYTES);
  head.set(PART_MARKER);
  const view = new DataView(head.buffer);
  view.setUint32(PART_MARKER.length, text.length, true);
  view.setUint32(PART_MARKER.length + 4, zlib.crc32(text), true);
  return join([head, text]);
}
