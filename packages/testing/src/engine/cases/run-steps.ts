import type { JsonObject } from "@bufbuild/protobuf";
import type { DocumentCase } from "../case.js";

const step = `"id":"step_1","object":"thread.run.step","created_at":1735689600,"run_id":"run_1","assistant_id":"asst_1","thread_id":"thread_1"`;
const nulls = `"cancelled_at":null,"completed_at":null,"expires_at":null,"failed_at":null,"last_error":null`;
const stepMessage = {
  id: "step_1",
  createdAt: "1735689600",
  runId: "run_1",
  assistantId: "asst_1",
  threadId: "thread_1",
};

/** Returns a step with one tool call, given as text. */
function toolStep(call: string): string {
  return `{${step},"type":"tool_calls","status":"completed",${nulls},"step_details":{"type":"tool_calls","tool_calls":[${call}]},"usage":null}`;
}

function toolMessage(call: JsonObject): JsonObject {
  return {
    ...stepMessage,
    type: "RUN_STEP_TYPE_TOOL_CALLS",
    status: "RUN_STATUS_COMPLETED",
    stepDetails: { toolCalls: { toolCalls: [call] } },
  };
}

/** Cases for the run-step model, in the variants that servers write. */
export const runStepCases: readonly DocumentCase[] = [
  {
    name: "a step that writes a message, in progress",
    schema: "RunStep",
    json: `{${step},"type":"message_creation","status":"in_progress",${nulls},"step_details":{"type":"message_creation","message_creation":{"message_id":"msg_1"}},"usage":null}`,
    message: {
      ...stepMessage,
      type: "RUN_STEP_TYPE_MESSAGE_CREATION",
      status: "RUN_STATUS_IN_PROGRESS",
      stepDetails: { messageCreation: { messageId: "msg_1" } },
    },
    output: `{${step},"type":"message_creation","status":"in_progress",${nulls},"step_details":{"type":"message_creation","message_creation":{"message_id":"msg_1"}},"usage":null}`,
  },
  {
    name: "a step that failed, with usage and metadata",
    schema: "RunStep",
    json: `{${step},"type":"tool_calls","status":"failed","cancelled_at":null,"completed_at":null,"expires_at":1735690200,"failed_at":1735689601,"last_error":{"code":"rate_limit_exceeded","message":"slow down"},"step_details":{"type":"tool_calls","tool_calls":[]},"metadata":{"a":"b"},"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_token_details":{"cached_tokens":0},"completion_tokens_details":{}}}`,
    message: {
      ...stepMessage,
      type: "RUN_STEP_TYPE_TOOL_CALLS",
      status: "RUN_STATUS_FAILED",
      expiresAt: "1735690200",
      failedAt: "1735689601",
      lastError: { code: "LAST_ERROR_CODE_RATE_LIMIT_EXCEEDED", message: "slow down" },
      stepDetails: { toolCalls: {} },
      metadata: { a: "b" },
      usage: {
        promptTokens: 1,
        completionTokens: 2,
        totalTokens: 3,
        promptTokenDetails: { cachedTokens: 0 },
        completionTokensDetails: {},
      },
    },
  },
  {
    name: "every None written as null, as the Rust model does",
    schema: "RunStep",
    json: `{${step},"type":"message_creation","status":"completed",${nulls},"expired_at":null,"metadata":null,"step_details":{"type":"message_creation","message_creation":{"message_id":"m"}},"usage":null}`,
    message: {
      ...stepMessage,
      type: "RUN_STEP_TYPE_MESSAGE_CREATION",
      status: "RUN_STATUS_COMPLETED",
      stepDetails: { messageCreation: { messageId: "m" } },
      jsonResidue: { nullFields: [15, 16] },
    },
  },
  {
    name: "a status that nobody knows, and details that contradict the type",
    schema: "RunStep",
    json: `{${step},"type":"tool_calls","status":"paused",${nulls},"step_details":{"type":"message_creation","message_creation":{"message_id":"m"}},"usage":null}`,
    message: {
      ...stepMessage,
      type: "RUN_STEP_TYPE_TOOL_CALLS",
      stepDetails: { messageCreation: { messageId: "m" } },
      jsonResidue: { members: { status: `"paused"` } },
    },
    violations: [["unknown_value", "/status", "RunStep.status", { found: `"paused"` }]],
  },
  {
    name: "a call of the code interpreter",
    schema: "RunStep",
    json: toolStep(
      `{"id":"call_1","type":"code_interpreter","code_interpreter":{"input":"1+1","outputs":[{"type":"logs","logs":"2\\n"},{"type":"image","image":{"file_id":"file_1"}},{"type":"plot","plot":{}}]}}`,
    ),
    message: toolMessage({
      id: "call_1",
      codeInterpreter: {
        input: "1+1",
        outputs: [
          { logs: "2\n" },
          { image: { fileId: "file_1" } },
          { jsonResidue: { members: { type: `"plot"`, plot: "{}" } } },
        ],
      },
    }),
    violations: [
      [
        "unknown_variant",
        "/step_details/tool_calls/0/code_interpreter/outputs/2/type",
        "CodeInterpreterOutput.output",
      ],
      [
        "unknown_member",
        "/step_details/tool_calls/0/code_interpreter/outputs/2/plot",
        "CodeInterpreterOutput",
      ],
    ],
  },
  {
    name: "a search in files, as the live wire writes it",
    schema: "RunStep",
    json: toolStep(
      `{"id":"call_1","type":"file_search","file_search":{"ranking_options":{"ranker":"default_2024_08_21","score_threshold":0.0},"results":[{"file_id":"f","file_name":"n","score":0.8123456789012345,"attributes":{},"content":[{"type":"text","text":"x"}]},{"file_id":"g","file_name":"m","score":1,"attributes":{"k":[1,null]}}]}}`,
    ),
    message: toolMessage({
      id: "call_1",
      fileSearch: {
        rankingOptions: { ranker: "FILE_SEARCH_RANKER_DEFAULT_2024_08_21", scoreThreshold: 0 },
        results: [
          {
            fileId: "f",
            fileName: "n",
            score: 0.8123456789012345,
            content: [{ text: "x" }],
            jsonResidue: { emptyFields: [4] },
          },
          { fileId: "g", fileName: "m", score: 1, attributes: { k: [1, null] } },
        ],
      },
    }),
  },
  {
    name: "a call of a function whose output is not there yet",
    schema: "RunStep",
    json: toolStep(
      `{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\\"a\\":1}","output":null}}`,
    ),
    message: toolMessage({ id: "call_1", function: { name: "f", arguments: '{"a":1}' } }),
  },
  {
    name: "a call of a tool that nobody knows",
    schema: "RunStep",
    json: toolStep(`{"id":"call_1","type":"browser","browser":{"q":1.50}}`),
    message: toolMessage({
      id: "call_1",
      jsonResidue: { members: { type: `"browser"`, browser: `{"q":1.50}` } },
    }),
    violations: [
      ["unknown_variant", "/step_details/tool_calls/0/type", "ToolCall.tool_call"],
      ["unknown_member", "/step_details/tool_calls/0/browser", "ToolCall"],
    ],
  },
  {
    name: "a page",
    schema: "RunStepList",
    json: `{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}`,
    message: {},
  },
  {
    name: "a delta of a function call, and one without index and type",
    schema: "RunStepDelta",
    json: `{"id":"step_1","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"","output":null}},{"function":{"arguments":"{"}}]}}}`,
    message: {
      id: "step_1",
      delta: {
        stepDetails: {
          toolCalls: {
            toolCalls: [
              {
                index: 0,
                id: "c",
                function: { name: "f", arguments: "", jsonResidue: { nullFields: [3] } },
              },
              { function: { arguments: "{" }, jsonResidue: { members: { type: "" } } },
            ],
          },
        },
      },
    },
  },
  {
    name: "a delta that says nothing",
    schema: "RunStepDelta",
    json: `{"id":"step_1","object":"thread.run.step.delta","delta":{}}`,
    message: { id: "step_1", delta: {} },
  },
  {
    name: "the end of a stream",
    schema: "StreamEvent",
    json: `{"event":"done","data":"[DONE]"}`,
    message: { done: "[DONE]" },
  },
  {
    name: "an error in a member, its code null",
    schema: "StreamEvent",
    json: `{"event":"error","data":{"error":{"message":"m","type":"t","param":null,"code":null}}}`,
    message: { error: { error: { message: "m", type: "t" } } },
  },
  {
    name: "a bare error, its code a number",
    schema: "StreamEvent",
    json: `{"event":"error","data":{"message":"m","code":500}}`,
    message: { error: { message: "m", code: 500 } },
  },
  {
    name: "an event of another kind",
    schema: "StreamEvent",
    json: `{"event":"letter.created","data":{"id":"letter_1","object":"letter","created_at":1}}`,
    message: {
      other: {
        event: "letter.created",
        data: `{"id":"letter_1","object":"letter","created_at":1}`,
      },
    },
    violations: [["unknown_variant", "/event", "StreamEvent.event"]],
  },
  {
    name: "a page within an archive",
    schema: "RunStepDocument",
    json: `{"has_more":true,"last_id":"b","first_id":"a","data":[],"object":"list"}`,
    message: { runStepList: { firstId: "a", lastId: "b", hasMore: true } },
  },
  {
    name: "an object of another kind within an archive",
    schema: "RunStepDocument",
    json: `{"id":"letter_1","object":"letter","metadata":{"n":12345678901234567890}}`,
    message: {
      other: `{"id":"letter_1","object":"letter","metadata":{"n":12345678901234567890}}`,
    },
    violations: [["unknown_variant", "/object", "Document.document"]],
  },
];
