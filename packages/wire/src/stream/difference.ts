import type { MessageNode } from "./arms.js";
import type { FieldList } from "./field-list.js";
import { MAXIMUM_STEPS, MAXIMUM_VALUES } from "./format.js";
import { NestedValue } from "./nested-value.js";
import { packPath } from "./shape.js";
import type { Slot } from "./state.js";

/**
 * Finds what a payload has in common with the previous one. The arrays keep their length, because
 * setting it costs more than comparing the fields of a short payload; the counts are beside them.
 */
export class Difference {
  /** The fields of the previous payload that the new one does not have or that differ, as a mask. */
  mask = 0;
  /** The fields of the new payload that equal those of the previous one: indexes, and bytes. */
  readonly kept: number[] = [];
  keptCount = 0;
  bytes = 0;
  /** The paths to the changed values, and their number; 0 if they cannot be written alone. */
  readonly paths: number[] = [];
  count = 0;
  /** Start and end of these values in the new event. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Whether one of these values is a message, in which there may be smaller changes. */
  hasMessages = false;
  readonly #steps: number[] = [];
  /** The values at each step, of the new and the old payload. */
  readonly #now = Array.from({ length: MAXIMUM_STEPS }, () => new NestedValue());
  readonly #before = Array.from({ length: MAXIMUM_STEPS }, () => new NestedValue());
  #event: Uint8Array = new Uint8Array(0);
  #former: Uint8Array = new Uint8Array(0);

  /** Compares the fields of a payload with the previous one. */
  compare(event: Uint8Array, fields: FieldList, slot: Slot | undefined): void {
    this.mask = 0;
    this.keptCount = 0;
    this.bytes = 0;
    this.count = 0;
    if (slot === undefined) {
      return;
    }
    const before = slot.fields;
    let index = 0;
    let bit = 1;
    let mask = 0;
    let bytes = 0;
    for (let former = 0; former < before.count; former++) {
      const number = before.numbers[former] ?? 0;
      while (index < fields.count && (fields.numbers[index] ?? 0) < number) {
        index++;
      }
      if (index < fields.count && fields.equals(event, index, slot.bytes, before, former)) {
        this.kept[this.keptCount++] = index;
        bytes += (fields.ends[index] ?? 0) - (fields.starts[index] ?? 0);
      } else {
        mask += bit;
      }
      bit *= 2;
    }
    this.mask = mask;
    this.bytes = bytes;
  }

  /** Finds the changed values after `compare`. Returns whether they can be written alone. */
  findValues(
    event: Uint8Array,
    fields: FieldList,
    slot: Slot | undefined,
    node: MessageNode,
  ): boolean {
    this.count = 0;
    this.hasMessages = false;
    if (slot === undefined || this.mask === 0) {
      return false;
    }
    this.#event = event;
    this.#former = slot.bytes;
    const isFound = this.#enter(fields, slot.fields, node, 0);
    if (!isFound) {
      this.count = 0;
    }
    return isFound;
  }

  /** Finds the changed values in a message. Returns false if something else has changed. */
  #enter(now: FieldList, before: FieldList, node: MessageNode, depth: number): boolean {
    if (now.count !== before.count || depth === MAXIMUM_STEPS) {
      return false;
    }
    for (let index = 0; index < now.count; index++) {
      if (now.numbers[index] !== before.numbers[index]) {
        return false;
      }
    }
    for (let index = 0; index < now.count; index++) {
      if (!now.equals(this.#event, index, this.#former, before, index)) {
        this.#steps[depth] = index;
        if (!this.#addValue(now, before, node, depth, index)) {
          return false;
        }
      }
    }
    return true;
  }

  #addValue(
    now: FieldList,
    before: FieldList,
    node: MessageNode,
    depth: number,
    index: number,
  ): boolean {
    const inner = this.#now[depth];
    const former = this.#before[depth];
    if (
      inner === undefined ||
      former === undefined ||
      !inner.locateField(this.#event, now, index) ||
      !former.locateField(this.#former, before, index)
    ) {
      return false;
    }
    const child = node.child(now.numbers[index] ?? 0);
    const { count, hasMessages } = this;
    if (child !== undefined) {
      if (
        inner.readFields(this.#event) &&
        former.readFields(this.#former) &&
        this.#enter(inner.fields, former.fields, child, depth + 1)
      ) {
        return true;
      }
      this.count = count;
    }
    this.hasMessages = hasMessages || child !== undefined;
    this.paths[count] = packPath(this.#steps, depth + 1);
    this.starts[count] = inner.start;
    this.ends[count] = inner.end;
    this.count = count + 1;
    return this.count <= MAXIMUM_VALUES;
  }
}
