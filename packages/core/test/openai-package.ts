/**
 * Where the types of the `openai` package are not accepted as ours: what the table
 * in docs/model.md explains, and the type tests prove.
 */
export const notAccepted = {
  RunStepDeltaObject: ["delta.step_details.tool_calls[].file_search"],
  ListRunStepsResponse: ["object"],
} as const;

/** Where ours are not those of the package. */
export const notYielded = {
  RunStepObject: [
    "assistant_id",
    "expired_at",
    "last_error.code",
    "metadata",
    "metadata.*",
    "status",
    "type",
    "step_details",
    "step_details.tool_calls[]",
    "step_details.tool_calls[].file_search.ranking_options.ranker",
    "step_details.tool_calls[].file_search.ranking_options.score_threshold",
  ],
  RunStepDeltaObject: [
    "delta.step_details.type",
    "delta.step_details.tool_calls[]",
    "delta.step_details.tool_calls[].type",
    "delta.step_details.tool_calls[].index",
    "delta.step_details.tool_calls[].file_search",
    "delta.step_details.tool_calls[].code_interpreter.outputs[].type",
    "delta.step_details.tool_calls[].code_interpreter.outputs[].index",
  ],
  ErrorEvent: ["message", "type", "param", "code"],
} as const;
