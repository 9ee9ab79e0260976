import { HISTORY_BYTES } from "./format.js";
import { copyBytes } from "./state.js";

const SMALLEST_BUFFER_BYTES = 512;
const NO_BYTES = new Uint8Array(0);

/** The bodies of the events before, of which parts can be copied. */
export class History {
  /** Number of all bytes that were added. */
  total = 0;
  #bytes: Uint8Array<ArrayBuffer> = NO_BYTES;
  /** Number of bytes in the buffer. It is up to twice as large as needed, so that bytes rarely move. */
  #length = 0;

  /** Number of bytes that can be copied. */
  get size(): number {
    return Math.min(this.#length, HISTORY_BYTES);
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    const from = Math.max(start, end - HISTORY_BYTES);
    this.#reserve(end - from);
    this.#length = copyBytes(bytes, from, end, this.#bytes, this.#length);
    this.total += end - start;
  }

  /** Copies bytes to a target. Returns the offset after them. */
  copy(distance: number, length: number, target: Uint8Array, at: number): number {
    const start = this.#length - distance;
    return copyBytes(this.#bytes, start, start + length, target, at);
  }

  /** Returns the byte at an offset in all bytes that were added. */
  at(offset: number): number {
    return this.#bytes[this.#length - this.total + offset] ?? 0;
  }

  /** Returns the hash of the eight bytes at an offset in all bytes that were added. */
  hashAt(offset: number): number {
    const at = this.#length - this.total + offset;
    return hashOf(wordAt(this.#bytes, at), wordAt(this.#bytes, at + 4));
  }

  clear(): void {
    this.#bytes = NO_BYTES;
    this.#length = 0;
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) {
      return;
    }
    if (needed <= 2 * HISTORY_BYTES) {
      const capacity = Math.max(2 * needed, SMALLEST_BUFFER_BYTES);
      const larger = new Uint8Array(Math.min(capacity, 2 * HISTORY_BYTES));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
      return;
    }
    const kept = this.size;
    this.#bytes.copyWithin(0, this.#length - kept, this.#length);
    this.#length = kept;
  }
}

/** Returns a hash of eight bytes, which has 11 bits. */
export function hashOf(low: number, high: number): number {
  return (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77)) >>> 21;
}

/** Returns four bytes as a number, the first one as the lowest byte. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
