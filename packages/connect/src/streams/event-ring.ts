/** Maximum size of a buffer that holds several small events, in bytes. */
const MAX_CHUNK_BYTES = 8 * 1024;

/** Maximum number of events in one buffer, so that a buffer of empty events also fills up. */
const MAX_CHUNK_EVENTS = 1024;

/**
 * Number of chunks that the memory limit is divided into. Old events are dropped one chunk at a
 * time.
 */
const CHUNKS = 16;

/**
 * Memory for a chunk in addition to its bytes, and for an event within a chunk, in bytes: objects
 * and array slots. A separate typed array for each event would cost about 600 bytes (measured).
 */
const CHUNK_OVERHEAD = 640;
const EVENT_OVERHEAD = 16;

/** A buffer with consecutive events. */
interface Chunk {
  /** The number of its first event. */
  readonly first: number;
  readonly data: Uint8Array;
  /** The offset at which each event ends. */
  readonly ends: number[];
}

/**
 * The latest events of a stream, in binary. Memory is limited, and the limit includes the overhead
 * per event, so that many tiny events cannot exceed it.
 */
export class EventRing {
  readonly #maxBytes: number;
  readonly #chunkBytes: number;
  readonly #chunks: Chunk[] = [];
  #next: number;
  #bytes = 0;

  /** @param first the number of the first event that will be added. */
  constructor(maxBytes: number, first: number) {
    this.#maxBytes = maxBytes;
    this.#chunkBytes = Math.min(MAX_CHUNK_BYTES, Math.floor(maxBytes / CHUNKS));
    this.#next = first;
  }

  /** The number of the oldest stored event; the number of the next one if none is stored. */
  get first(): number {
    return this.#chunks[0]?.first ?? this.#next;
  }

  /** The number of the next event to be added. */
  get next(): number {
    return this.#next;
  }

  /** Memory used by the events, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds an event. Drops the oldest events to stay within the limit, but never the newest one. */
  add(event: Uint8Array): void {
    const chunk = this.#chunkFor(event);
    const start = chunk.ends.at(-1) ?? 0;
    if (chunk.data !== event) {
      chunk.data.set(event, start);
    }
    chunk.ends.push(start + event.length);
    this.#bytes += EVENT_OVERHEAD;
    this.#next++;
    let dropped = 0;
    while (this.#bytes > this.#maxBytes && dropped < this.#chunks.length - 1) {
      this.#bytes -= memoryOf(this.#chunks[dropped]);
      dropped++;
    }
    if (dropped > 0) {
      this.#chunks.splice(0, dropped);
    }
  }

  /** Returns an event by its number. */
  get(number: number): Uint8Array | undefined {
    const chunk = this.#find(number);
    const index = number - (chunk?.first ?? 0);
    const end = chunk?.ends[index];
    return end === undefined ? undefined : chunk?.data.subarray(chunk.ends[index - 1] ?? 0, end);
  }

  /** Returns the newest chunk if the event fits into it, or else adds one. */
  #chunkFor(event: Uint8Array): Chunk {
    const newest = this.#chunks.at(-1);
    if (newest !== undefined && newest.ends.length < MAX_CHUNK_EVENTS) {
      const used = newest.ends.at(-1) ?? 0;
      if (event.length <= newest.data.length - used && this.#chunkBytes > 0) {
        return newest;
      }
    }
    const data = event.length < this.#chunkBytes ? new Uint8Array(this.#chunkBytes) : own(event);
    const chunk = { first: this.#next, data, ends: [] };
    this.#chunks.push(chunk);
    this.#bytes += memoryOf(chunk);
    return chunk;
  }

  /** Returns the last chunk that begins at or before an event, by binary search. */
  #find(number: number): Chunk | undefined {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.first ?? 0) <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.#chunks[low - 1];
  }
}

function memoryOf(chunk: Chunk | undefined): number {
  return chunk === undefined
    ? 0
    : chunk.data.length + CHUNK_OVERHEAD + EVENT_OVERHEAD * chunk.ends.length;
}

/**
 * Returns a copy that holds only the event: a view would keep the whole larger buffer in memory.
 */
function own(event: Uint8Array): Uint8Array {
  return event.length < event.buffer.byteLength ? new Uint8Array(event) : event;
}
