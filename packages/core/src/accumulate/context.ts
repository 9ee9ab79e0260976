import { AccumulationError } from "./error.js";
import type { Limits } from "./limits.js";

/** The merging of one delta: where it is, and how much it adds. */
export class MergeContext {
  readonly limits: Limits;
  /** Member names and indexes from the delta to the current place. */
  readonly path: (string | number)[] = [];
  readonly #stepId: string;
  #size: number;

  constructor(limits: Limits, stepId: string, size: number) {
    this.limits = limits;
    this.#stepId = stepId;
    this.#size = size;
  }

  /** How much all steps hold, with what was merged so far. */
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

  /** @throws {AccumulationError} always. */
  refuse(code: AccumulationError["code"], expected: string, found: string): never {
    const pointer = this.path.map((key) => `/${escapeKey(key)}`).join("");
    throw new AccumulationError({ code, stepId: this.#stepId, pointer, expected, found });
  }
}

function escapeKey(key: string | number): string {
  return String(key).replaceAll("~", "~0").replaceAll("/", "~1");
}
