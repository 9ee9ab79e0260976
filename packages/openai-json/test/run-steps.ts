import type { RunStepObject } from "@stepwire/core/openai";

/** A canonical run step that writes a message. */
export const messageStep: RunStepObject = {
  id: "step_1",
  object: "thread.run.step",
  created_at: 1,
  run_id: "run_1",
  assistant_id: null,
  thread_id: "thread_1",
  type: "message_creation",
  status: "completed",
  cancelled_at: null,
  completed_at: 2,
  expires_at: null,
  failed_at: null,
  last_error: null,
  step_details: { type: "message_creation", message_creation: { message_id: "msg_1" } },
  usage: null,
};

/** Returns the code and pointer of each violation, for short comparisons. */
export function places(
  violations: readonly { readonly code: string; readonly pointer: string }[],
): string[] {
  return violations.map(({ code, pointer }) => `${code} ${pointer}`);
}
