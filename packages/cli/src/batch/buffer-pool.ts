/**
 * A pool of reusable buffers. A new buffer would have to be zeroed, which takes as long as filling
 * it, and be garbage collected later.
 */
export class BufferPool {
  /** Size of the buffers, unless a larger one is requested. */
  readonly size: number;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** Returns a buffer of at least `minimum` bytes. Its content is undefined. */
  take(minimum: number = this.size): Uint8Array<ArrayBuffer> {
    const index = this.#free.findIndex(({ length }) => length >= minimum);
    const [buffer] = index === -1 ? [] : this.#free.splice(index, 1);
    return buffer ?? new Uint8Array(Math.max(minimum, this.size));
  }

  /** Returns a buffer to the pool. Unusually large buffers are left to the garbage collector. */
  give({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (buffer.byteLength >= this.size && buffer.byteLength <= this.size * LARGEST_FACTOR) {
      this.#free.push(new Uint8Array(buffer));
    }
  }
}

const LARGEST_FACTOR = 4;
