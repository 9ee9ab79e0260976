import type { Source } from "../files/source.js";
import type { BufferPool } from "./buffer-pool.js";

/**
 * Reads a source into buffers of a pool. An incomplete end of one buffer is copied to the start of
 * the next.
 */
export class CarryingReader {
  readonly #source: Source;
  readonly #buffers: BufferPool;
  #carried: Uint8Array = new Uint8Array();
  /** Whether the end of the source was reached. */
  isAtEnd = false;

  constructor(source: Source, buffers: BufferPool) {
    this.#source = source;
    this.#buffers = buffers;
  }

  /** Returns a buffer with the carried bytes, followed by newly read ones. */
  async fill(): Promise<Uint8Array<ArrayBuffer>> {
    const carried = this.#carried;
    // Doubles the buffer for a long line, so that copying it takes linear time.
    const size = Math.max(this.#buffers.size, carried.length * 2);
    const buffer = this.#buffers.take(size).subarray(0, size);
    buffer.set(carried);
    const filled = carried.length + (await this.#source.read(buffer.subarray(carried.length)));
    this.isAtEnd = filled < size;
    return buffer.subarray(0, filled);
  }

  /** Returns the first `size` bytes and carries the rest over to the next buffer. */
  cut(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
    this.#carried = size === 0 ? bytes : bytes.slice(size);
    return bytes.subarray(0, size);
  }

  /**
   * Drops the carried bytes and skips the source to the position after the next occurrence of a
   * byte.
   */
  async skipPast(byte: number): Promise<void> {
    const buffer = this.#buffers.take();
    let size: number;
    let index: number;
    do {
      size = await this.#source.read(buffer);
      index = buffer.subarray(0, size).indexOf(byte);
    } while (index === -1 && size === buffer.length);
    this.#carried = index === -1 ? new Uint8Array() : buffer.slice(index + 1, size);
    this.#buffers.give(buffer);
  }
}
