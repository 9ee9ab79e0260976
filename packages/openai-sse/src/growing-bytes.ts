const SMALLEST_SIZE = 1024;

/**
 * A buffer to which bytes are appended. Its capacity doubles, so that many appends take linear
 * time.
 */
export class GrowingBytes {
  #bytes = new Uint8Array(0);
  #length = 0;

  /** The number of bytes. */
  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    this.#reserve(piece.length);
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
  }

  appendByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Returns the bytes and empties the buffer. The returned bytes are not modified later. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
    return bytes;
  }

  #reserve(size: number): void {
    const length = this.#length + size;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2, SMALLEST_SIZE));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
  }
}
