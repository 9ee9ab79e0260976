import { SLOT_BYTES } from "./format.js";
import { NestedValue } from "./nested-value.js";

/** The previous payload of one message type. */
export class Slot {
  /** The payload, at offset 0; the buffer may be larger. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** The payload as a value with its fields. */
  readonly value: NestedValue = new NestedValue();
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
    const freed = former === undefined ? 0 : SLOT_BYTES + former.value.end;
    return this.#bytes - freed + SLOT_BYTES + size <= this.#limit;
  }

  /**
   * Remembers a payload in the place of the former one. It has to fit, and its fields must be
   * readable.
   */
  set(number: number, bytes: Uint8Array, start: number, end: number): void {
    let slot = this.#slots.get(number);
    if (slot === undefined) {
      slot = new Slot();
      this.#slots.set(number, slot);
      this.#bytes += SLOT_BYTES;
    }
    const size = end - start;
    this.#bytes += size - slot.value.end;
    slot.value.end = size;
    if (size > slot.bytes.length || size < slot.bytes.length / 4) {
      slot.bytes = new Uint8Array(2 * size);
    }
    copyBytes(bytes, start, end, slot.bytes, 0);
    slot.value.readFields(slot.bytes);
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
