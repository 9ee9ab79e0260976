import type { Source } from "../files/source.js";
import type { BufferPool } from "./buffer-pool.js";

/** Reads a source in buffers of a pool, and carries what is cut off one over to the next. */
export class CarryingReader {
  readonly #source: Source;
  readonly #buffers: BufferPool;
  #carried: Uint8Array = new Uint8Array();
  /** Whether the source is at its end. */
  isAtEnd = false;

  constructor(source: Source, buffers: BufferPool) {
    this.#source = source;
    this.#buffers = buffers;
  }

  /** What was carried over and what follows it, at the start of a buffer. */
  async fill(): Promise<Uint8Array<ArrayBuffer>> {
    const carried = this.#carried;
    // Twice as much each time, so that a long line is not copied as often as it is wide.
    const size = Math.max(this.#buffers.size, carried.length * 2);
    const buffer = this.#buffers.take(size).subarray(0, size);
    buffer.set(carried);
    const filled = carried.length + (await this.#source.read(buffer.subarray(carried.length)));
    this.isAtEnd = filled < size;
    return buffer.subarray(0, filled);
  }

  /** The first bytes; the rest is carried over. */
  cut(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
    this.#carried = size === 0 ? bytes : bytes.slice(size);
    return bytes.subarray(0, size);
  }

  /** Passes over what was carried and all that follows, up to a byte and with it. */
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
