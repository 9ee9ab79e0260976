/** Outputs up to this size share a buffer; making a buffer takes longer than a small document. */
const SHARED_LIMIT = 8 * 1024;
const SHARED_SIZE = 64 * 1024;

/**
 * Copies outputs out of the kernel's memory. As Node's Buffers do, small ones are
 * views of a larger buffer, which holds nothing but outputs of the same transcoder.
 */
export class OutputBuffer {
  #buffer: ArrayBuffer = new ArrayBuffer(0);
  #used = 0;

  copy(memory: Uint8Array<ArrayBuffer>, start: number, size: number): Uint8Array<ArrayBuffer> {
    if (size > SHARED_LIMIT) {
      return memory.slice(start, start + size);
    }
    if (this.#used + size > this.#buffer.byteLength) {
      this.#buffer = new ArrayBuffer(SHARED_SIZE);
      this.#used = 0;
    }
    const output = new Uint8Array(this.#buffer, this.#used, size);
    this.#used += size;
    output.set(new Uint8Array(memory.buffer, start, size));
    return output;
  }
}
