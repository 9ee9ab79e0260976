import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The project's samples. */
export const samples: string = join(import.meta.dirname, "../../../../samples");

/** The text of a sample. */
export function sample(name: string): string {
  return readFileSync(join(samples, name), "utf8");
}

/** A small run step that is all right, or all right but for some members. */
export function runStep(members: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    id: "step_1",
    object: "thread.run.step",
    created_at: 1,
    run_id: "run_1",
    assistant_id: null,
    thread_id: "thread_1",
    type: "tool_calls",
    status: "completed",
    cancelled_at: null,
    completed_at: null,
    expires_at: null,
    failed_at: null,
    last_error: null,
    step_details: { type: "tool_calls", tool_calls: [] },
    usage: null,
    ...members,
  });
}

/** Arrays within each other. */
export function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}
