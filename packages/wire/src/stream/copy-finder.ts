import { HISTORY_BYTES, MAXIMUM_COPIES } from "./format.js";
import { type History, hashOf, wordAt } from "./history.js";

/** A shorter part costs more than it saves if the stream is compressed too. */
export const SMALLEST_COPY = 40;

/** The index has every 32nd offset of the history, with the hash of the eight bytes there. */
const INDEX_STEP = 32;
const INDEXED_BYTES = 8;
const INDEX_BITS = 11;

const NO_BITS = new Uint32Array(0);

/** Finders share these: the result of `find` is used before the next call. */
const SHARED_GAPS: number[] = [];
const SHARED_LENGTHS: number[] = [];
const SHARED_DISTANCES: number[] = [];

/** Finds parts of a body in the history. */
export class CopyFinder {
  /** For each part: the number of bytes before it, its size, and how far back it is. */
  readonly gaps: number[] = SHARED_GAPS;
  readonly lengths: number[] = SHARED_LENGTHS;
  readonly distances: number[] = SHARED_DISTANCES;
  /** Number of bytes of all parts. */
  copied = 0;
  readonly #history: History;
  /** Offsets in the history + 1, by hash. */
  #index: Uint32Array | undefined;
  /**
   * A bit for each place of the index that is used. Most are not in a short stream, and reading them
   * would be slow: the indexes of many streams do not fit into the cache of a processor.
   */
  #used: Uint32Array = NO_BITS;
  #indexed = 0;

  constructor(history: History) {
    this.#history = history;
  }

  /** Finds parts of a body. Returns their number. */
  find(bytes: Uint8Array, start: number, end: number): number {
    this.copied = 0;
    const history = this.#history;
    const size = end - start;
    if (size < SMALLEST_COPY || size > HISTORY_BYTES || history.size < SMALLEST_COPY) {
      return 0;
    }
    const index = this.#update();
    const used = this.#used;
    const oldest = history.total - history.size;
    const last = end - INDEXED_BYTES;
    let count = 0;
    let from = start;
    let at = start;
    // The next eight bytes move along, instead of being read again at each place.
    let low = wordAt(bytes, at);
    let high = wordAt(bytes, at + 4);
    while (at <= last && count < MAXIMUM_COPIES) {
      const hash = hashOf(low, high);
      const isUsed = ((used[hash >>> 5] ?? 0) >>> (hash & 31)) & 1;
      const found = isUsed === 0 ? -1 : (index[hash] ?? 0) - 1;
      const after = found < oldest ? 0 : this.#equalAfter(bytes, at, end, found);
      const before = after === 0 ? 0 : this.#equalBefore(bytes, at, from, found, oldest);
      if (before + after < SMALLEST_COPY) {
        low = (low >>> 8) | (high << 24);
        high = (high >>> 8) | ((bytes[at + INDEXED_BYTES] ?? 0) << 24);
        at++;
        continue;
      }
      this.gaps[count] = at - before - from;
      this.lengths[count] = before + after;
      this.distances[count] = history.total - found + before;
      this.copied += before + after;
      count++;
      at += after;
      from = at;
      low = wordAt(bytes, at);
      high = wordAt(bytes, at + 4);
    }
    return count;
  }

  /** Returns how many bytes from a place on equal those from an offset in the history on. */
  #equalAfter(bytes: Uint8Array, at: number, end: number, offset: number): number {
    const limit = Math.min(end - at, this.#history.total - offset);
    let size = 0;
    while (size < limit && this.#history.at(offset + size) === bytes[at + size]) {
      size++;
    }
    return size;
  }

  /** Returns how many bytes before a place equal those before an offset in the history. */
  #equalBefore(
    bytes: Uint8Array,
    at: number,
    start: number,
    offset: number,
    oldest: number,
  ): number {
    const limit = Math.min(at - start, offset - oldest);
    let size = 0;
    while (size < limit && this.#history.at(offset - size - 1) === bytes[at - size - 1]) {
      size++;
    }
    return size;
  }

  /** Adds what is new in the history to the index. */
  #update(): Uint32Array {
    const history = this.#history;
    if (this.#index === undefined) {
      this.#index = new Uint32Array(1 << INDEX_BITS);
      this.#used = new Uint32Array((1 << INDEX_BITS) / 32);
    }
    const index = this.#index;
    const used = this.#used;
    const oldest = history.total - history.size;
    let offset = Math.max(this.#indexed, Math.ceil(oldest / INDEX_STEP) * INDEX_STEP);
    for (; offset + INDEXED_BYTES <= history.total; offset += INDEX_STEP) {
      const hash = history.hashAt(offset);
      index[hash] = offset + 1;
      used[hash >>> 5] = (used[hash >>> 5] ?? 0) | (1 << (hash & 31));
    }
    this.#indexed = offset;
    return index;
  }
}
