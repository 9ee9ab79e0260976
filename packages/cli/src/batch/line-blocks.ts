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
  let parts: Uint8Array[] = [];
  let size = 0;
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
      lineStart = size + lastEnd + 1;
    }
    parts.push(chunk);
    size += chunk.length;
    isSkipping = size - lineStart > maxBytes;
    if (isSkipping || lineStart >= blockBytes) {
      yield { bytes: join(parts, lineStart), beforeTooLong: isSkipping };
      const rest = isSkipping ? new Uint8Array() : chunk.subarray(chunk.length - size + lineStart);
      parts = [rest];
      size = rest.length;
      lineStart = 0;
    }
  }
  if (size > 0) {
    yield { bytes: join(parts, size), beforeTooLong: false };
  }
}

/** The first bytes of the parts, in a buffer of their own, which may be transferred. */
function join(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(size);
  let filled = 0;
  for (const part of parts) {
    const piece = part.subarray(0, size - filled);
    joined.set(piece, filled);
    filled += piece.length;
  }
  return joined;
}
