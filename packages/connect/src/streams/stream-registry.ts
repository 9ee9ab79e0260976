import { Code, ConnectError } from "@connectrpc/connect";
import type { StreamMapping } from "@stepwire/mapping";
import { type Caller, isSameCaller } from "./caller.js";
import { displaced, type LiveStream, type NumberedEvent } from "./live-stream.js";

/** The right of one call to read a stream, until another call takes it over. */
export interface StreamLease {
  readonly stream: LiveStream;
  /**
   * Reads the events after one.
   *
   * @throws {ConnectError} if another call has the stream now.
   */
  read(after: number, signal: AbortSignal): AsyncIterableIterator<NumberedEvent, undefined>;
  /**
   * Gives the stream back when its reader is gone: it ends too, unless a reader comes
   * within the window, in milliseconds. Does nothing if another call has the stream now.
   */
  release(resumeWindow: number): void;
}

interface Entry {
  readonly stream: LiveStream;
  readonly owner: Caller;
  /** Of the call that reads the stream; undefined while the stream waits for one. */
  lease: StreamLease | undefined;
  /** Tells the call of the lease that it has the stream no more. */
  onEnd: (() => void) | undefined;
  /** Ends the stream when its time is over. */
  readonly overtime: NodeJS.Timeout;
}

/** The longest that a timer of Node can wait, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Bounds of the streams. */
export interface StreamBounds {
  readonly maxStreams: number;
  /** How long a stream may be, in milliseconds. */
  readonly maxStreamTime: number;
}

/** The streams that can be read or resumed, by their identifiers. */
export class StreamRegistry {
  readonly #bounds: StreamBounds;
  readonly #entries = new Map<string, Entry>();
  /** The streams without a reader and the timers that end them, the oldest first. */
  readonly #abandoned = new Map<Entry, NodeJS.Timeout>();
  #reserved = 0;

  constructor(bounds: StreamBounds) {
    this.#bounds = bounds;
  }

  /** How many streams there are, including those that wait for their reader. */
  get size(): number {
    return this.#entries.size + this.#reserved;
  }

  /**
   * Reserves the slot of one more stream while it is being opened. If none is free, the
   * stream that has been without a reader for the longest time is ended.
   *
   * @throws {ConnectError} if all streams have readers.
   */
  reserve(): Disposable {
    if (this.size >= this.#bounds.maxStreams) {
      const [oldest] = this.#abandoned.keys();
      if (oldest === undefined) {
        throw new ConnectError("too many streams at once", Code.ResourceExhausted);
      }
      this.#end(oldest, new ConnectError("the stream made room for another", Code.Aborted));
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

  /**
   * Adds a stream for the call that opened it. One of the same caller by the same
   * identifier is ended.
   *
   * @param onEnd called when the call loses the stream, though it did not release it.
   * @throws {ConnectError} if another caller has a stream by this identifier.
   */
  add(stream: LiveStream, owner: Caller, onEnd: () => void): StreamLease {
    const known = this.#entries.get(stream.id);
    if (known !== undefined) {
      this.#checkOwner(known, owner);
      this.#end(known, displaced());
    }
    const overtime = setTimeout(
      () => {
        this.#end(entry, new ConnectError("the stream took too long", Code.DeadlineExceeded));
      },
      Math.min(this.#bounds.maxStreamTime, LONGEST_TIMER),
    ).unref();
    const entry: Entry = { stream, owner, lease: undefined, onEnd: undefined, overtime };
    this.#entries.set(stream.id, entry);
    return this.#lease(entry, onEnd);
  }

  /**
   * Hands a stream over to a call; undefined if there is none by this identifier.
   *
   * @param onEnd called when the call loses the stream, though it did not release it.
   * @throws {ConnectError} if it belongs to another caller or rpc, as if it did not exist.
   */
  attach(
    id: string,
    method: StreamMapping,
    caller: Caller,
    onEnd: () => void,
  ): StreamLease | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      return undefined;
    }
    this.#checkOwner(entry, caller);
    // The events of another rpc would be messages of another type.
    if (entry.stream.method.desc !== method.desc) {
      throw noSuchStream();
    }
    clearTimeout(this.#abandoned.get(entry));
    this.#abandoned.delete(entry);
    return this.#lease(entry, onEnd);
  }

  /** Ends a stream of a caller. Does nothing if the caller has none by this identifier. */
  close(id: string, caller: Caller): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined && isSameCaller(entry.owner, caller)) {
      this.#end(entry, new ConnectError("the stream was given up", Code.Aborted));
    }
  }

  /** Ends all streams, with an error for their readers. */
  closeAll(reason?: unknown): void {
    for (const entry of [...this.#entries.values()]) {
      this.#end(entry, reason);
    }
  }

  #checkOwner({ owner }: Entry, caller: Caller): void {
    if (!isSameCaller(owner, caller)) {
      throw noSuchStream();
    }
  }

  #lease(entry: Entry, onEnd: () => void): StreamLease {
    const lease: StreamLease = {
      stream: entry.stream,
      read: (after, signal) => {
        if (entry.lease !== lease) {
          throw displaced();
        }
        return entry.stream.read(after, signal);
      },
      release: (resumeWindow) => {
        if (entry.lease === lease) {
          entry.lease = undefined;
          entry.onEnd = undefined;
          this.#abandon(entry, resumeWindow);
        }
      },
    };
    entry.onEnd?.();
    entry.lease = lease;
    entry.onEnd = onEnd;
    return lease;
  }

  #abandon(entry: Entry, resumeWindow: number): void {
    const end = (): void => {
      this.#end(entry, new ConnectError("nobody read the stream", Code.Aborted));
    };
    if (resumeWindow <= 0) {
      end();
    } else {
      this.#abandoned.set(entry, setTimeout(end, Math.min(resumeWindow, LONGEST_TIMER)).unref());
    }
  }

  #end(entry: Entry, reason: unknown): void {
    clearTimeout(this.#abandoned.get(entry));
    this.#abandoned.delete(entry);
    clearTimeout(entry.overtime);
    entry.onEnd?.();
    entry.onEnd = undefined;
    entry.lease = undefined;
    // Another stream may have the identifier by now.
    if (this.#entries.get(entry.stream.id) === entry) {
      this.#entries.delete(entry.stream.id);
    }
    entry.stream.close(reason);
  }
}

/** What callers are told about a stream that does not exist, or is another caller's. */
export function noSuchStream(): ConnectError {
  return new ConnectError("there is no such stream, or no longer", Code.NotFound);
}
