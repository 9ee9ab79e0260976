import type { Violation } from "./violation.js";

/**
 * How many UTF-16 code units the pointers of all violations may have together. A
 * document can have a member name of megabytes with a thousand violations below it.
 */
const LARGEST_POINTERS = 1024 * 1024;

/** The violations of one document, up to a bound. */
export class Findings {
  readonly list: Violation[] = [];
  readonly #maxViolations: number;
  #pointers = 0;

  constructor(maxViolations: number) {
    this.#maxViolations = maxViolations;
  }

  /** Whether no more violations are gathered. */
  get isFull(): boolean {
    return this.list.length >= this.#maxViolations || this.#pointers >= LARGEST_POINTERS;
  }

  /** Adds a violation, however many there are. */
  push(violation: Violation): void {
    this.list.push(violation);
    this.#pointers += violation.pointer.length;
  }

  /**
   * Adds a violation.
   *
   * @throws {TooManyViolations} if it is the last one that is gathered.
   */
  add(violation: Violation): void {
    this.push(violation);
    if (this.isFull) {
      throw new TooManyViolations();
    }
  }
}

/** Ends the reading or writing of a document in which too much is wrong. */
export class TooManyViolations extends Error {}

/** Ends the reading of a document at once: what follows cannot be judged. */
export class Refusal extends Error {
  readonly violation: Violation;

  constructor(violation: Violation) {
    super(violation.code);
    this.name = "Refusal";
    this.violation = violation;
  }
}
