import { FrameRefusal } from "./frame.js";
import { GrowingBytes } from "./growing-bytes.js";

const LF = 0x0a;
const CR = 0x0d;
const NO_BYTES = new Uint8Array(0);

/**
 * Finds the lines in chunks of bytes. A line ends with LF, CR or CRLF. A line that no chunk
 * has completed yet is copied, up to the number of bytes that one event may have.
 */
export class LineReader {
  /** The bytes that the current line is in, from `start` to `end`. */
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;

  readonly #maxBytes: number;
  readonly #held = new GrowingBytes();
  #chunk: Uint8Array = NO_BYTES;
  #position = 0;
  /** Positions of the next CR and the next LF in the chunk; -1 if there is none. */
  #carriageReturn = -1;
  #lineFeed = -1;
  /** Whether the last byte was a CR. An LF that follows is part of the same line end. */
  #afterCarriageReturn = false;
  #ended = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds a chunk, once `next` has returned false. */
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

  /** Ends the input. What no line end has completed is a line too. */
  close(): void {
    this.#ended = true;
  }

  /**
   * Moves on to the next line. Returns false if no further line ends in the chunk; from
   * then on, nothing refers to the chunk.
   *
   * @throws {FrameRefusal} if the line has more bytes than an event may have.
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

/** @throws {FrameRefusal} if an event has, so far, more bytes than it may have. */
export function checkSize(length: number, maxBytes: number): void {
  if (length > maxBytes) {
    const expected = `at most ${maxBytes} bytes of an event`;
    throw new FrameRefusal("too_large", "", expected, `${length} bytes or more`);
  }
}
