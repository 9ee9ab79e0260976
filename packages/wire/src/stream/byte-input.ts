import { VARINT_BYTES } from "./format.js";

/** Creating an array takes a fifth of the time for a short event. */
const EMPTY = new Uint8Array(0);

/** The bytes of a stream that have arrived and are not read yet. */
export class ByteInput {
  bytes: Uint8Array = EMPTY;
  position = 0;
  limit = 0;
  /** Offset of `position` in the stream, as of the last record. */
  offset = 0;
  /** Whether the buffer is our own, so that bytes can be added. */
  #isOwn = true;

  /** Number of bytes that are not read yet. */
  get rest(): number {
    return this.limit - this.position;
  }

  /** Adds a chunk. It must not change until `keep` is called. */
  push(chunk: Uint8Array): void {
    if (this.rest === 0) {
      this.bytes = chunk;
      this.position = 0;
      this.limit = chunk.length;
      this.#isOwn = false;
      return;
    }
    this.#own(chunk.length);
    this.bytes.set(chunk, this.limit);
    this.limit += chunk.length;
  }

  /** Copies the bytes that are not read yet, so that the chunk can change. */
  keep(): void {
    if (this.rest === 0) {
      this.bytes = EMPTY;
      this.position = 0;
      this.limit = 0;
      this.#isOwn = true;
    } else if (!this.#isOwn) {
      this.#own(0);
    }
  }

  /** Removes the bytes up to a position. */
  consume(position: number): void {
    this.offset += position - this.position;
    this.position = position;
  }

  clear(): void {
    this.limit = this.position;
    this.keep();
  }

  /** Makes room for more bytes in a buffer of our own. */
  #own(more: number): void {
    const { rest } = this;
    if (this.#isOwn && this.limit + more <= this.bytes.length) {
      return;
    }
    if (this.#isOwn && rest + more <= this.bytes.length && rest <= this.position) {
      this.bytes.copyWithin(0, this.position, this.limit);
    } else {
      // The capacity doubles, so that a large event in many chunks is rarely copied.
      const needed = rest + more;
      const larger = new Uint8Array(Math.max(needed, Math.min(2 * rest, needed * 2)));
      larger.set(this.bytes.subarray(this.position, this.limit));
      this.bytes = larger;
      this.#isOwn = true;
    }
    this.position = 0;
    this.limit = rest;
  }
}

/** A varint is cut off by the end of the bytes. */
export const CUT_OFF = -1;
/** A varint is longer than 8 bytes, or exceeds 2^53 - 1. */
export const TOO_LONG = -2;

/** Reads the varints of a record, whose end may not have arrived. */
export class VarintReader {
  position = 0;

  /** Reads a varint. Returns it, or `CUT_OFF`, or `TOO_LONG`. */
  read(bytes: Uint8Array, limit: number): number {
    let value = 0;
    let factor = 1;
    const most = this.position + VARINT_BYTES;
    const end = Math.min(limit, most);
    for (let position = this.position; position < end; position++) {
      const byte = bytes[position] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        this.position = position + 1;
        return value <= Number.MAX_SAFE_INTEGER ? value : TOO_LONG;
      }
      factor *= 0x80;
    }
    return most <= limit ? TOO_LONG : CUT_OFF;
  }
}
