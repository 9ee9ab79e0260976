import type { Violation } from "./violation.js";

/** Ends the reading of a document at once: what follows cannot be judged. */
export class Refusal extends Error {
  readonly violation: Violation;

  constructor(violation: Violation) {
    super(violation.code);
    this.name = "Refusal";
    this.violation = violation;
  }
}
