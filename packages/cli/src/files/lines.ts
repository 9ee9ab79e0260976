/** One line of a text. */
export interface Line {
  /** Line number, starting at 1. */
  readonly number: number;
  /** The line without its line feed; absent if it is longer than the limit. */
  readonly bytes?: Uint8Array;
}

const LINE_FEED = 0x0a;

/**
 * Splits bytes at line feeds. For a line that exceeds the limit, only the number is returned and
 * nothing is stored. The last line needs no line feed.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line, void> {
  let number = 1;
  const gathered = new LineBuffer(maxBytes);
  for await (const chunk of chunks) {
    let start = 0;
    for (let stop = chunk.indexOf(LINE_FEED); stop !== -1; stop = chunk.indexOf(LINE_FEED, start)) {
      gathered.add(chunk.subarray(start, stop));
      yield gathered.take(number++);
      start = stop + 1;
    }
    gathered.add(chunk.subarray(start));
  }
  if (gathered.size > 0) {
    yield gathered.take(number);
  }
}

/** Collects the parts of the current line. */
class LineBuffer {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(part: Uint8Array): void {
    this.size += part.length;
    if (this.size > this.#maxBytes) {
      this.#parts = [];
    } else if (part.length > 0) {
      this.#parts.push(part);
    }
  }

  take(number: number): Line {
    const isTooLong = this.size > this.#maxBytes;
    const [first, ...more] = this.#parts;
    const bytes = more.length === 0 ? first : Buffer.concat(this.#parts);
    this.#parts = [];
    this.size = 0;
    return isTooLong ? { number } : { number, bytes: bytes ?? new Uint8Array() };
  }
}
