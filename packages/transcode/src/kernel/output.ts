/**
 * Outputs up to this size share a buffer, because allocating one takes longer than converting a
 * small document.
 */
const SHARED_LIMIT = 8 * 1024;
const SHARED_SIZE = 64 * 1024;
const SMALLEST_WINDOW_BITS = 6;

/**
 * Copies outputs out of the kernel's memory. Like Node's Buffers, small outputs are views of a
 * larger buffer. It holds only outputs of the same transcoder and bytes that followed them in the
 * kernel's memory.
 */
export class OutputBuffer {
  // Kept in a field, because reading `#bytes.buffer` takes as long as copying an output.
  #buffer: ArrayBuffer = new ArrayBuffer(0);
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(this.#buffer);
  #used = 0;
  // Views of the kernel's output at its last address, with all lengths that are a power of two:
  // creating a view for each output takes longer than copying some extra bytes.
  #memory: Uint8Array<ArrayBuffer> = this.#bytes;
  #start = 0;
  #windows: Uint8Array<ArrayBuffer>[] = [];

  /**
   * Copies the output into a buffer if it fits, else like `copy`.
   *
   * @param into Buffer to copy to.
   */
  copyInto(
    memory: Uint8Array<ArrayBuffer>,
    start: number,
    size: number,
    into: Uint8Array<ArrayBuffer> | undefined,
  ): Uint8Array<ArrayBuffer> {
    if (into === undefined || size > into.length) {
      return this.copy(memory, start, size);
    }
    into.set(memory.subarray(start, start + size));
    return into.subarray(0, size);
  }

  /** Copies the output into a buffer that nobody else writes to. */
  copy(memory: Uint8Array<ArrayBuffer>, start: number, size: number): Uint8Array<ArrayBuffer> {
    if (size > SHARED_LIMIT) {
      return memory.slice(start, start + size);
    }
    if (memory !== this.#memory || start !== this.#start) {
      this.#memory = memory;
      this.#start = start;
      this.#windows = [];
    }
    const index = 32 - Math.clz32(size >> SMALLEST_WINDOW_BITS);
    const window = this.#windows[index] ?? this.#openWindow(index);
    let used = this.#used;
    if (used + window.length > this.#bytes.length) {
      this.#buffer = new ArrayBuffer(SHARED_SIZE);
      this.#bytes = new Uint8Array(this.#buffer);
      used = 0;
    }
    const output = new Uint8Array(this.#buffer, used, size);
    this.#bytes.set(window, used);
    this.#used = used + size;
    return output;
  }

  /** Returns a view of the kernel's output that is at least as long as the output. */
  #openWindow(index: number): Uint8Array<ArrayBuffer> {
    const rest = this.#memory.length - this.#start;
    const size = Math.min(1 << (index + SMALLEST_WINDOW_BITS), rest);
    const window = new Uint8Array(this.#memory.buffer, this.#start, size);
    this.#windows[index] = window;
    return window;
  }
}
