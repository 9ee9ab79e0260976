import type { Mode } from "@stepwire/openai-json";
import type { ConvertedLines } from "@stepwire/transcode/line-kernel";
import type { Problem } from "../refusal.js";
import type { SchemaSource } from "../schema/model.js";

/*
 * What workers and who starts them have in common. It imports types only, as workers
 * start the sooner the less they load.
 */

const MEGABYTE = 1024 * 1024;

/**
 * The sizes of blocks, and of the buffers for what becomes of them: enough to make
 * small what each costs, which is mostly to wake the threads that have to do with it.
 * JSON is two to three times as large as binary.
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

/** How the documents of blocks are converted; it can be sent to a worker. */
export interface BlockOptions {
  /** Where a thread finds the message that each document is. */
  readonly schema: { readonly source: SchemaSource; readonly typeName: string };
  /** Lines of JSON to an archive, or back. */
  readonly direction: "packLines" | "unpackLines";
  readonly mode: Mode;
  readonly maxDepth: number;
  readonly maxBytes: number;
  /** Whether to end at the first document that is refused. */
  readonly stops: boolean;
  /** How many refused documents of a block are explained; the others are counted. */
  readonly maxReports: number;
}

/**
 * A document that was refused, with what is wrong with it in words. A block may consist of
 * nothing else, so the document itself is not kept.
 */
export interface RefusedDocument {
  /** How many lines, or documents, of the block come before it. */
  readonly index: number;
  /** Where it starts in the block; a message starts after its size. */
  readonly start: number;
  readonly problems: readonly Problem[];
}

/** What became of a block; it can be sent by a worker. */
export interface BlockResult {
  /** The documents that were converted, one after the other, in a buffer for nothing else. */
  readonly output: Uint8Array<ArrayBuffer>;
  readonly documents: number;
  /** How many lines, or documents, there were, with refused and blank ones. */
  readonly lines: number;
  /** How many bytes of the block were converted, without line feeds. */
  readonly size: number;
  /** The first of those that were refused. */
  readonly refused: readonly RefusedDocument[];
  /** How many more were refused. */
  readonly unexplained: number;
}

/** How many bytes of lines were converted, without their line feeds; the last may have none. */
export function sizeOfLines(lines: Uint8Array, converted: ConvertedLines): number {
  const { consumed } = converted;
  const isOpen = consumed > 0 && lines[consumed - 1] !== LINE_FEED;
  return consumed - converted.lines + (isOpen ? 1 : 0);
}
