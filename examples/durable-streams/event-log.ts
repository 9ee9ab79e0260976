/** A part of a log. */
export interface LogPart {
  /** The events, as JSON texts. */
  readonly events: readonly string[];
  /** The number of events before the end of this part. */
  readonly end: number;
  /** Whether the log has no more events at the moment. */
  readonly isTail: boolean;
  /** Whether this part is the last one of a log that is closed. */
  readonly isLast: boolean;
}

/** Events of one stream, in memory, for any number of readers. */
export class EventLog {
  readonly #events: string[] = [];
  readonly #maxLength: number;
  #length = 0;
  #isClosed = false;
  #changed = Promise.withResolvers<void>();

  /** @param maxLength the maximum sum of the lengths of all texts, in UTF-16 code units. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** The number of events. */
  get end(): number {
    return this.#events.length;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @throws {RangeError} if the log is full. */
  append(event: string): void {
    if (this.#length + event.length > this.#maxLength) {
      throw new RangeError(`the stream is larger than ${this.#maxLength}`);
    }
    this.#length += event.length;
    this.#events.push(event);
    this.#wake();
  }

  /** No event follows. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Returns the events after the first `start` ones: as many as `maxLength` has room for, or one. */
  read(start: number, maxLength: number): LogPart {
    let end = start;
    for (let length = 0; end < this.end; end++) {
      length += this.#events[end]?.length ?? 0;
      if (length > maxLength && end > start) {
        break;
      }
    }
    const isTail = end >= this.end;
    const events = this.#events.slice(start, end);
    return { events, end, isTail, isLast: isTail && this.#isClosed };
  }

  /**
   * Settles as soon as there are events after the first `start` ones, or the log is closed; also
   * when the signal aborts.
   */
  async wait(start: number, signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => aborted.resolve(), { once: true });
    while (start >= this.end && !this.#isClosed && !signal.aborted) {
      await Promise.race([this.#changed.promise, aborted.promise]);
    }
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
