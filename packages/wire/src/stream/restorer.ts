import { WireType } from "@bufbuild/protobuf/wire";
import { varintSize, writeVarint } from "../record.js";
import { VarintReader } from "./byte-input.js";
import type { StreamErrorCode } from "./error.js";
import { FieldList } from "./field-list.js";
import { MAXIMUM_FIELDS, ShapeForm } from "./format.js";
import { Layout, PathProblem } from "./layout.js";
import { NestedValue } from "./nested-value.js";
import type { Shape } from "./shape.js";
import { copyBytes, Slot, StreamState } from "./state.js";

/**
 * Events of up to this size share a buffer, also with those of other readers. It is small, because one
 * event keeps all of it in memory.
 */
const SHARED_EVENT_BYTES = 256;
const SHARED_BUFFER_BYTES = 8 * 1024;
let shared = new Uint8Array(SHARED_BUFFER_BYTES);
let sharedEnd = 0;

const NOTHING = new Slot();

/** Readers share what is only used within a call: creating it costs as much as reading 10 events. */
const SHARED_EVENT = new FieldList();
const SHARED_PAYLOAD = new NestedValue();
const SHARED_KEPT: number[] = [];

/** Called when an event cannot be restored. Throws the error. */
export type Refuse = (code: StreamErrorCode, expected: string, found: string) => never;

/** Restores events from what was written and from the previous payloads. */
export class EventRestorer {
  readonly #state: StreamState;
  readonly #maxEventBytes: number;
  readonly #maxStateBytes: number;
  readonly #refuse: Refuse;
  readonly #event = SHARED_EVENT;
  readonly #payload = SHARED_PAYLOAD;
  /** Indexes of the fields of the previous payload that are kept. */
  readonly #kept = SHARED_KEPT;
  #keptCount = 0;
  readonly #layout = new Layout();
  readonly #varint = new VarintReader();

  constructor(maxEventBytes: number, maxStateBytes: number, refuse: Refuse) {
    this.#state = new StreamState(maxStateBytes);
    this.#maxEventBytes = maxEventBytes;
    this.#maxStateBytes = maxStateBytes;
    this.#refuse = refuse;
  }

  /** Forgets all payloads. */
  clear(): void {
    this.#state.clear();
  }

  /**
   * Restores an event.
   *
   * @param isNew Whether the shape was given with this event.
   * @param bytes The bytes that contain the body, from `start` to `end`.
   */
  restore(shape: Shape, isNew: boolean, bytes: Uint8Array, start: number, end: number): Uint8Array {
    if (shape.arm === 0) {
      const event = this.#allocate(end - start);
      copyBytes(bytes, start, end, event, 0);
      return event;
    }
    const slot = this.#state.get(shape.slot);
    if (slot === undefined && (shape.mask > 0 || shape.kind === ShapeForm.VALUES)) {
      const expected = `a previous payload in slot ${shape.slot}`;
      return this.#refuse("missing_reference", expected, "none");
    }
    const event =
      shape.kind === ShapeForm.VALUES
        ? this.#restoreValues(shape, isNew, slot ?? NOTHING, bytes, start, end)
        : this.#restoreFields(shape, slot ?? NOTHING, bytes, start, end);
    this.#state.set(shape.slot, event, this.#payload.start, this.#payload.end);
    return event;
  }

  /** Inserts the fields that were kept. Sets `#payload` to the place of the restored payload. */
  #restoreFields(
    { arm, slot: number, kind, mask }: Shape,
    slot: Slot,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array {
    const payload = this.#payload;
    const isPayload = kind === ShapeForm.PAYLOAD;
    this.#findPayload(arm, isPayload, bytes, start, end);
    const { sizeAt, fields, end: payloadEnd } = payload;
    const before = slot.fields;
    const size = payloadEnd - payload.start + this.#keep(mask, before, fields);
    const tag = arm * 8 + WireType.LengthDelimited;
    const headSize = (isPayload ? varintSize(tag) : sizeAt - start) + varintSize(size);
    const event = this.#allocate(headSize + size + end - payloadEnd);
    this.#checkState(number, size);
    let to = isPayload ? writeVarint(event, 0, tag) : copyBytes(bytes, start, sizeAt, event, 0);
    to = writeVarint(event, to, size);
    let from = payload.start;
    let index = 0;
    for (let at = 0; at < this.#keptCount; at++) {
      const former = this.#kept[at] ?? 0;
      const field = before.numbers[former] ?? 0;
      while (index < fields.count && (fields.numbers[index] ?? 0) < field) {
        index++;
      }
      const until = index < fields.count ? (fields.starts[index] ?? 0) : payloadEnd;
      to = copyBytes(bytes, from, until, event, to);
      to = copyBytes(slot.bytes, before.starts[former] ?? 0, before.ends[former] ?? 0, event, to);
      from = until;
    }
    copyBytes(bytes, from, end, event, to);
    payload.start = headSize;
    payload.end = headSize + size;
    return event;
  }

  /** Finds the payload, and its fields, in a body. */
  #findPayload(
    arm: number,
    isPayload: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const payload = this.#payload;
    if (isPayload) {
      payload.start = start;
      payload.end = end;
    } else {
      const at = this.#event.read(bytes, start, end) ? this.#event.indexOf(arm) : -1;
      if (at < 0 || !payload.locateField(bytes, this.#event, at)) {
        const expected = `an event with a payload in field ${arm}, and fields in ascending order`;
        this.#refuse("malformed", expected, "other bytes");
      }
    }
    if (!payload.readFields(bytes)) {
      this.#refuse("malformed", "a payload with fields in ascending order", "other bytes");
    }
  }

  /** Finds the fields of the previous payload that are kept. Returns the number of their bytes. */
  #keep(mask: number, before: FieldList, written: FieldList): number {
    this.#keptCount = 0;
    let size = 0;
    let rest = mask;
    for (let index = 0; index < before.count; index++) {
      if (rest % 2 === 0) {
        const number = before.numbers[index] ?? 0;
        if (written.indexOf(number) >= 0) {
          this.#refuse("malformed", `no field ${number}, which is kept`, "this field");
        }
        size += (before.ends[index] ?? 0) - (before.starts[index] ?? 0);
        this.#kept[this.#keptCount++] = index;
      }
      rest = Math.floor(rest / 2);
    }
    if (rest > 0) {
      const found = `a payload with ${before.count} fields`;
      this.#refuse("missing_reference", "a mask of the fields of the previous payload", found);
    }
    if (written.count + this.#keptCount > MAXIMUM_FIELDS) {
      this.#refuse("malformed", `at most ${MAXIMUM_FIELDS} fields in a payload`, "more");
    }
    return size;
  }

  /** Replaces values of the previous payload. Sets `#payload` to the place of the new payload. */
  #restoreValues(
    { arm, slot: number, paths, count }: Shape,
    isNew: boolean,
    slot: Slot,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array {
    const layout = this.#layout;
    if (isNew) {
      const problem = layout.find(slot, paths, count);
      if (problem === PathProblem.REFERENCE) {
        const expected = "steps to length-delimited fields of the previous payload";
        this.#refuse("missing_reference", expected, "another step");
      }
      if (problem === PathProblem.MALFORMED) {
        this.#refuse("malformed", "paths in ascending order", "another path");
      }
    }
    this.#splitValues(bytes, start, end);
    const size = slot.size + layout.resize();
    const tag = arm * 8 + WireType.LengthDelimited;
    const headSize = varintSize(tag) + varintSize(size);
    const event = this.#allocate(headSize + size);
    this.#checkState(number, size);
    layout.write(slot, bytes, event, writeVarint(event, writeVarint(event, 0, tag), size));
    layout.move();
    this.#payload.start = headSize;
    this.#payload.end = headSize + size;
    return event;
  }

  /** Finds the values in a body: each but the last one follows its size. */
  #splitValues(bytes: Uint8Array, start: number, end: number): void {
    const { values, valueStarts, valueEnds } = this.#layout;
    const varint = this.#varint;
    varint.position = start;
    for (let index = 0; index < values - 1; index++) {
      const size = varint.read(bytes, end);
      const from = varint.position;
      if (size < 0 || from + size > end) {
        this.#refuse("malformed", `${values} values in the body`, "the end of the body");
      }
      valueStarts[index] = from;
      valueEnds[index] = from + size;
      varint.position = from + size;
    }
    valueStarts[values - 1] = varint.position;
    valueEnds[values - 1] = end;
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
    if (sharedEnd + size > SHARED_BUFFER_BYTES) {
      shared = new Uint8Array(SHARED_BUFFER_BYTES);
      sharedEnd = 0;
    }
    sharedEnd += size;
    return shared.subarray(sharedEnd - size, sharedEnd);
  }
}
