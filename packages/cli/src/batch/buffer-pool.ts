/**
 * Buffers that are used again: a fresh one has to be zeroed, page by page, which takes
 * as long as to fill it, and then collected.
 */
export class BufferPool {
  /** That of a buffer, unless a larger one is needed. */
  readonly size: number;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** A buffer of at least so many bytes; what is in it is left from before. */
  take(minimum: number = this.size): Uint8Array<ArrayBuffer> {
    const index = this.#free.findIndex(({ length }) => length >= minimum);
    const [buffer] = index === -1 ? [] : this.#free.splice(index, 1);
    return buffer ?? new Uint8Array(Math.max(minimum, this.size));
  }

  /** Takes a buffer back. Large ones are left to the garbage collector: they are rare. */
  give({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (buffer.byteLength >= this.size && buffer.byteLength <= this.size * LARGEST_FACTOR) {
      this.#free.push(new Uint8Array(buffer));
    }
  }
}

const LARGEST_FACTOR = 4;
