/** A sequence of chunks to which read bytes can be returned. */
export class Pushback {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #returned: Uint8Array[] = [];
  /** Number of bytes that were read and not returned. */
  consumed = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#source = chunks[Symbol.asyncIterator]();
  }

  /** Returns the next chunk, which is never empty; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    let chunk = this.#returned.pop();
    while (chunk === undefined || chunk.length === 0) {
      const { done, value } = await this.#source.next();
      if (done === true) {
        return undefined;
      }
      chunk = value;
    }
    this.consumed += chunk.length;
    return chunk;
  }

  /** Returns bytes, so that they are read again. */
  unread(chunk: Uint8Array): void {
    if (chunk.length > 0) {
      this.#returned.push(chunk);
      this.consumed -= chunk.length;
    }
  }

  /** Returns the next bytes without consuming them; fewer than `size` only at the end. */
  async peek(size: number): Promise<Uint8Array> {
    let head = (await this.next()) ?? new Uint8Array();
    while (head.length < size) {
      const chunk = await this.next();
      if (chunk === undefined) {
        break;
      }
      head = Buffer.concat([head, chunk]);
    }
    this.unread(head);
    return head.subarray(0, size);
  }

  /** Ends the sequence early, so that its source is closed. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** Reads everything that is left. */
  async *rest(): AsyncGenerator<Uint8Array, void> {
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) {
      yield chunk;
    }
  }
}
