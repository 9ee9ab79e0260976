import { formatPointer } from "@stepwire/json";
import { AccumulationError } from "./error.js";
import type { Limits } from "./limits.js";

/** The state of merging one delta: the current place, and the size added so far. */
export class MergeContext {
  readonly limits: Limits;
  /** Member names and indexes from the delta to the current place. */
  readonly path: (string | number)[] = [];
  readonly #objectType: string;
  readonly #objectId: string;
  #hasEnded: boolean;
  #size: number;
  #replaced = 0;

  /** @param hasEnded whether the object has ended; then a delta may only add what is absent. */
  constructor(
    limits: Limits,
    objectType: string,
    objectId: string,
    size: number,
    hasEnded: boolean = false,
  ) {
    this.limits = limits;
    this.#objectType = objectType;
    this.#objectId = objectId;
    this.#hasEnded = hasEnded;
    this.#size = size;
  }

  /** Size of all objects, including what was merged so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds to the size; a negative number subtracts. */
  grow(size: number): void {
    this.#size += size;
    if (this.#size > this.limits.maxSize) {
      this.refuse("too_large", `at most ${this.limits.maxSize} in all`, `${this.#size}`);
    }
  }

  /** Total difference in size between the new and the old parts that were replaced. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Records that a part was replaced. */
  replace(sizeBefore: number, size: number): void {
    this.#replaced += Math.max(0, size - sizeBefore);
  }

  /** Refuses to change a value or append text if the object has ended. */
  refuseChange(expected: string, found: string): void {
    if (this.#hasEnded) {
      this.refuse("object_ended", expected, found);
    }
  }

  /**
   * Runs an action that merges values without changing the object, such as duplicate elements
   * within one list of a delta. `refuseChange` does nothing during the action.
   */
  withoutRefusingChange<Result>(action: () => Result): Result {
    const hasEnded = this.#hasEnded;
    this.#hasEnded = false;
    try {
      return action();
    } finally {
      this.#hasEnded = hasEnded;
    }
  }

  /** Refuses an object with more members than `maxMembers`. */
  requireMembers(count: number): void {
    const { maxMembers } = this.limits;
    if (count > maxMembers) {
      this.refuse("too_many_members", `at most ${maxMembers} members`, `${count}`);
    }
  }

  /** Refuses an index that is not below `maxElements`. */
  requireElements(index: number): void {
    const { maxElements } = this.limits;
    if (index >= maxElements) {
      this.refuse("too_many_elements", `at most ${maxElements} elements`, `index ${index}`);
    }
  }

  /** Refuses a text that is longer than `maxTextLength` and would have to be merged. */
  requireTextLength(length: number): void {
    const { maxTextLength } = this.limits;
    if (length > maxTextLength) {
      this.refuse("too_large", `at most ${maxTextLength} to merge as JSON text`, `${length}`);
    }
  }

  /** @throws {AccumulationError} always. */
  refuse(code: AccumulationError["code"], expected: string, found: string): never {
    const pointer = formatPointer(this.path);
    throw new AccumulationError({
      code,
      objectType: this.#objectType,
      objectId: this.#objectId,
      pointer,
      expected,
      found,
    });
  }
}
