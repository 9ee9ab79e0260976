/** The latest events of a stream, in binary, no more of them than a number of bytes. */
export class EventRing {
  readonly #maxBytes: number;
  #events: Uint8Array[] = [];
  #first: number;
  #bytes = 0;

  /** @param first the number of the first event to come. */
  constructor(maxBytes: number, first: number) {
    this.#maxBytes = maxBytes;
    this.#first = first;
  }

  /** The number of the oldest event that is held, or of the next one to come. */
  get first(): number {
    return this.#first;
  }

  /** The number of the next event to come. */
  get next(): number {
    return this.#first + this.#events.length;
  }

  /** Adds an event; the oldest go, though never the newest. */
  add(event: Uint8Array): void {
    // A part of a larger buffer would keep all of it.
    const isPart = event.length < event.buffer.byteLength;
    this.#events.push(isPart ? new Uint8Array(event) : event);
    this.#bytes += event.length;
    let gone = 0;
    while (this.#bytes > this.#maxBytes && gone < this.#events.length - 1) {
      this.#bytes -= this.#events[gone]?.length ?? 0;
      gone++;
    }
    if (gone > 0) {
      this.#events.splice(0, gone);
      this.#first += gone;
    }
  }

  /** An event by its number. */
  get(number: number): Uint8Array | undefined {
    return this.#events[number - this.#first];
  }
}
