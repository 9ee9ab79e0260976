import { accumulatorTarget } from "../accumulator/target.js";
import { gatewayTarget } from "../gateway/target.js";
import { namedSseTarget, sseTarget } from "../sse/target.js";
import type { FuzzOptions, FuzzResult } from "./fuzz.js";
import { findIn, fuzz, inputOf } from "./fuzz.js";
import type { Find, Target } from "./target.js";

/** A target without the type of its inputs, which only the target itself knows. */
export interface AnyTarget {
  readonly name: string;
  /** Fuzzes it. */
  run(options: FuzzOptions): Promise<FuzzResult>;
  /** Tries the input that a file of JSON holds. */
  replay(json: unknown): Promise<Find | undefined>;
  /** The input of a number. */
  input(seed: number, number: number): unknown;
}

function anyTarget<Input>(target: Target<Input>): AnyTarget {
  return {
    name: target.name,
    run: (options) => fuzz(target, options),
    async replay(json) {
      await target.open?.();
      try {
        return await findIn(target, target.read(json));
      } finally {
        await target.close?.();
      }
    },
    input: (seed, number) => inputOf(target, seed, number),
  };
}

/** All targets that run in this process. */
export const targets: readonly AnyTarget[] = [
  anyTarget(accumulatorTarget),
  anyTarget(sseTarget),
  anyTarget(namedSseTarget),
  anyTarget(gatewayTarget),
];
