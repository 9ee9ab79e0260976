import { type RunStep, RunStepSchema, type StreamEvent } from "@stepwire/core";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { StepAccumulator } from "./step-accumulator.js";

/** A step that a stream completes, and what its deltas had made of it by then. */
export interface CompletedStep {
  readonly id: string;
  /** How many deltas it had. */
  readonly deltas: number;
  readonly accumulated: RunStep | undefined;
  readonly completed: RunStep;
}

/** The steps that a stream completes. */
export function completedSteps(events: readonly StreamEvent[]): CompletedStep[] {
  const accumulator = new StepAccumulator();
  const deltas = new Map<string, number>();
  const steps: CompletedStep[] = [];
  for (const event of events) {
    if (event.event.case === "runStepDelta") {
      const { id } = event.event.value;
      deltas.set(id, (deltas.get(id) ?? 0) + 1);
    }
    if (event.event.case === "runStepCompleted") {
      const completed = event.event.value;
      const { id } = completed;
      const accumulated = accumulator.step(id);
      steps.push({ id, deltas: deltas.get(id) ?? 0, accumulated, completed });
    }
    accumulator.apply(event);
  }
  return steps;
}

/** The JSON of a step. */
export function jsonOf(step: RunStep): unknown {
  return JSON.parse(stringifyOpenAI(RunStepSchema, step));
}
