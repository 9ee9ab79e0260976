import { FieldList } from "./field-list.js";
import { SLOT_BYTES } from "./format.js";

const NO_BYTES = new Uint8Array(0);

/** The previous payload of one message type. */
export class Slot {
  /** The payload, at offset 0; the buffer may be larger. */
  bytes: Uint8Array<ArrayBuffer> = NO_BYTES;
  /** Size of the payload. */
  size = 0;
  readonly #fields = new FieldList();
  #isRead = true;

  /** The fields of the payload. */
  get fields(): FieldList {
    if (!this.#isRead) {
      this.#isRead = true;
      this.#fields.read(this.bytes, 0, this.size);
    }
    return this.#fields;
  }

  /** Remembers a payload, whose fields must be readable. */
  set(bytes: Uint8Array, start: number, end: number): void {
    this.size = end - start;
    if (this.size > this.bytes.length || this.size < this.bytes.length / 4) {
      this.bytes = new Uint8Array(2 * this.size);
    }
    copyBytes(bytes, start, end, this.bytes, 0);
    this.#isRead = false;
  }
}

/** The payloads that a writer or a reader remembers, one for each slot. */
export class StreamState {
  readonly #slots = new Map<number, Slot>();
  readonly #limit: number;
  #bytes = 0;

  /** @param limit Maximum size of all payloads, with `SLOT_BYTES` for each. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(slot: number): Slot | undefined {
    return this.#slots.get(slot);
  }

  /** Returns whether a payload of this size can be remembered. */
  fits(slot: number, size: number): boolean {
    const former = this.#slots.get(slot);
    const freed = former === undefined ? 0 : SLOT_BYTES + former.size;
    return this.#bytes - freed + SLOT_BYTES + size <= this.#limit;
  }

  /**
   * Remembers a payload in the place of the former one. It has to fit, and its fields must be
   * readable.
   */
  set(number: number, bytes: Uint8Array, start: number, end: number): Slot {
    let slot = this.#slots.get(number);
    if (slot === undefined) {
      slot = new Slot();
      this.#slots.set(number, slot);
      this.#bytes += SLOT_BYTES;
    }
    this.#bytes += end - start - slot.size;
    slot.set(bytes, start, end);
    return slot;
  }

  clear(): void {
    this.#slots.clear();
    this.#bytes = 0;
  }
}

/** Below this size, a loop is faster than `set`, which needs a view. */
const SHORT = 48;

/** Copies bytes. Returns the offset after them in the target. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  if (end - start > SHORT) {
    target.set(source.subarray(start, end), at);
    return at + end - start;
  }
  let to = at;
  for (let from = start; from < end; from++) {
    target[to++] = source[from] ?? 0;
  }
  return to;
}
