import { Code, ConnectError } from "@connectrpc/connect";
import type { StreamMapping } from "@stepwire/mapping";
import { type Encoded, encoded } from "../encoded.js";
import type { BlockWriter } from "./block-writer.js";
import { EventRing } from "./event-ring.js";

/** An event with its number in the stream. */
export interface NumberedEvent {
  readonly number: number;
  readonly event: Uint8Array;
}

/** How a stream ended; the error is undefined for a regular end. */
interface Ending {
  readonly error: unknown;
}

/**
 * A stream that outlives its reader. Events are requested from the source only when a reader asks
 * for one. The latest events are kept for a reader that resumes.
 */
export class LiveStream {
  readonly id: string;
  /** The rpc that opened the stream. */
  readonly method: StreamMapping;
  readonly #events: AsyncIterator<Encoded>;
  readonly #source: AbortController;
  readonly #ring: EventRing;
  readonly #writer: BlockWriter | undefined;
  #pulling: Promise<void> | undefined;
  #ending: Ending | undefined;
  #reader = new AbortController();
  #isDraining = false;
  /** Wakes the reader if it is waiting for an event. */
  #wake = (): void => {};

  constructor(
    id: string,
    method: StreamMapping,
    events: AsyncIterable<Encoded>,
    source: AbortController,
    bounds: { readonly maxBytes: number; readonly first: number },
    writer?: BlockWriter,
  ) {
    this.id = id;
    this.method = method;
    this.#events = events[Symbol.asyncIterator]();
    this.#source = source;
    this.#ring = new EventRing(bounds.maxBytes, bounds.first);
    this.#writer = writer;
  }

  /** Whether all events so far are, or will soon be, in the store. */
  get isStored(): boolean {
    return this.#writer?.isOpen === true;
  }

  /** Whether the events after a given one can be read here. */
  holds(after: number): boolean {
    return after + 1 >= this.#ring.first;
  }

  /**
   * Reads the source for the store, without a reader, until a reader comes or the stream ends. Does
   * nothing if the stream is not stored.
   */
  drain(): void {
    if (!this.#isDraining && this.isStored) {
      this.#isDraining = true;
      void this.#drain();
    }
  }

  async #drain(): Promise<void> {
    while (this.#isDraining && this.isStored && this.#ending === undefined) {
      this.#pulling ??= this.#pull();
      await this.#pulling;
    }
    this.#isDraining = false;
  }

  /** Removes the stored events, because nobody will resume the stream. */
  async forget(): Promise<void> {
    await this.#writer?.remove();
  }

  /**
   * Returns the events after a given one. A stream has one reader; a new reader replaces the
   * previous one, whose connection may have broken unnoticed.
   *
   * This is a plain iterator, because every event passes through it and a generator costs several
   * more microtasks per event.
   */
  read(after: number, signal: AbortSignal): AsyncIterableIterator<NumberedEvent, undefined> {
    this.#isDraining = false;
    this.#reader.abort(displaced());
    this.#reader = new AbortController();
    const ended = AbortSignal.any([signal, this.#reader.signal]);
    let wake = (): void => {};
    // One listener for all events: adding and removing one per event costs more than the rest of
    // the work.
    ended.addEventListener("abort", () => wake(), { once: true });
    this.#wake = () => wake();
    let number = after;
    const reading: AsyncIterableIterator<NumberedEvent, undefined> = {
      next: async () => {
        ended.throwIfAborted();
        number++;
        let event = this.#take(number);
        while (event === undefined) {
          if (this.#ending !== undefined) {
            if (this.#ending.error !== undefined) {
              throw this.#ending.error;
            }
            return { done: true, value: undefined };
          }
          this.#pulling ??= this.#pull();
          const pulling = this.#pulling;
          await new Promise<void>((resolve) => {
            wake = resolve;
            pulling.then(resolve);
          });
          ended.throwIfAborted();
          event = this.#take(number);
        }
        return { done: false, value: { number, event } };
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
      [Symbol.asyncIterator]: () => reading,
    };
    return reading;
  }

  /**
   * Ends the source. If the stream had not yet ended, its reader receives an error after the stored
   * events, so that a stream that was cut off never looks complete.
   */
  close(reason?: unknown): void {
    const error = reason ?? new ConnectError("the stream was ended early", Code.Aborted);
    this.#end(error);
    this.#source.abort(error);
    this.#wake();
    // An iterator that is waiting for its next event is ended by the signal.
    this.#events.return?.()?.catch(() => {});
  }

  /** Ends the stream; only the first call counts. */
  #end(error: unknown): void {
    if (this.#ending === undefined) {
      this.#ending = { error };
      this.#writer?.end(error);
    }
  }

  #take(number: number): Uint8Array | undefined {
    if (number < this.#ring.first || number > this.#ring.next) {
      throw new ConnectError(`event ${number} is out of reach`, Code.OutOfRange);
    }
    return this.#ring.get(number);
  }

  /**
   * Moves one event from the source to the ring, even if the reader has changed in the meantime.
   */
  async #pull(): Promise<void> {
    try {
      const room = this.#writer?.room();
      if (room !== undefined) {
        await room;
      }
      const { done, value } = await this.#events.next();
      if (done === true) {
        // A source that was told to end ends regularly; the reason is already set in that case.
        this.#end(undefined);
      } else if (this.#ending === undefined) {
        const event = encoded(this.method.event.message, value);
        this.#ring.add(event);
        this.#writer?.add(event);
      }
    } catch (error) {
      this.#end(error ?? new ConnectError("the source failed", Code.Internal));
    } finally {
      this.#pulling = undefined;
    }
  }
}

/** Returns the error for a reader that was replaced by another one. */
export function displaced(): ConnectError {
  return new ConnectError("the stream has another reader now", Code.Aborted);
}
