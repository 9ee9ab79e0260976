import type { Random } from "@stepwire/testing";

/** An invariant that does not hold for an input. */
export class Find extends Error {
  /** The invariant, in a few words; shrinking keeps to inputs that break the same one. */
  readonly invariant: string;

  constructor(invariant: string, detail: string, options?: ErrorOptions) {
    super(`${invariant}: ${detail}`, options);
    this.name = "Find";
    this.invariant = invariant;
  }
}

/** Something to fuzz: how its inputs are made, and what has to hold for each. */
export interface Target<Input> {
  readonly name: string;
  /** An input. The same random numbers give the same input. */
  generate(random: Random): Input;
  /**
   * Tries an input.
   *
   * @throws {Find} if an invariant does not hold. Any other error is a find too.
   */
  check(input: Input): void | Promise<void>;
  /** Simpler inputs that are like this one, the simplest first. */
  smaller(input: Input): Iterable<Input>;
  /** The input that a file of JSON holds. */
  read(json: unknown): Input;
  /** Called once, before the first input. */
  open?(): Promise<void>;
  /** Called once, after the last input; may throw what shows only at the end. */
  close?(): Promise<void>;
}

/** The find that an error of a check is. */
export function toFind(reason: unknown): Find {
  if (reason instanceof Find) {
    return reason;
  }
  const name = reason instanceof Error ? reason.name : typeof reason;
  const stack = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  return new Find(`unexpected ${name}`, stack.split("\n").slice(0, 6).join("\n"), {
    cause: reason,
  });
}

/** @throws {Find} if a condition does not hold. */
export function demand(
  holds: boolean,
  invariant: string,
  detail: string | (() => string),
): asserts holds {
  if (!holds) {
    throw new Find(invariant, typeof detail === "string" ? detail : detail());
  }
}
