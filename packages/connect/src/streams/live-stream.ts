import { Code, ConnectError } from "@connectrpc/connect";
import type { StreamMapping } from "@stepwire/mapping";
import { type Encoded, type EventGroup, encodedEvents } from "../encoded.js";
import type { BlockWriter } from "./block-writer.js";
import { EventRing } from "./event-ring.js";
import type { NumberedEvent } from "./numbered-event.js";
import { createPolled, ENDED, isPolled, type Polled } from "./polled.js";

/** Consecutive events of a stream. */
export interface NumberedBlock {
  /** The number of the first event. */
  readonly first: number;
  readonly events: EventGroup;
}

/** Size at which a block of stored events ends, in bytes. */
const BLOCK_BYTES = 64 * 1024;

/** The source of a stream that has ended. */
const NO_EVENTS: AsyncIterator<never, undefined> = {
  next: () => Promise.resolve({ done: true, value: undefined }),
};

const NOOP = (): void => {};

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
  #events: AsyncIterator<Encoded | EventGroup>;
  #polled: Polled<Encoded | EventGroup> | undefined;
  readonly #source: AbortController;
  readonly #ring: EventRing;
  /** The events that came last, also if the ring has no room for all of them. */
  #latest: NumberedBlock;
  readonly #writer: BlockWriter | undefined;
  #pulling: Promise<void> | undefined;
  #ending: Ending | undefined;
  /** Tells the reader that another one has replaced it. */
  #displace = NOOP;
  #isDraining = false;
  /** Wakes the reader if it is waiting for an event. */
  #wake = NOOP;

  constructor(
    id: string,
    method: StreamMapping,
    events: AsyncIterable<Encoded | EventGroup>,
    source: AbortController,
    bounds: { readonly maxBytes: number; readonly first: number },
    writer?: BlockWriter,
  ) {
    this.id = id;
    this.method = method;
    const iterator = events[Symbol.asyncIterator]();
    this.#events = iterator;
    this.#polled = isPolled(iterator) ? iterator : undefined;
    this.#source = source;
    this.#ring = new EventRing(bounds.maxBytes, bounds.first);
    this.#latest = { first: bounds.first, events: [] };
    this.#writer = writer;
  }

  /** Whether all events so far are, or will soon be, in the store. */
  get isStored(): boolean {
    return this.#writer?.isOpen === true;
  }

  /** Whether no further events will come. */
  get hasEnded(): boolean {
    return this.#ending !== undefined;
  }

  /** Whether the events after a given one can be read here. */
  holds(after: number): boolean {
    return after + 1 >= Math.min(this.#ring.first, this.#latest.first);
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
  read(after: number, signal: AbortSignal): Polled<NumberedEvent> {
    let number = after + 1;
    return this.#read(signal, () => {
      const event = this.#take(number);
      return event && { number: number++, event };
    });
  }

  /** Returns the events after a given one like `read`, but those that came together as a block. */
  readBlocks(after: number, signal: AbortSignal): Polled<NumberedBlock> {
    let number = after + 1;
    return this.#read(signal, () => {
      const block = this.#takeBlock(number);
      number += block?.events.length ?? 0;
      return block;
    });
  }

  /** @param stored returns the next element, or undefined if the source has to be asked first. */
  #read<Element>(signal: AbortSignal, stored: () => Element | undefined): Polled<Element> {
    this.#isDraining = false;
    this.#displace();
    let wake = (): void => {};
    let ended: { readonly reason: unknown } | undefined;
    const end = (reason: unknown): void => {
      ended ??= { reason };
      wake();
    };
    this.#displace = () => end(displaced());
    // One listener for all events: adding and removing one per event costs more than the rest of
    // the work.
    signal.addEventListener("abort", () => end(signal.reason), { once: true });
    if (signal.aborted) {
      end(signal.reason);
    }
    this.#wake = () => wake();
    const take = (): Element | typeof ENDED | undefined => {
      for (;;) {
        if (ended !== undefined) {
          throw ended.reason;
        }
        const value = stored();
        if (value !== undefined) {
          return value;
        }
        if (this.#ending !== undefined) {
          if (this.#ending.error !== undefined) {
            throw this.#ending.error;
          }
          return ENDED;
        }
        if (!this.#pullNow()) {
          return undefined;
        }
      }
    };
    const wait = (listener: () => void): void => {
      wake = () => {
        wake = () => {};
        listener();
      };
      this.#whenPulled(() => wake());
      if (ended !== undefined) {
        wake();
      }
    };
    const displace = this.#displace;
    const forget = (): void => {
      // Unless another reader has come.
      if (this.#displace === displace) {
        this.#displace = NOOP;
        this.#wake = NOOP;
      }
    };
    return createPolled({ take, wait }, forget);
  }

  /** Moves an element from the source to the ring, if that needs no waiting. */
  #pullNow(): boolean {
    if (
      this.#polled === undefined ||
      this.#pulling !== undefined ||
      this.#writer?.hasRoom === false
    ) {
      this.#pulling ??= this.#pull();
      return false;
    }
    try {
      const value = this.#polled.take();
      if (value === undefined) {
        return false;
      }
      this.#accept(value);
    } catch (error) {
      this.#fail(error);
    }
    return true;
  }

  /** Calls a function when the source has something, or an element has been moved. */
  #whenPulled(wake: () => void): void {
    if (this.#pulling !== undefined || this.#polled === undefined) {
      this.#pulling ??= this.#pull();
      void this.#pulling.then(wake);
    } else {
      this.#polled.wait(wake);
    }
  }

  /**
   * Ends the source. If the stream had not yet ended, its reader receives an error after the stored
   * events, so that a stream that was cut off never looks complete.
   */
  close(reason?: unknown): void {
    if (this.#ending !== undefined) {
      this.#wake();
      return;
    }
    const error = reason ?? new ConnectError("the stream was ended early", Code.Aborted);
    const events = this.#events;
    this.#end(error);
    this.#source.abort(error);
    this.#wake();
    // An iterator that is waiting for its next event is ended by the signal.
    events.return?.()?.catch(() => {});
  }

  /** Ends the stream; only the first call counts. */
  #end(error: unknown): void {
    if (this.#ending === undefined) {
      this.#ending = { error };
      this.#writer?.end(error);
      // A stream may be kept for a long time after its end, without its source. The last events are
      // an object each, which takes more memory than the ring.
      this.#events = NO_EVENTS;
      this.#polled = undefined;
      if (this.#ring.first <= this.#latest.first) {
        this.#latest = { first: this.#ring.next, events: [] };
      }
    }
  }

  #take(number: number): Uint8Array | undefined {
    const { first, events } = this.#latest;
    const latest = number < first ? undefined : events[number - first];
    if (latest !== undefined) {
      return latest;
    }
    if (number < this.#ring.first || number > this.#ring.next) {
      throw new ConnectError(`event ${number} is out of reach`, Code.OutOfRange);
    }
    return this.#ring.get(number);
  }

  #takeBlock(number: number): NumberedBlock | undefined {
    const event = this.#take(number);
    const { first, events } = this.#latest;
    if (event === undefined || number === first) {
      return event && this.#latest;
    }
    if (number > first) {
      return { first: number, events: events.slice(number - first) };
    }
    const kept = [event];
    let size = event.length;
    for (let next = number + 1; next < first && size < BLOCK_BYTES; next++) {
      const following = this.#take(next);
      if (following === undefined) {
        break;
      }
      kept.push(following);
      size += following.length;
    }
    return { first: number, events: kept };
  }

  #add(events: EventGroup): void {
    this.#latest = { first: this.#ring.next, events };
    for (const event of events) {
      this.#ring.add(event);
      this.#writer?.add(event);
    }
  }

  /**
   * Moves one element from the source to the ring, even if the reader has changed in the meantime.
   */
  async #pull(): Promise<void> {
    try {
      const room = this.#writer?.room();
      if (room !== undefined) {
        await room;
      }
      const { done, value } = await this.#events.next();
      this.#accept(done === true ? ENDED : value);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pulling = undefined;
    }
  }

  #accept(value: Encoded | EventGroup | typeof ENDED): void {
    if (value === ENDED) {
      // A source that was told to end ends regularly; the reason is already set in that case.
      this.#end(undefined);
    } else if (this.#ending === undefined) {
      this.#add(encodedEvents(this.method.event.message, value));
    }
  }

  #fail(error: unknown): void {
    this.#end(error ?? new ConnectError("the source failed", Code.Internal));
  }
}

/** Returns the error for a reader that was replaced by another one. */
export function displaced(): ConnectError {
  return new ConnectError("the stream has another reader now", Code.Aborted);
}
