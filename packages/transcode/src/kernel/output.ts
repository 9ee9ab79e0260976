/**
 * Outputs up to this size share a buffer, because allocating one takes longer than converting a
 * small document.
 */
const SHARED_LIMIT = 16 * 1024;
/** Smaller buffers cost more garbage collection: 64 KB makes small documents 4 % slower. */
const SHARED_SIZE = 256 * 1024;
/** The kernel writes as many zeros behind its output, so outputs are copied in whole blocks. */
const BLOCK_BITS = 6;
const BLOCK = 1 << BLOCK_BITS;

/**
 * Copies outputs out of the kernel's memory. Like Node's Buffers, small outputs are views of a
 * larger buffer. It holds only outputs of the same transcoder, and zeros.
 */
export class OutputBuffer {
  // Kept in a field, because reading `#bytes.buffer` takes as long as copying an output.
  #buffer: ArrayBuffer = new ArrayBuffer(0);
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(this.#buffer);
  #used = 0;
  // Views of the kernel's output at its last address, with any number of blocks: creating a view for
  // each output takes longer than copying some zeros.
  #memory: Uint8Array<ArrayBuffer> = this.#bytes;
  #start = 0;
  #windows: Uint8Array<ArrayBuffer>[] = [];

  /**
   * Copies the output into a buffer like `copyTo` if it fits, else like `copy`.
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
    this.copyTo(memory, start, size, into, 0);
    return into.subarray(0, size);
  }

  /** Copies the output into a buffer that nobody else writes to. */
  copy(memory: Uint8Array<ArrayBuffer>, start: number, size: number): Uint8Array<ArrayBuffer> {
    if (size > SHARED_LIMIT) {
      return memory.slice(start, start + size);
    }
    const window = this.#windowOf(memory, start, size);
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

  /**
   * Copies the output to an offset of a buffer, which must have room for it. Up to 63 bytes behind
   * it may become zero.
   */
  copyTo(
    memory: Uint8Array<ArrayBuffer>,
    start: number,
    size: number,
    target: Uint8Array,
    offset: number,
  ): void {
    if (size <= SHARED_LIMIT) {
      const window = this.#windowOf(memory, start, size);
      if (offset + window.length <= target.length) {
        target.set(window, offset);
        return;
      }
    }
    target.set(memory.subarray(start, start + size), offset);
  }

  /** Returns a view of the kernel's output and of the zeros up to the end of its last block. */
  #windowOf(memory: Uint8Array<ArrayBuffer>, start: number, size: number): Uint8Array<ArrayBuffer> {
    if (memory !== this.#memory || start !== this.#start) {
      this.#memory = memory;
      this.#start = start;
      this.#windows = [];
    }
    const blocks = (size + BLOCK - 1) >> BLOCK_BITS;
    return this.#windows[blocks] ?? this.#openWindow(blocks);
  }

  #openWindow(blocks: number): Uint8Array<ArrayBuffer> {
    const window = new Uint8Array(this.#memory.buffer, this.#start, blocks << BLOCK_BITS);
    this.#windows[blocks] = window;
    return window;
  }
}
