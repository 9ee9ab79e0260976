/** Returns a small valid run step, with some members replaced. */
export function runStepObject(
  members: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
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
  };
}
