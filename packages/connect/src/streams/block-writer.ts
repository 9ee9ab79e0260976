import { create, toBinary } from "@bufbuild/protobuf";
import { type StoredEnd, StoredEndSchema, StoredEventsSchema } from "@stepwire/core";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import type { StoreWriter } from "./stream-store.js";

/** Limits of what is written to a store. */
export interface BlockBounds {
  /** The largest block, in bytes. */
  readonly maxBlockBytes: number;
  /** Size of the events waiting for the store at which the source has to wait, in bytes. */
  readonly maxPendingBytes: number;
  /** How long the source waits for the store until writing stops, in milliseconds. */
  readonly maxWait: number;
}

/** Time for which events are collected at most before they are stored, in milliseconds. */
const LINGER = 20;

/** The writers with collected events. */
const waiting = new Set<() => void>();

/**
 * Calls a function within `LINGER`, together with those of all other streams: a store that is reached
 * over a connection then writes and reads once for all of them. Returns a function that prevents it.
 */
function callSoon(write: () => void): () => void {
  if (waiting.size === 0) {
    setTimeout(callWaiting, LINGER);
  }
  waiting.add(write);
  return () => waiting.delete(write);
}

function callWaiting(): void {
  const writes = [...waiting];
  waiting.clear();
  for (const write of writes) {
    write();
  }
}

/** Size of the collected events at which they are stored without waiting, in bytes. */
const FULL_BLOCK_BYTES = 64 * 1024;

/** Space for the number of a block and its end, and for the tag and length of each event. */
const BLOCK_OVERHEAD = 64;
const EVENT_OVERHEAD = 6;

/**
 * Writes the events of a stream to a store, in blocks. Readers do not wait until an event is
 * stored. If the store fails, or is too slow, writing stops.
 */
export class BlockWriter {
  readonly #writer: Promise<StoreWriter>;
  readonly #bounds: BlockBounds;
  readonly #onFailure: (error: unknown) => void;
  #events: Uint8Array[] = [];
  #bytes = 0;
  /** The number of the first event that has not been appended. */
  #first = 1;
  /** The end, until it is appended. */
  #end: StoredEnd | undefined;
  #hasEnded = false;
  /** Prevents the write that is to come, if there is one. */
  #cancel: (() => void) | undefined;
  #isWriting = false;
  #onRoom = (): void => {};
  #isOpen = true;

  /**
   * @param writer may still be being created; events wait for it.
   * @param onFailure called once, when writing stops.
   */
  constructor(
    writer: Promise<StoreWriter>,
    bounds: BlockBounds,
    onFailure: (error: unknown) => void,
  ) {
    this.#writer = writer;
    this.#bounds = bounds;
    this.#onFailure = onFailure;
    writer.catch((error: unknown) => this.#fail(error));
  }

  /** Whether further events will be stored. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether more events may be added now. */
  get hasRoom(): boolean {
    return !this.#isOpen || this.#bytes < this.#bounds.maxPendingBytes;
  }

  /** Adds an event. The bytes must not change afterwards. */
  add(event: Uint8Array): void {
    if (!this.#isOpen || this.#hasEnded) {
      return;
    }
    const bytes = event.length + EVENT_OVERHEAD;
    if (bytes + BLOCK_OVERHEAD > this.#bounds.maxBlockBytes) {
      this.#fail(new Error("an event is larger than a block of the store"));
    } else {
      this.#events.push(event);
      this.#bytes += bytes;
      this.#schedule();
    }
  }

  /**
   * Returns a promise that settles when more events may be added; undefined if that is now. It also
   * settles when writing stops.
   */
  room(): Promise<void> | undefined {
    if (this.hasRoom) {
      return undefined;
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#fail(new Error("the store is too slow"));
      }, this.#bounds.maxWait);
      this.#onRoom = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Adds the end of the stream; the error is undefined for a regular end. */
  end(error: unknown): void {
    if (this.#isOpen && !this.#hasEnded) {
      this.#hasEnded = true;
      this.#end = storedEnd(error);
      this.#schedule();
    }
  }

  /** Removes the stream from the store. */
  async remove(): Promise<void> {
    this.#stop();
    const writer = await this.#writer.catch(() => undefined);
    await writer?.remove();
  }

  #schedule(): void {
    if (this.#isWriting) {
      return;
    }
    if (this.#end !== undefined || this.#bytes >= FULL_BLOCK_BYTES) {
      this.#cancel?.();
      void this.#write();
    } else {
      this.#cancel ??= callSoon(() => void this.#write());
    }
  }

  async #write(): Promise<void> {
    this.#cancel = undefined;
    this.#isWriting = true;
    try {
      const writer = await this.#writer;
      const first = this.#first;
      await writer.append(this.#takeBlock(), first);
    } catch (error) {
      this.#fail(error);
    }
    this.#isWriting = false;
    if (this.#bytes < this.#bounds.maxPendingBytes) {
      this.#onRoom();
    }
    if (this.#events.length > 0 || this.#end !== undefined) {
      this.#schedule();
    }
  }

  /** Returns the next block, with as many events as fit. */
  #takeBlock(): Uint8Array {
    let count = 0;
    let bytes = BLOCK_OVERHEAD;
    for (const event of this.#events) {
      bytes += event.length + EVENT_OVERHEAD;
      if (count > 0 && bytes > this.#bounds.maxBlockBytes) {
        break;
      }
      count++;
      this.#bytes -= event.length + EVENT_OVERHEAD;
    }
    const events = this.#events.splice(0, count);
    const block = create(StoredEventsSchema, { first: this.#first, events });
    this.#first += count;
    // An error may need a block of its own.
    if (
      this.#end !== undefined &&
      this.#events.length === 0 &&
      (count === 0 || hasNoError(this.#end))
    ) {
      block.end = this.#end;
      this.#end = undefined;
    }
    return toBinary(StoredEventsSchema, block);
  }

  #fail(error: unknown): void {
    if (this.#isOpen) {
      this.#stop();
      this.#onFailure(error);
    }
  }

  #stop(): void {
    this.#isOpen = false;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#events = [];
    this.#bytes = 0;
    this.#end = undefined;
    this.#onRoom();
  }
}

function hasNoError({ error }: StoredEnd): boolean {
  return error.length === 0;
}

function storedEnd(error: unknown): StoredEnd {
  if (error === undefined) {
    return create(StoredEndSchema);
  }
  const answer = OpenAIHttpError.from(error);
  return create(StoredEndSchema, { code: answer.code, error: answer.toBinary() });
}
