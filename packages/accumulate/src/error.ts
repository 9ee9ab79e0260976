/** Why something could not be accumulated, in a word. docs/accumulation.md explains each. */
export type AccumulationCode =
  | "missing_id"
  | "step_ended"
  | "not_mergeable"
  | "identity_in_delta"
  | "identity_changed"
  | "invalid_index"
  | "index_gap"
  | "too_many_elements"
  | "too_many_members"
  | "too_many_steps"
  | "too_large";

/** What an `AccumulationError` says. */
export interface AccumulationProblem {
  readonly code: AccumulationCode;
  /** The identifier of the step; empty where the event has none. */
  readonly stepId: string;
  /**
   * The place in the member `delta` of the event, or in the step of a lifecycle event,
   * as a JSON Pointer (RFC 6901).
   */
  readonly pointer: string;
  /** What was expected there. */
  readonly expected: string;
  /** What was found. */
  readonly found: string;
}

/**
 * An event could not be accumulated. Nothing of it was: every snapshot is as it
 * was before, and the next event can be applied.
 */
export class AccumulationError extends Error implements AccumulationProblem {
  readonly code: AccumulationCode;
  readonly stepId: string;
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;

  constructor({ code, stepId, pointer, expected, found }: AccumulationProblem) {
    const step = stepId === "" ? "a step" : `step ${JSON.stringify(stepId)}`;
    const place = pointer === "" ? "" : ` at ${pointer}`;
    super(`${step}${place}: ${code}: expected ${expected}, found ${found}`);
    this.name = "AccumulationError";
    this.code = code;
    this.stepId = stepId;
    this.pointer = pointer;
    this.expected = expected;
    this.found = found;
  }
}
