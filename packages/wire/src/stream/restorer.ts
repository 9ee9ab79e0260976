import { WireType } from "@bufbuild/protobuf/wire";
import { varintSize, writeVarint } from "../record.js";
import type { StreamErrorCode } from "./error.js";
import { FieldList } from "./field-list.js";
import { MAXIMUM_FIELDS, MAXIMUM_STEPS } from "./format.js";
import { NestedValue } from "./nested-value.js";
import type { Shape } from "./shape.js";
import { copyBytes, Slot, StreamState } from "./state.js";

/** Events of up to this size share a buffer, which is small because each reader has one. */
const SHARED_EVENT_BYTES = 256;
const SHARED_BUFFER_BYTES = 4 * 1024;

const NOTHING = new Slot();

/** Called when an event cannot be restored. Throws the error. */
export type Refuse = (code: StreamErrorCode, expected: string, found: string) => never;

/** Restores events from what was written and from the previous payloads. */
export class EventRestorer {
  readonly #state: StreamState;
  readonly #maxEventBytes: number;
  readonly #maxStateBytes: number;
  readonly #refuse: Refuse;
  readonly #event = new FieldList();
  readonly #payload = new NestedValue();
  /** The values at each step to the changed one, and their new sizes. */
  readonly #steps = Array.from({ length: MAXIMUM_STEPS }, () => new NestedValue());
  readonly #sizes: number[] = [];
  #shared: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #sharedEnd = 0;

  constructor(maxEventBytes: number, maxStateBytes: number, refuse: Refuse) {
    this.#state = new StreamState(maxStateBytes);
    this.#maxEventBytes = maxEventBytes;
    this.#maxStateBytes = maxStateBytes;
    this.#refuse = refuse;
  }

  /** Forgets all payloads. */
  clear(): void {
    this.#state.clear();
    this.#shared = new Uint8Array(0);
    this.#sharedEnd = 0;
  }

  /**
   * Restores an event.
   *
   * @param shape The shape of the event.
   * @param bytes The bytes that contain what was written, from `start` to `end`.
   */
  restore(shape: Shape, bytes: Uint8Array, start: number, end: number): Uint8Array {
    if (shape.arm === 0) {
      const event = this.#allocate(end - start);
      copyBytes(bytes, start, end, event, 0);
      return event;
    }
    const slot = this.#state.get(shape.slot);
    if (slot === undefined && shape.indexes.length > 0) {
      const expected = `a previous payload in slot ${shape.slot}`;
      return this.#refuse("missing_reference", expected, "none");
    }
    const event = shape.isValue
      ? this.#restoreValue(shape, slot ?? NOTHING, bytes, start, end)
      : this.#restoreFields(shape, slot ?? NOTHING, bytes, start, end);
    this.#state.set(shape.slot, event, this.#payload.start, this.#payload.end);
    return event;
  }

  /** Inserts the fields that were left out. Sets `#payload` to the place of the restored payload. */
  #restoreFields(
    { arm, slot: number, indexes }: Shape,
    slot: Slot,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array {
    const payload = this.#payload;
    const at = this.#event.read(bytes, start, end) ? this.#event.indexOf(arm) : -1;
    if (at < 0 || !payload.locate(bytes, this.#event, at) || !payload.readFields(bytes)) {
      const expected = `an event with a payload in field ${arm}, and fields in ascending order`;
      return this.#refuse("malformed", expected, "other bytes");
    }
    const { sizeAt, fields, end: payloadEnd } = payload;
    const before = slot.value.fields;
    const size = payloadEnd - payload.start + this.#leftBytes(indexes, before, fields);
    const headSize = sizeAt - start + varintSize(size);
    const event = this.#allocate(headSize + size + end - payloadEnd);
    this.#checkState(number, size);
    let to = writeVarint(event, copyBytes(bytes, start, sizeAt, event, 0), size);
    let from = payload.start;
    let index = 0;
    for (const left of indexes) {
      const field = before.numbers[left] ?? 0;
      while (index < fields.count && (fields.numbers[index] ?? 0) < field) {
        index++;
      }
      const until = index < fields.count ? (fields.starts[index] ?? 0) : payloadEnd;
      to = copyBytes(bytes, from, until, event, to);
      to = copyBytes(slot.bytes, before.starts[left] ?? 0, before.ends[left] ?? 0, event, to);
      from = until;
    }
    copyBytes(bytes, from, end, event, to);
    payload.start = headSize;
    payload.end = headSize + size;
    return event;
  }

  /** Checks the fields that were left out, and returns the number of their bytes. */
  #leftBytes(indexes: readonly number[], before: FieldList, written: FieldList): number {
    let size = 0;
    for (const left of indexes) {
      this.#checkReference(left, before);
      const number = before.numbers[left] ?? 0;
      if (written.indexOf(number) >= 0) {
        this.#refuse("malformed", `no field ${number}, which is left out`, "this field");
      }
      size += (before.ends[left] ?? 0) - (before.starts[left] ?? 0);
    }
    if (written.count + indexes.length > MAXIMUM_FIELDS) {
      this.#refuse("malformed", `at most ${MAXIMUM_FIELDS} fields in a payload`, "more");
    }
    return size;
  }

  /** Replaces one value of the previous payload. Sets `#payload` to the place of the new payload. */
  #restoreValue(
    { arm, slot: number, indexes }: Shape,
    slot: Slot,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array {
    const { length } = indexes;
    let outer = slot.value;
    for (let depth = 0; depth < length; depth++) {
      const index = indexes[depth] ?? 0;
      const inner = this.#steps[depth] ?? outer;
      this.#checkReference(index, outer.fields);
      const isLast = depth === length - 1;
      if (
        !inner.locate(slot.bytes, outer.fields, index) ||
        !(isLast || inner.readFields(slot.bytes))
      ) {
        const expected = `a ${isLast ? "length-delimited field" : "message"} at step ${depth + 1}`;
        this.#refuse("missing_reference", expected, "another field");
      }
      outer = inner;
    }
    let size = end - start;
    for (let depth = length - 1; depth >= 0; depth--) {
      this.#sizes[depth] = size;
      const inner = this.#steps[depth] ?? outer;
      const around = depth === 0 ? slot.value : (this.#steps[depth - 1] ?? outer);
      size += varintSize(size) + inner.sizeAt - around.start + around.end - inner.end;
    }
    const tag = arm * 8 + WireType.LengthDelimited;
    const headSize = varintSize(tag) + varintSize(size);
    const event = this.#allocate(headSize + size);
    this.#checkState(number, size);
    let to = writeVarint(event, writeVarint(event, 0, tag), size);
    let from = 0;
    let last = slot.value;
    for (let depth = 0; depth < length; depth++) {
      last = this.#steps[depth] ?? last;
      to = copyBytes(slot.bytes, from, last.sizeAt, event, to);
      to = writeVarint(event, to, this.#sizes[depth] ?? 0);
      from = last.start;
    }
    to = copyBytes(bytes, start, end, event, to);
    copyBytes(slot.bytes, last.end, slot.value.end, event, to);
    this.#payload.start = headSize;
    this.#payload.end = headSize + size;
    return event;
  }

  #checkReference(index: number, { count }: FieldList): void {
    if (index >= count) {
      const expected = `field ${index + 1} of a message in the previous payload`;
      this.#refuse("missing_reference", expected, `a message with ${count} fields`);
    }
  }

  #checkState(slot: number, size: number): void {
    if (!this.#state.fits(slot, size)) {
      const expected = `payloads to remember of at most ${this.#maxStateBytes} bytes`;
      this.#refuse("state_too_large", expected, `another payload of ${size} bytes`);
    }
  }

  #allocate(size: number): Uint8Array {
    if (size > this.#maxEventBytes) {
      const expected = `an event of at most ${this.#maxEventBytes} bytes`;
      this.#refuse("too_large", expected, `${size} bytes`);
    }
    if (size > SHARED_EVENT_BYTES) {
      return new Uint8Array(size);
    }
    if (this.#sharedEnd + size > this.#shared.length) {
      this.#shared = new Uint8Array(SHARED_BUFFER_BYTES);
      this.#sharedEnd = 0;
    }
    this.#sharedEnd += size;
    return this.#shared.subarray(this.#sharedEnd - size, this.#sharedEnd);
  }
}
