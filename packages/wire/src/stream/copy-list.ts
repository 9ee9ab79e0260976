import type { History } from "./history.js";
import { copyBytes } from "./state.js";

/** A larger body gets a buffer of its own, in bytes. */
const SHARED_BYTES = 16 * 1024;

/** Holds a body until its event is restored. */
let shared = new Uint8Array(1024);

/** The parts of a body that are copied from earlier bodies. */
export class CopyList {
  /** Number of bytes of all parts. */
  size = 0;
  /** For each part: the number of bytes before it, its size, and how far back it is. */
  readonly #gaps: number[] = [];
  readonly #lengths: number[] = [];
  readonly #distances: number[] = [];
  #count = 0;
  /** Number of written bytes before the last part. */
  #before = 0;

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
    this.size = 0;
    this.#before = 0;
  }

  add(gap: number, length: number, distance: number): void {
    this.#gaps[this.#count] = gap;
    this.#lengths[this.#count] = length;
    this.#distances[this.#count] = distance;
    this.#count++;
    this.#before += gap;
    this.size += length;
  }

  /** Number of written bytes that have to come before the last part. */
  get before(): number {
    return this.#before;
  }

  /**
   * Returns a buffer that begins with the written bytes and the copied ones. It is valid until the next
   * call.
   */
  insert(bytes: Uint8Array, start: number, end: number, history: History): Uint8Array {
    const body = bufferFor(end - start + this.size);
    let from = start;
    let to = 0;
    for (let index = 0; index < this.#count; index++) {
      const gap = this.#gaps[index] ?? 0;
      to = copyBytes(bytes, from, from + gap, body, to);
      to = history.copy(this.#distances[index] ?? 0, this.#lengths[index] ?? 0, body, to);
      from += gap;
    }
    copyBytes(bytes, from, end, body, to);
    return body;
  }
}

function bufferFor(size: number): Uint8Array {
  if (size > SHARED_BYTES) {
    return new Uint8Array(size);
  }
  if (size > shared.length) {
    shared = new Uint8Array(Math.min(2 * size, SHARED_BYTES));
  }
  return shared;
}
