/** A sequence of chunks whose start can be read again. */
export class Rereadable {
  readonly #source: AsyncIterator<Uint8Array>;
  #kept: Uint8Array[] = [];
  #size = 0;

  /** @param chunks buffers that their owner does not reuse. */
  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#source = chunks[Symbol.asyncIterator]();
  }

  /** Number of bytes that were read so far and are kept. */
  get size(): number {
    return this.#size;
  }

  /** Reads from the start, and keeps what it reads. Ends when `maxBytes` or more were read. */
  async *peek(maxBytes: number): AsyncGenerator<Uint8Array, void> {
    for (let index = 0; index < this.#kept.length || this.#size < maxBytes; index++) {
      const kept = this.#kept[index];
      if (kept !== undefined) {
        yield kept;
        continue;
      }
      const { done, value } = await this.#source.next();
      if (done === true) {
        return;
      }
      this.#kept.push(value);
      this.#size += value.length;
      yield value;
    }
  }

  /** Reads what was kept, from the start. */
  async *again(): AsyncGenerator<Uint8Array, void> {
    yield* this.#kept;
  }

  /** Reads everything from the start. Call it once; it releases what was kept. */
  async *read(): AsyncGenerator<Uint8Array, void> {
    const kept = this.#kept;
    this.#kept = [];
    this.#size = 0;
    for (let chunk = kept.shift(); chunk !== undefined; chunk = kept.shift()) {
      yield chunk;
    }
    yield* { [Symbol.asyncIterator]: () => this.#source };
  }
}
