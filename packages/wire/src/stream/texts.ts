import { TEXT_BYTES, TEXTS } from "./format.js";
import { copyBytes } from "./state.js";

const NO_BYTES = new Uint8Array(0);

/** The last short texts that were written as the only changed value of an event. */
export class TextList {
  /** Many streams are too short for a text, so that the memory is only allocated for the first one. */
  #bytes: Uint8Array = NO_BYTES;
  #sizes: Uint8Array = NO_BYTES;
  #next = 0;

  /** Adds a text in the place of the oldest one, unless it is empty or too long. */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (end > start && end - start <= TEXT_BYTES) {
      if (this.#sizes.length === 0) {
        this.#bytes = new Uint8Array(TEXTS * TEXT_BYTES);
        this.#sizes = new Uint8Array(TEXTS);
      }
      this.#sizes[this.#next] = end - start;
      copyBytes(bytes, start, end, this.#bytes, this.#next * TEXT_BYTES);
      this.#next = (this.#next + 1) % TEXTS;
    }
  }

  /** Returns the place of a text, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const size = end - start;
    const first = bytes[start];
    for (let place = 0; place < this.#sizes.length; place++) {
      if (this.#sizes[place] === size && this.#bytes[place * TEXT_BYTES] === first) {
        let at = 1;
        while (at < size && this.#bytes[place * TEXT_BYTES + at] === bytes[start + at]) {
          at++;
        }
        if (at === size) {
          return place;
        }
      }
    }
    return -1;
  }

  /** Returns the text in a place. It is empty if there is none. */
  get(place: number): Uint8Array {
    const start = place * TEXT_BYTES;
    return this.#bytes.subarray(start, start + (this.#sizes[place] ?? 0));
  }
}
