import { create } from "@bufbuild/protobuf";
import {
  type RunStep,
  type RunStepDelta,
  RunStepSchema,
  type StreamEvent,
  StreamEventSchema,
} from "@stepwire/core";
import { expect } from "vitest";
import type { Accumulator, AccumulatorOptions, Ending } from "../src/index.js";
import { createAccumulator } from "./both-engines.js";

/** An accumulator of run steps, with short names for what the tests do again and again. */
export class StepAccumulator {
  readonly #accumulator: Accumulator<typeof StreamEventSchema, typeof RunStepSchema>;

  /** @param create - Creates the accumulator. Tests that measure time need one engine alone. */
  constructor(
    options: Omit<AccumulatorOptions, "objects"> = {},
    create: typeof createAccumulator = createAccumulator,
  ) {
    this.#accumulator = create(StreamEventSchema, {
      ...options,
      objects: [RunStepSchema],
    });
  }

  get ended(): Ending | undefined {
    return this.#accumulator.ended;
  }

  get size(): number {
    return this.#accumulator.size;
  }

  apply(event: StreamEvent): RunStep | undefined {
    return this.#accumulator.apply(event);
  }

  applyDelta(delta: RunStepDelta): RunStep {
    const event = { case: "runStepDelta", value: delta } as const;
    return this.apply(create(StreamEventSchema, { event })) ?? expect.unreachable();
  }

  step(id: string): RunStep | undefined {
    return this.#accumulator.get(RunStepSchema, id);
  }

  steps(): RunStep[] {
    return this.#accumulator.objects(RunStepSchema);
  }

  delete(id: string): boolean {
    return this.#accumulator.delete(RunStepSchema, id);
  }
}
