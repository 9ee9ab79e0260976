/**
 * Stores streams so that another replica of the server can resume them. A stream is a head and a
 * sequence of blocks; each block holds several events. The store does not interpret them.
 */
export interface StreamStore {
  /** The largest block that can be appended, in bytes. */
  readonly maxBlockBytes: number;
  /** Returns the identifier for a new stream of this process. */
  newId(): string;
  /**
   * Creates a stream that this process produces.
   *
   * @throws if the identifier is used, or the store cannot be reached.
   */
  create(id: string, head: Uint8Array): Promise<StoreWriter>;
  /**
   * Opens a stream of any process. Returns undefined if it does not exist or has expired.
   *
   * @param id may come from a caller, and have any form.
   * @param signal ends the wait for the process of a stream that is not stored.
   * @throws {StreamLostError} if the stream is not stored, and never will be.
   * @throws if the store cannot be reached, or does not have the beginning of the stream yet.
   */
  open(id: string, signal?: AbortSignal): Promise<StoreReader | undefined>;
  /** Sets what answers the other processes that read the streams of this one. */
  serve(producer: StreamProducer): void;
}

/** Writes one stream. */
export interface StoreWriter {
  /**
   * Appends a block. Calls follow each other.
   *
   * @param first the number of the first event in the block, for readers that begin there.
   * @throws if the block is not stored, or if another process has appended to the stream since the
   *   last call. No block may be appended after that.
   */
  append(block: Uint8Array, first: number): Promise<void>;
  /** Removes the stream, because nobody will resume it. */
  remove(): Promise<void>;
}

/** Reads one stream. */
export interface StoreReader {
  readonly head: Uint8Array;
  /**
   * Returns the blocks from the last one that begins at or before the event after a given one, and
   * waits for further ones. Tells the process that produces the stream regularly that it is read.
   *
   * @throws {StreamLostError} after the last block, if no further one will come.
   */
  blocks(signal: AbortSignal, after: number): AsyncIterable<Uint8Array>;
  /** Tells the process that produces the stream to end it, and removes the stream. */
  remove(): Promise<void>;
}

/** Answers for the streams that this process produces. */
export interface StreamProducer {
  /** Called about once a second for each stream that another process reads, or wants to read. */
  onRead(id: string): StreamState;
  /** Ends a stream because its reader does not need it any more. */
  end(id: string): void;
}

/**
 * What a process says of a stream. `stored`: all of it is stored, or will be soon. `not stored`: the
 * rest of it will not be stored. `forgotten`: the process has no such stream, or no longer.
 */
export type StreamState = "stored" | "not stored" | "forgotten";

/** A stored stream has no end, and none will come. */
export class StreamLostError extends Error {
  override readonly name = "StreamLostError";
  /** Whether the process that produced the stream is gone. If not, it could not store the rest. */
  readonly isProducerGone: boolean;

  constructor(isProducerGone: boolean) {
    super(
      isProducerGone ? "the process of the stream is gone" : "the stream is not stored further",
    );
    this.isProducerGone = isProducerGone;
  }
}
