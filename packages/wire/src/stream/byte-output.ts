import { writeVarint } from "../record.js";
import { VARINT_BYTES } from "./format.js";
import { copyBytes } from "./state.js";

/** A larger buffer is not kept for the next block. */
const KEPT_BYTES = 16 * 1024;

/** Collects the bytes of a block. */
export class ByteOutput {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  #length = 0;

  /** The buffer, which begins with the collected bytes. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Number of bytes that are collected. */
  get length(): number {
    return this.#length;
  }

  varint(value: number): void {
    this.#reserve(VARINT_BYTES);
    this.#length = writeVarint(this.#bytes, this.#length, value);
  }

  copy(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    this.#length = copyBytes(bytes, start, end, this.#bytes, this.#length);
  }

  /** Returns the collected bytes, and starts again. */
  take(): Uint8Array<ArrayBuffer> {
    const block = this.#bytes.slice(0, this.#length);
    this.clear();
    return block;
  }

  /** Starts again. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) {
      this.#bytes = new Uint8Array(1024);
    }
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
  }
}
