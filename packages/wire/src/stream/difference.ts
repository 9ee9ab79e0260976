import type { MessageNode } from "./arms.js";
import { MAXIMUM_STEPS } from "./format.js";
import { NestedValue } from "./nested-value.js";
import type { Slot } from "./state.js";

/** Finds what a payload has in common with the previous one. */
export class Difference {
  /**
   * The fields that equal those of the previous payload: their indexes there, their indexes in the
   * new payload, and the number of their bytes.
   */
  readonly former: number[] = [];
  readonly current: number[] = [];
  bytes = 0;
  /** The steps to the only changed value; empty if more has changed. */
  readonly steps: number[] = [];
  /** Start and end of that value in the new event. */
  start = 0;
  end = 0;
  /** The values on the way to the changed one, for two steps each of the new and the old payload. */
  readonly #now = [new NestedValue(), new NestedValue()] as const;
  readonly #before = [new NestedValue(), new NestedValue()] as const;
  /** Index of the only field that differs in the last comparison. */
  #only = 0;

  /** Compares a payload, whose fields have been read, with the previous one. */
  compare(
    event: Uint8Array,
    payload: NestedValue,
    slot: Slot | undefined,
    node: MessageNode,
  ): void {
    this.former.length = 0;
    this.current.length = 0;
    this.bytes = 0;
    this.steps.length = 0;
    if (slot === undefined) {
      return;
    }
    this.#findEqual(event, payload, slot);
    const { count } = payload.fields;
    if (slot.value.fields.count === count && this.current.length === count - 1) {
      this.#enter(event, payload, slot, node);
    }
  }

  #findEqual(event: Uint8Array, { fields }: NestedValue, slot: Slot): void {
    const before = slot.value.fields;
    let index = 0;
    for (let former = 0; former < before.count; former++) {
      const number = before.numbers[former] ?? 0;
      while (index < fields.count && (fields.numbers[index] ?? 0) < number) {
        index++;
      }
      if (index < fields.count && fields.equals(event, index, slot.bytes, before, former)) {
        this.former.push(former);
        this.current.push(index);
        this.bytes += (fields.ends[index] ?? 0) - (fields.starts[index] ?? 0);
      }
    }
  }

  /** Follows the only changed field, as far as only one field in it has changed. */
  #enter(event: Uint8Array, payload: NestedValue, slot: Slot, root: MessageNode): void {
    let [now, before] = [payload, slot.value];
    let node: MessageNode | undefined = root;
    while (node !== undefined && this.steps.length < MAXIMUM_STEPS) {
      const isFirst = now === payload;
      if (!(isFirst || (now.readFields(event) && before.readFields(slot.bytes)))) {
        return;
      }
      if (!this.#hasOneChange(event, now, slot.bytes, before)) {
        return;
      }
      const depth = this.steps.length % 2 === 0 ? 0 : 1;
      const [innerNow, innerBefore] = [this.#now[depth], this.#before[depth]];
      const index = this.#only;
      if (
        !innerNow.locate(event, now.fields, index) ||
        !innerBefore.locate(slot.bytes, before.fields, index)
      ) {
        return;
      }
      this.steps.push(index);
      this.start = innerNow.start;
      this.end = innerNow.end;
      node = node.child(now.fields.numbers[index] ?? 0);
      now = innerNow;
      before = innerBefore;
    }
  }

  /** Whether two messages have the same fields, and all but one are equal. */
  #hasOneChange(
    event: Uint8Array,
    now: NestedValue,
    bytes: Uint8Array,
    before: NestedValue,
  ): boolean {
    const { count, numbers } = now.fields;
    let changes = 0;
    for (let index = 0; index < count; index++) {
      if (numbers[index] !== before.fields.numbers[index]) {
        return false;
      }
      if (!now.fields.equals(event, index, bytes, before.fields, index)) {
        changes++;
        this.#only = index;
      }
    }
    return count === before.fields.count && changes === 1;
  }
}
