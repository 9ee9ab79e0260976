import zlib from "node:zlib";
import { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import type { ColumnKernel, Range } from "../columns.js";

/** A page of a column in a buffer with the pages of all columns. */
export interface EncodedPage {
  /** The size with its header. */
  readonly bytes: number;
  /** The size with its header, before compression. */
  readonly uncompressed: number;
  /** The number of values, including nulls. */
  readonly values: number;
  readonly nulls: number;
  readonly range: Range | undefined;
}

/** The same rows of all columns, one page for each. It can be sent to another thread. */
export interface EncodedRows {
  readonly rows: number;
  /** The pages of all columns, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly pages: readonly EncodedPage[];
}

/**
 * Encodes and compresses the rows of the last conversion.
 *
 * @param into buffer for the pages; if they do not fit, a new buffer is allocated.
 */
export function encodeRows(
  kernel: ColumnKernel,
  rows: number,
  into?: Uint8Array<ArrayBuffer>,
): EncodedRows {
  const parts: Uint8Array[] = [];
  const pages = kernel.columns.map((_, index): EncodedPage => {
    const { bytes, values, nulls, range } = kernel.page(index);
    const body = zlib.zstdCompressSync(bytes);
    const header = new ByteWriter();
    writePageHeader(header, {
      type: "DATA_PAGE",
      uncompressed_page_size: bytes.length,
      compressed_page_size: body.length,
      // Thrift has only signed integers.
      crc: zlib.crc32(body) | 0,
      data_page_header: {
        num_values: values,
        encoding: "PLAIN",
        definition_level_encoding: "RLE",
        repetition_level_encoding: "RLE",
      },
    });
    const head = header.getBytes();
    parts.push(head, body);
    return {
      bytes: head.length + body.length,
      uncompressed: head.length + bytes.length,
      values,
      nulls,
      range,
    };
  });
  return { rows, bytes: join(parts, into), pages };
}

/**
 * Concatenates parts.
 *
 * @param into buffer for the result; if it does not fit, a new buffer is allocated.
 */
export function join(
  parts: readonly Uint8Array[],
  into: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = size <= into.length ? into.subarray(0, size) : new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
