import type { Source } from "../files/source.js";
import type { BufferPool } from "./buffer-pool.js";
import { CarryingReader } from "./carrying-reader.js";

/** Whole lines of a text, including their line feeds. The last line of the text may have none. */
export interface LineBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether the next line was skipped because it is longer than the limit. */
  readonly beforeTooLong: boolean;
}

const LINE_FEED = 0x0a;

/**
 * Splits a text into blocks of whole lines. A line that exceeds the limit and does not fit into a
 * block is skipped; a block may still contain lines that exceed the limit.
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
