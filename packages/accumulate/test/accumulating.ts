import { RunStepSchema, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { expect } from "vitest";
import { AccumulationError, type AccumulatorOptions } from "../src/index.js";
import type { createAccumulator } from "./both-engines.js";
import { StepAccumulator } from "./step-accumulator.js";

/** The identifier of the step in the events here. */
export const stepId = "step_1";

/** An accumulator that takes events as JSON. */
export class JsonAccumulator {
  readonly accumulator: StepAccumulator;

  /** @param create - See `StepAccumulator`. */
  constructor(options?: AccumulatorOptions, create?: typeof createAccumulator) {
    this.accumulator = new StepAccumulator(options, create);
  }

  /** Adds an event; an object is written as JSON first. */
  apply(event: string | object): void {
    const json = typeof event === "string" ? event : JSON.stringify(event);
    this.accumulator.apply(parseOpenAI(StreamEventSchema, json, { mode: "archive" }));
  }

  /** Adds the member `delta` of an event. */
  delta(delta: object): void {
    const data = { id: stepId, delta };
    this.apply({ event: "thread.run.step.delta", data });
  }

  /** Adds a delta of tool calls. */
  calls(...calls: readonly object[]): void {
    this.delta({ step_details: { type: "tool_calls", tool_calls: calls } });
  }

  /** Adds a lifecycle event of the step with these tool calls. */
  step(kind: "created" | "in_progress" | "completed", members: object, id: string = stepId): void {
    this.apply({ event: `thread.run.step.${kind}`, data: { id, ...members } });
  }

  /** The step as its JSON. */
  json(): Record<string, unknown> {
    const step = this.accumulator.step(stepId) ?? expect.unreachable();
    return JSON.parse(stringifyOpenAI(RunStepSchema, step));
  }

  /** The tool calls of the step. */
  toolCalls(): unknown {
    const details = Object(this.json()["step_details"]);
    return details.tool_calls;
  }
}

/** The tool calls of a step, as members of it. */
export function callsOf(...calls: readonly object[]): object {
  return { step_details: { type: "tool_calls", tool_calls: calls } };
}

/** The code and place of the refusal of an action, which must change nothing. */
export function refusalIn(
  { accumulator }: JsonAccumulator,
  action: () => void,
): string | undefined {
  const before = accumulator.steps();
  const json = before.map((step) => stringifyOpenAI(RunStepSchema, step));
  const { size } = accumulator;
  try {
    action();
    return undefined;
  } catch (reason) {
    if (!(reason instanceof AccumulationError)) {
      throw reason;
    }
    const after = accumulator.steps();
    expect(after.length).toBe(before.length);
    expect(after.every((step, index) => step === before[index])).toBe(true);
    expect(after.map((step) => stringifyOpenAI(RunStepSchema, step))).toEqual(json);
    expect(accumulator.size).toBe(size);
    return `${reason.code} ${reason.pointer}`;
  }
}
