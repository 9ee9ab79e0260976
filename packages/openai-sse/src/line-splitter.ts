import { FrameRefusal } from "./frame.js";

const LF = 0x0a;
const CR = 0x0d;
const SMALLEST_BUFFER = 1024;

/**
 * Splits bytes into lines, which end with LF, CR or CRLF. Bytes of a line that is
 * still arriving are held; no more of them than one event may have.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  #held = new Uint8Array(0);
  #heldLength = 0;
  /** Whether a CR was the last byte, so that an LF would belong to it. */
  #afterCarriageReturn = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end within a chunk. A line is good until the next is asked for. */
  *split(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    let start = 0;
    if (this.#afterCarriageReturn && chunk.length > 0) {
      this.#afterCarriageReturn = false;
      start = chunk[0] === LF ? 1 : 0;
    }
    let carriageReturn = chunk.indexOf(CR, start);
    let lineFeed = chunk.indexOf(LF, start);
    while (carriageReturn !== -1 || lineFeed !== -1) {
      const isLineFeed = carriageReturn === -1 || (lineFeed !== -1 && lineFeed < carriageReturn);
      const end = isLineFeed ? lineFeed : carriageReturn;
      yield this.#complete(chunk.subarray(start, end));
      start = end + 1;
      if (!isLineFeed) {
        this.#afterCarriageReturn = start === chunk.length;
        if (chunk[start] === LF) {
          start++;
        }
        carriageReturn = chunk.indexOf(CR, start);
      }
      if (lineFeed !== -1 && lineFeed < start) {
        lineFeed = chunk.indexOf(LF, start);
      }
    }
    this.#hold(chunk.subarray(start));
  }

  /** The line that no line end completes, if there is one. */
  end(): Uint8Array | undefined {
    return this.#heldLength === 0 ? undefined : this.#complete(new Uint8Array(0));
  }

  #complete(rest: Uint8Array): Uint8Array {
    this.#check(this.#heldLength + rest.length);
    if (this.#heldLength === 0) {
      return rest;
    }
    this.#hold(rest);
    const line = this.#held.subarray(0, this.#heldLength);
    this.#heldLength = 0;
    return line;
  }

  #hold(bytes: Uint8Array): void {
    const length = this.#heldLength + bytes.length;
    this.#check(length);
    if (length > this.#held.length) {
      // Doubling makes many small chunks cost as much as one large one.
      const larger = new Uint8Array(Math.max(length, this.#held.length * 2, SMALLEST_BUFFER));
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(bytes, this.#heldLength);
    this.#heldLength = length;
  }

  #check(length: number): void {
    if (length > this.#maxBytes) {
      throw tooLarge(this.#maxBytes, length);
    }
  }
}

/** An event has, so far, more bytes than it may. */
export function tooLarge(maxBytes: number, length: number): FrameRefusal {
  const found = `${length} bytes or more`;
  return new FrameRefusal("too_large", "", `at most ${maxBytes} bytes of an event`, found);
}
