/** Outputs up to this size share a buffer; making a buffer takes longer than a small document. */
const SHARED_LIMIT = 8 * 1024;
const SHARED_SIZE = 64 * 1024;
const SMALLEST_WINDOW_BITS = 6;

/**
 * The place of a kernel's memory where it writes its output: views of it of all
 * lengths that are a power of two, since making a view for each output takes
 * longer than to copy some bytes too many.
 */
export class OutputWindows {
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #start: number;
  readonly #windows: Uint8Array<ArrayBuffer>[] = [];

  constructor(memory: Uint8Array<ArrayBuffer>, start: number) {
    this.#memory = memory;
    this.#start = start;
  }

  /** Whether they are windows of this place of this memory. */
  isOf(memory: Uint8Array<ArrayBuffer>, start: number): boolean {
    return this.#memory === memory && this.#start === start;
  }

  /** The shortest one that is longer than so many bytes. */
  longerThan(size: number): Uint8Array<ArrayBuffer> {
    const index = 32 - Math.clz32(size >> SMALLEST_WINDOW_BITS);
    return this.#windows[index] ?? this.#open(index);
  }

  #open(index: number): Uint8Array<ArrayBuffer> {
    const rest = this.#memory.length - this.#start;
    const size = Math.min(1 << (index + SMALLEST_WINDOW_BITS), rest);
    const window = new Uint8Array(this.#memory.buffer, this.#start, size);
    this.#windows[index] = window;
    return window;
  }
}

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
  #windows: OutputWindows | undefined;

  /** @param into where to copy to, if it is large enough. */
  copy(
    memory: Uint8Array<ArrayBuffer>,
    start: number,
    size: number,
    into?: Uint8Array<ArrayBuffer>,
  ): Uint8Array<ArrayBuffer> {
    if (into !== undefined && size <= into.length) {
      into.set(memory.subarray(start, start + size));
      return into.subarray(0, size);
    }
    if (size > SHARED_LIMIT) {
      return memory.slice(start, start + size);
    }
    let windows = this.#windows;
    if (windows === undefined || !windows.isOf(memory, start)) {
      windows = new OutputWindows(memory, start);
      this.#windows = windows;
    }
    const window = windows.longerThan(size);
    if (this.#used + window.length > this.#bytes.length) {
      this.#buffer = new ArrayBuffer(SHARED_SIZE);
      this.#bytes = new Uint8Array(this.#buffer);
      this.#used = 0;
    }
    const output = new Uint8Array(this.#buffer, this.#used, size);
    this.#bytes.set(window, this.#used);
    this.#used += size;
    return output;
  }
}
