/** Outputs up to this size share a buffer; making a buffer takes longer than a small document. */
const SHARED_LIMIT = 8 * 1024;
const SHARED_SIZE = 64 * 1024;
const SMALLEST_WINDOW_BITS = 6;

/**
 * Copies outputs out of the kernel's memory. As Node's Buffers do, small ones are
 * views of a larger buffer, which holds nothing but outputs of the same transcoder,
 * and what was left behind them in its memory.
 */
export class OutputBuffer {
  // The buffer beside its bytes: to ask them for it takes as long as to copy an output.
  #buffer: ArrayBuffer = new ArrayBuffer(0);
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(this.#buffer);
  #used = 0;
  // Of the place where the kernel wrote last, views of all lengths that are a power of
  // two: making a view for each output takes longer than to copy some bytes too many.
  #memory: Uint8Array<ArrayBuffer> = this.#bytes;
  #start = 0;
  #windows: Uint8Array<ArrayBuffer>[] = [];

  /** @param into where to copy to, if it is large enough. */
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

  /** The output in a buffer that nobody else writes to. */
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

  /** A view of the bytes that the kernel wrote, and perhaps of some more. */
  #openWindow(index: number): Uint8Array<ArrayBuffer> {
    const rest = this.#memory.length - this.#start;
    const size = Math.min(1 << (index + SMALLEST_WINDOW_BITS), rest);
    const window = new Uint8Array(this.#memory.buffer, this.#start, size);
    this.#windows[index] = window;
    return window;
  }
}
