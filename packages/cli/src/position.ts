/** A position in a text, counted in the same way as in editors. */
export interface Position {
  /** Line number, starting at 1. */
  readonly line: number;
  /** Column number, starting at 1, in characters (code points). */
  readonly column: number;
}

/** An element with an offset in bytes. */
interface Placed {
  readonly offset?: number;
}

const LINE_FEED = 0x0a;
/** Mask for the two bits that mark UTF-8 continuation bytes. */
const CONTINUATION_MASK = 0xc0;
const CONTINUATION = 0x80;

/**
 * Converts byte offsets in a text to positions, in one pass over its bytes.
 *
 * @returns a position for each place; undefined for a place without an offset.
 */
export function locate(text: Uint8Array, places: readonly Placed[]): (Position | undefined)[] {
  const positions: (Position | undefined)[] = places.map(() => undefined);
  const inOrder = places
    .map(({ offset }, index) => ({ offset, index }))
    .filter((place): place is { offset: number; index: number } => place.offset !== undefined)
    .sort((a, b) => a.offset - b.offset);
  let at = 0;
  let line = 1;
  let column = 1;
  for (const { offset, index } of inOrder) {
    const before = text.subarray(at, offset);
    let start = 0;
    for (
      let feed = before.indexOf(LINE_FEED);
      feed !== -1;
      feed = before.indexOf(LINE_FEED, start)
    ) {
      start = feed + 1;
      line++;
      column = 1;
    }
    column += countCharacters(before, start);
    at += before.length;
    positions[index] = { line, column };
  }
  return positions;
}

function countCharacters(utf8: Uint8Array, start: number): number {
  let count = 0;
  for (let at = start; at < utf8.length; at++) {
    if (((utf8[at] ?? 0) & CONTINUATION_MASK) !== CONTINUATION) {
      count++;
    }
  }
  return count;
}
