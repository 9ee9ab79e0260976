import { Code, ConnectError } from "@connectrpc/connect";
import type { LiveStream } from "./live-stream.js";

/** Streams by their identifiers, as long as they can be read or resumed. */
export class StreamRegistry {
  readonly #maxStreams: number;
  readonly #streams = new Map<string, LiveStream>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #reserved = 0;

  constructor(maxStreams: number) {
    this.#maxStreams = maxStreams;
  }

  /** How many streams there are, those included that wait for their reader. */
  get size(): number {
    return this.#streams.size + this.#reserved;
  }

  /**
   * Makes sure that there is room for one more stream, for the time that it takes to
   * open it.
   *
   * @throws {ConnectError} if there is none.
   */
  reserve(): Disposable {
    if (this.size >= this.#maxStreams) {
      throw new ConnectError("too many streams at once", Code.ResourceExhausted);
    }
    this.#reserved++;
    let released = false;
    return {
      [Symbol.dispose]: () => {
        this.#reserved -= released ? 0 : 1;
        released = true;
      },
    };
  }

  add(stream: LiveStream): void {
    this.#streams.set(stream.id, stream);
  }

  /** A stream whose reader is there, or is there again. */
  attach(id: string): LiveStream | undefined {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    return this.#streams.get(id);
  }

  /** The reader is gone: the stream goes too, unless one comes back in time. */
  detach(stream: LiveStream, resumeWindow: number): void {
    if (this.#streams.get(stream.id) !== stream) {
      return;
    }
    if (resumeWindow <= 0) {
      this.close(stream.id);
      return;
    }
    clearTimeout(this.#timers.get(stream.id));
    this.#timers.set(stream.id, setTimeout(() => this.close(stream.id), resumeWindow).unref());
  }

  /** Ends a stream. One that is not there is no error. */
  close(id: string, reason?: unknown): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    stream?.close(reason);
  }

  closeAll(reason?: unknown): void {
    for (const id of [...this.#streams.keys()]) {
      this.close(id, reason);
    }
  }
}
