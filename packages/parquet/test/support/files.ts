import { DocumentSchema } from "@stepwire/core";
import { createTranscoder } from "@stepwire/transcode";
import type { ArchiveBlock } from "@stepwire/wire";
import {
  type ByteSource,
  ColumnKernel,
  encodeRows,
  ParquetWriter,
  planColumns,
} from "../../src/index.js";

const transcoder = createTranscoder(DocumentSchema, { mode: "archive" });
const kernel = new ColumnKernel(planColumns(DocumentSchema));

/** Returns a Parquet file with a page for each block of lines. */
export function writeFile(blocks: readonly (readonly string[])[], groupBytes?: number): Buffer {
  const { typeName: type } = DocumentSchema;
  const writer = new ParquetWriter({ type, columns: kernel.columns, version: "1.2.3", groupBytes });
  const parts = [writer.start()];
  for (const lines of blocks) {
    const { output } = transcoder.packLines(Buffer.from(lines.map((line) => `${line}\n`).join("")));
    const { rows } = kernel.convert(output);
    parts.push(...writer.add(encodeRows(kernel, rows)));
  }
  return Buffer.concat([...parts, ...writer.finish()]);
}

/** Returns bytes as a source that gives all it is asked for. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  let position = 0;
  return {
    read(buffer) {
      const piece = bytes.subarray(position, position + buffer.length);
      buffer.set(piece);
      position += piece.length;
      return Promise.resolve(piece.length);
    },
  };
}

/** What was read before the end or an error. */
export interface Reading {
  readonly lines: readonly string[];
  readonly blocks: readonly Omit<ArchiveBlock, "bytes">[];
  readonly error: unknown;
}

/** Reads all blocks, up to the first error. */
export async function readAll(blocks: AsyncIterable<ArchiveBlock>): Promise<Reading> {
  const lines: string[] = [];
  const read: Omit<ArchiveBlock, "bytes">[] = [];
  try {
    for await (const { bytes, ...block } of blocks) {
      read.push(block);
      const { output } = transcoder.unpackLines(bytes);
      lines.push(...Buffer.from(output).toString().trimEnd().split("\n"));
    }
    return { lines, blocks: read, error: undefined };
  } catch (error) {
    return { lines, blocks: read, error };
  }
}
