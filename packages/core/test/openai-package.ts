/**
 * Where the types of the `openai` package are not accepted as ours: what the table
 * in docs/model.md explains, and the type tests prove.
 */
export const notAccepted = {
  RunStepDeltaObject: ["delta.step_details.tool_calls[].file_search"],
  ListRunStepsResponse: ["object"],
  RunObject: ["response_format.json_schema.schema", "tools[].function"],
  AssistantObject: ["response_format.json_schema.schema", "tools[].function"],
  ListRunsResponse: ["object"],
  ListMessagesResponse: ["object"],
  ListAssistantsResponse: ["object"],
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
  RunObject: [
    "assistant_id",
    "instructions",
    "metadata.*",
    "parallel_tool_calls",
    "response_format.json_schema.schema",
    "tools[]",
    "tools[].type",
    "tools[].file_search.ranking_options.ranker",
    "tools[].file_search.ranking_options.score_threshold",
    "tools[].function.parameters",
  ],
  MessageObject: [
    "attachments[].tools[]",
    "attachments[].tools[].type",
    "content[].text.annotations[]",
    "content[].text.annotations[].start_index",
    "content[].text.annotations[].end_index",
    "metadata.*",
    "status",
  ],
  MessageDeltaObject: ["delta.content[].type", "delta.content[].text.annotations[]"],
  ThreadObject: [
    "metadata.*",
    "tool_resources.code_interpreter.file_ids",
    "tool_resources.file_search.vector_store_ids",
  ],
  AssistantObject: [
    "metadata.*",
    "tool_resources.code_interpreter.file_ids",
    "tool_resources.file_search.vector_store_ids",
    "response_format.json_schema.schema",
    "tools[]",
    "tools[].type",
    "tools[].file_search.ranking_options.ranker",
    "tools[].file_search.ranking_options.score_threshold",
    "tools[].function.parameters",
  ],
  ErrorEvent: ["message", "type", "param", "code"],
} as const;
