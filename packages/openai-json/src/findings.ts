import type { Violation } from "./violation.js";

/**
 * Maximum number of UTF-16 code units of all pointers together. A document can have a member name of
 * megabytes, with a thousand violations below it.
 */
const LARGEST_POINTERS = 1024 * 1024;

/** The violations of one document, up to a maximum number. */
export class Findings {
  readonly list: Violation[] = [];
  readonly #maxViolations: number;
  #pointers = 0;

  constructor(maxViolations: number) {
    this.#maxViolations = maxViolations;
  }

  /** Whether the maximum number is reached. */
  get isFull(): boolean {
    return this.list.length >= this.#maxViolations || this.#pointers >= LARGEST_POINTERS;
  }

  /** Adds a violation, even beyond the maximum number. */
  push(violation: Violation): void {
    this.list.push(violation);
    this.#pointers += violation.pointer.length;
  }

  /**
   * Adds a violation.
   *
   * @throws {TooManyViolations} if it reaches the maximum number.
   */
  add(violation: Violation): void {
    this.push(violation);
    if (this.isFull) {
      throw new TooManyViolations();
    }
  }
}

/** Stops reading or writing a document that has too many violations. */
export class TooManyViolations extends Error {}

/** Stops reading a document immediately, because the rest cannot be checked. */
export class Refusal extends Error {
  readonly violation: Violation;

  constructor(violation: Violation) {
    super(violation.code);
    this.name = "Refusal";
    this.violation = violation;
  }
}
