import type { EventStreamError } from "@stepwire/openai-sse";
import { describeTooLarge, formatProblem, type Origin, type Problem } from "../problem.js";
import { describeViolations } from "../refusal.js";

/** Returns a line for each violation of a refused event. Events are counted from 1. */
export function explainEvent(error: EventStreamError, name: string, maxBytes: number): string[] {
  const origin: Origin = { name: `${name}: event ${error.event + 1}` };
  return describe(error, maxBytes).map((problem) => formatProblem(problem, origin));
}

function describe(error: EventStreamError, maxBytes: number): Problem[] {
  if (error.isInvalidUtf8) {
    return [{ text: "not_json: has bytes that are not UTF-8" }];
  }
  return error.violations.some(({ code }) => code === "too_large")
    ? [{ text: describeTooLarge(maxBytes) }]
    : describeViolations(error.violations, undefined);
}
