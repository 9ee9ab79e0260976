import { ByteQueue } from "./byte-queue.js";

/** Whole lines of a text, with their line feeds; the last line of the text may have none. */
export interface LineBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Behind the lines comes one that is longer than the limit, and was left out. */
  readonly beforeTooLong: boolean;
}

/** How a text is cut. */
export interface LineBlockOptions {
  /** The longest line. */
  readonly maxBytes: number;
  /** A block is given as soon as it has this size; lines beyond it make it larger. */
  readonly blockBytes: number;
}

const LINE_FEED = 0x0a;

/**
 * Cuts bytes at line feeds, into blocks of many lines. Of a line that goes on beyond
 * the limit nothing is kept; within a block there may still be longer ones.
 */
export async function* readLineBlocks(
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes, blockBytes }: LineBlockOptions,
): AsyncGenerator<LineBlock, void> {
  const queue = new ByteQueue();
  // Where the line begins that is not all there yet.
  let lineStart = 0;
  let isSkipping = false;
  for await (let chunk of chunks) {
    if (isSkipping) {
      const end = chunk.indexOf(LINE_FEED);
      if (end === -1) {
        continue;
      }
      chunk = chunk.subarray(end + 1);
      isSkipping = false;
    }
    const lastEnd = chunk.lastIndexOf(LINE_FEED);
    if (lastEnd !== -1) {
      lineStart = queue.length + lastEnd + 1;
    }
    queue.add(chunk);
    if (queue.length - lineStart > maxBytes) {
      yield { bytes: queue.take(lineStart), beforeTooLong: true };
      queue.clear();
      lineStart = 0;
      isSkipping = true;
    } else if (lineStart >= blockBytes) {
      yield { bytes: queue.take(lineStart), beforeTooLong: false };
      lineStart = 0;
    }
  }
  if (queue.length > 0) {
    yield { bytes: queue.take(queue.length), beforeTooLong: false };
  }
}
