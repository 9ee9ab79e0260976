import type { Source } from "../files/source.js";
import type { BufferPool } from "./buffer-pool.js";

/** Capacities are multiples of this, so that buffers for blocks of about the same size are reused. */
const CAPACITY_STEP = 256 * 1024;

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

  /**
   * Returns a buffer with the carried bytes, followed by newly read ones.
   *
   * @param wanted the size of the result, which has more if it would have no new bytes. By default,
   * the size of the buffers of the pool.
   */
  async fill(wanted?: number): Promise<Uint8Array<ArrayBuffer>> {
    const carried = this.#carried;
    const size =
      wanted === undefined
        ? // Doubles the buffer for a long line, so that copying it takes linear time.
          Math.max(this.#buffers.size, carried.length * 2)
        : Math.max(wanted, carried.length + 1);
    const capacity = wanted === undefined ? size : Math.ceil(size / CAPACITY_STEP) * CAPACITY_STEP;
    const buffer = this.#buffers.take(capacity).subarray(0, size);
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
