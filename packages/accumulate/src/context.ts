import { formatPointer } from "@stepwire/json";
import { AccumulationError } from "./error.js";
import type { Limits } from "./limits.js";

/** The merging of one delta: where it is, and how much it adds. */
export class MergeContext {
  readonly limits: Limits;
  /** Member names and indexes from the delta to the current place. */
  readonly path: (string | number)[] = [];
  readonly #objectType: string;
  readonly #objectId: string;
  #hasEnded: boolean;
  #size: number;
  #replaced = 0;

  /** @param hasEnded whether the object has ended, so that a delta only fills what is absent. */
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

  /** How much all objects hold, with what was merged so far. */
  get size(): number {
    return this.#size;
  }

  /** Counts what is added, or taken away. */
  grow(size: number): void {
    this.#size += size;
    if (this.#size > this.limits.maxSize) {
      this.refuse("too_large", `at most ${this.limits.maxSize} in all`, `${this.#size}`);
    }
  }

  /** By how much parts that were replaced are larger than those before, all in all. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Notes that a part takes the place of another one. */
  replace(sizeBefore: number, size: number): void {
    this.#replaced += Math.max(0, size - sizeBefore);
  }

  /** Refuses another value, or more text, than what an object has that has ended. */
  refuseChange(expected: string, found: string): void {
    if (this.#hasEnded) {
      this.refuse("object_ended", expected, found);
    }
  }

  /** Runs an action that does not change what the object has. */
  withoutRefusingChange<Result>(action: () => Result): Result {
    const hasEnded = this.#hasEnded;
    this.#hasEnded = false;
    try {
      return action();
    } finally {
      this.#hasEnded = hasEnded;
    }
  }

  /** Refuses an object with more members than allowed. */
  requireMembers(count: number): void {
    const { maxMembers } = this.limits;
    if (count > maxMembers) {
      this.refuse("too_many_members", `at most ${maxMembers} members`, `${count}`);
    }
  }

  /** Refuses an index beyond the elements that a list may have. */
  requireElements(index: number): void {
    const { maxElements } = this.limits;
    if (index >= maxElements) {
      this.refuse("too_many_elements", `at most ${maxElements} elements`, `index ${index}`);
    }
  }

  /** Refuses a text that is too long to be merged as JSON text. */
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
