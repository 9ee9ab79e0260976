import type { Source } from "../files/source.js";
import type { BufferPool } from "./buffer-pool.js";
import { CarryingReader } from "./carrying-reader.js";

/** Whole lines of a text, with their line feeds; the last line of the text may have none. */
export interface LineBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Behind the lines comes one that is longer than the limit, and was left out. */
  readonly beforeTooLong: boolean;
}

const LINE_FEED = 0x0a;

/**
 * Cuts a text at line feeds, into blocks of many lines. Of a line that goes on beyond
 * the limit nothing is kept; within a block there may still be longer ones.
 */
export async function* readLineBlocks(
  source: Source,
  buffers: BufferPool,
  maxBytes: number,
): AsyncGenerator<LineBlock, void> {
  const reader = new CarryingReader(source, buffers);
  for (;;) {
    const bytes = await reader.fill();
    const end = reader.isAtEnd ? bytes.length : bytes.lastIndexOf(LINE_FEED) + 1;
    const beforeTooLong = bytes.length - end > maxBytes;
    const lines = reader.cut(bytes, end);
    if (end > 0 || beforeTooLong) {
      yield { bytes: lines, beforeTooLong };
    }
    if (beforeTooLong) {
      await reader.skipPast(LINE_FEED);
    } else if (reader.isAtEnd) {
      return;
    }
  }
}
