/**
 * Where the types of the `openai` package are not accepted as ours: what the table in
 * docs/chat-model.md explains, and the type tests prove.
 */
export const notAccepted = {
  CreateChatCompletionRequest: [
    "tools[].function.parameters",
    "functions[].parameters",
    "response_format.json_schema",
    "tool_choice",
  ],
} as const;

/** Where ours are not those of the package. */
export const notYielded = {
  CreateChatCompletionResponse: [
    "choices[].finish_reason",
    "choices[].message.annotations[]",
    "choices[].message.content",
    "choices[].message.role",
    "choices[].message.tool_calls[].type",
    "moderation.input.type",
    "moderation.output.type",
    "service_tier",
    "system_fingerprint",
  ],
  CreateChatCompletionStreamResponse: [
    "id",
    "object",
    "created",
    "model",
    "choices",
    "choices[].delta",
    "choices[].delta.content",
    "choices[].delta.role",
    "choices[].delta.tool_calls[].index",
    "choices[].finish_reason",
    "moderation.input.type",
    "moderation.output.type",
    "service_tier",
  ],
  CreateChatCompletionRequest: [
    "messages[].content",
    "messages[].content[]",
    "prediction.content",
    "prediction.content[]",
    "tools[].function.parameters",
    "tools[].custom.format.type",
    "tool_choice",
    "tool_choice.type",
    "tool_choice.allowed_tools.mode",
    "functions[].parameters",
    "function_call",
    "function_call.name",
    "response_format.type",
    "response_format.json_schema.schema",
    "service_tier",
  ],
} as const;
