/** Bytes that were read and not yet taken, in the pieces in which they came. */
export class ByteQueue {
  #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends bytes; they must not change any more. */
  add(part: Uint8Array): void {
    if (part.length > 0) {
      this.#parts.push(part);
      this.#length += part.length;
    }
  }

  /** The byte at a place; undefined behind the end. */
  at(index: number): number | undefined {
    let rest = index;
    for (const part of this.#parts) {
      if (rest < part.length) {
        return part[rest];
      }
      rest -= part.length;
    }
    return undefined;
  }

  /** Removes bytes from the front, into a buffer of their own, which may be transferred. */
  take(size: number): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(size);
    let filled = 0;
    let index = 0;
    while (filled < size) {
      const part = this.#parts[index];
      if (part === undefined) {
        throw new RangeError(`${size} bytes of ${this.#length}`);
      }
      const piece = part.subarray(0, size - filled);
      taken.set(piece, filled);
      filled += piece.length;
      if (piece.length === part.length) {
        index++;
      } else {
        this.#parts[index] = part.subarray(piece.length);
      }
    }
    this.#parts = this.#parts.slice(index);
    this.#length -= size;
    return taken;
  }
}
