import { FrameRefusal } from "./frame.js";
import { GrowingBytes } from "./growing-bytes.js";

const LF = 0x0a;
const CR = 0x0d;
const NO_BYTES = new Uint8Array(0);

/**
 * Finds the lines in chunks of bytes. A line ends with LF, CR or CRLF. The start of a line that
 * continues in the next chunk is copied, up to the maximum size of an event.
 */
export class LineReader {
  /** The buffer that contains the current line, from `start` to `end`. */
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;

  readonly #maxBytes: number;
  readonly #held = new GrowingBytes();
  #chunk: Uint8Array = NO_BYTES;
  #position = 0;
  /** Offsets of the next CR and the next LF in the chunk; -1 if there is none. */
  #carriageReturn = -1;
  #lineFeed = -1;
  /** Whether the last byte was a CR. If an LF follows, it belongs to the same line end. */
  #afterCarriageReturn = false;
  #ended = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds a chunk. Call it only after `next` has returned false. */
  feed(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#position = 0;
    if (this.#afterCarriageReturn && chunk.length > 0) {
      this.#afterCarriageReturn = false;
      this.#position = chunk[0] === LF ? 1 : 0;
    }
    this.#carriageReturn = chunk.indexOf(CR, this.#position);
    this.#lineFeed = chunk.indexOf(LF, this.#position);
  }

  /** Ends the input. Remaining bytes form a last line. */
  close(): void {
    this.#ended = true;
  }

  /**
   * Moves to the next line. Returns false if no other line ends in the chunk; after that, the
   * reader does not refer to the chunk any more.
   *
   * @throws {FrameRefusal} if the line is larger than an event may be.
   */
  next(): boolean {
    const carriageReturn = this.#carriageReturn;
    const lineFeed = this.#lineFeed;
    if (carriageReturn === -1 && lineFeed === -1) {
      return this.#holdRest();
    }
    const chunk = this.#chunk;
    const isLineFeed = carriageReturn === -1 || (lineFeed !== -1 && lineFeed < carriageReturn);
    const end = isLineFeed ? lineFeed : carriageReturn;
    this.#complete(chunk, this.#position, end);
    let next = end + 1;
    if (isLineFeed) {
      this.#lineFeed = chunk.indexOf(LF, next);
    } else {
      this.#afterCarriageReturn = next === chunk.length;
      if (chunk[next] === LF) {
        next++;
      }
      this.#carriageReturn = chunk.indexOf(CR, next);
      if (lineFeed !== -1 && lineFeed < next) {
        this.#lineFeed = chunk.indexOf(LF, next);
      }
    }
    this.#position = next;
    return true;
  }

  #complete(chunk: Uint8Array, start: number, end: number): void {
    const held = this.#held.length;
    checkSize(held + end - start, this.#maxBytes);
    if (held === 0) {
      this.bytes = chunk;
      this.start = start;
      this.end = end;
      return;
    }
    this.#held.append(chunk.subarray(start, end));
    this.bytes = this.#held.take();
    this.start = 0;
    this.end = this.bytes.length;
  }

  #holdRest(): boolean {
    const rest = this.#chunk.subarray(this.#position);
    this.#chunk = NO_BYTES;
    this.#position = 0;
    this.bytes = NO_BYTES;
    if (rest.length > 0) {
      checkSize(this.#held.length + rest.length, this.#maxBytes);
      this.#held.append(rest);
    }
    if (!this.#ended || this.#held.length === 0) {
      return false;
    }
    this.#complete(NO_BYTES, 0, 0);
    return true;
  }
}

/** @throws {FrameRefusal} if the current size of an event exceeds the maximum. */
export function checkSize(length: number, maxBytes: number): void {
  if (length > maxBytes) {
    const expected = `at most ${maxBytes} bytes of an event`;
    throw new FrameRefusal("too_large", "", expected, `${length} bytes or more`);
  }
}
