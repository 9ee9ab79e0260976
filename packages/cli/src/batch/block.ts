import type { Mode } from "@stepwire/openai-json";
import type { ColumnPlan, EncodedPage } from "@stepwire/parquet/rows";
import type { ConvertedLines, LineKernelPlan } from "@stepwire/transcode/line-kernel";
import type { BlockContent } from "@stepwire/wire/archive-layout";
import type { Problem } from "../problem.js";
import type { SchemaSource } from "../schema/model.js";
import type { BlockCompression } from "./store-block.js";

/*
 * Types and constants shared by workers and the main thread. It imports only types, because workers
 * start faster if they load less code.
 */

const MEGABYTE = 1024 * 1024;

/**
 * Sizes of blocks and of their output buffers, in bytes. They are large enough that the cost per
 * block, mostly of waking the threads, does not matter. JSON is two to three times as large as
 * binary.
 */
export const BLOCK_SIZES: Readonly<Record<BlockOptions["direction"], BlockSizes>> = {
  packLines: { input: 2 * MEGABYTE, output: 2 * MEGABYTE },
  unpackLines: { input: MEGABYTE, output: 4 * MEGABYTE },
};

interface BlockSizes {
  readonly input: number;
  readonly output: number;
}

const LINE_FEED = 0x0a;

/** Options for converting blocks; they can be sent to a worker. */
export interface BlockOptions {
  /** The schema source and the name of the message that each document is an instance of. */
  readonly schema: { readonly source: SchemaSource; readonly typeName: string };
  /** `packLines` converts lines of JSON to an archive; `unpackLines` converts back. */
  readonly direction: "packLines" | "unpackLines";
  readonly mode: Mode;
  readonly maxDepth: number;
  readonly maxBytes: number;
  /** Whether to stop at the first refused document. */
  readonly stops: boolean;
  /**
   * Maximum number of refused documents per block that are explained; further ones are only
   * counted.
   */
  readonly maxReports: number;
  /** Set if the output becomes rows of a Parquet file: their columns. */
  readonly rows?: ColumnPlan | undefined;
  /** Set if the output becomes a block of an archive. */
  readonly compression?: BlockCompression | undefined;
}

/** How to convert blocks; it can be sent to a worker. */
export interface Conversion {
  readonly options: BlockOptions;
  /** The kernel for the message and the limits of the options. */
  readonly kernel: LineKernelPlan;
}

/**
 * A refused document, described by its problems. The document itself is not kept, because a block
 * may consist of refused documents only.
 */
export interface RefusedDocument {
  /** Number of lines, or documents, of the block before this one. */
  readonly index: number;
  /** Offset of the document in the block; for a message, this is after its size. */
  readonly start: number;
  readonly problems: readonly Problem[];
}

/** The result of converting a block; a worker can send it. */
export interface BlockResult {
  /** The converted documents, concatenated, or the payload of a block. The buffer contains nothing else. */
  readonly output: Uint8Array<ArrayBuffer>;
  /** The pages of a Parquet file that the output is; absent without documents. */
  readonly pages?: readonly EncodedPage[];
  /** The block of an archive that the output is; absent without documents. */
  readonly stored?: BlockContent;
  readonly documents: number;
  /** Number of lines, or documents, including refused and blank ones. */
  readonly lines: number;
  /** Number of converted bytes of the block, without line feeds. */
  readonly size: number;
  /** The refused documents that are explained: the first `maxReports`. */
  readonly refused: readonly RefusedDocument[];
  /** Number of further refused documents. */
  readonly unexplained: number;
}

/**
 * Returns the number of converted bytes in lines, without line feeds; the last line may have none.
 */
export function sizeOfLines(lines: Uint8Array, converted: ConvertedLines): number {
  const { consumed } = converted;
  const isOpen = consumed > 0 && lines[consumed - 1] !== LINE_FEED;
  return consumed - converted.lines + (isOpen ? 1 : 0);
}
