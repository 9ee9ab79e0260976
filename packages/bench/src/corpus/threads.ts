import type { JsonObject } from "./document.js";
import { between, chance, pick, type Random } from "./random.js";
import { functionArguments, time } from "./steps.js";
import { identifier, text, token } from "./text.js";

/** A change of a message: mostly one token. */
export function messageDelta(random: Random): JsonObject {
  const kind = random(100);
  return {
    id: identifier(random, "msg"),
    object: "thread.message.delta",
    delta: {
      content: [
        {
          index: 0,
          type: "text",
          text:
            kind < 5
              ? { value: token(random), annotations: [] }
              : kind < 10
                ? { value: "【4:0†source】", annotations: [annotation(random)] }
                : { value: token(random) },
        },
      ],
    },
  };
}

function annotation(random: Random): JsonObject {
  const start = random(2_000);
  return {
    index: random(3),
    type: "file_citation",
    text: `【4:${random(20)}†source】`,
    start_index: start,
    end_index: start + 12,
    file_citation: { file_id: identifier(random, "file", "-") },
  };
}

/** A run, as the live service writes it. */
export function run(random: Random): JsonObject {
  const created = time(random);
  const status = pick(random, [
    "queued",
    "in_progress",
    "completed",
    "completed",
    "completed",
    "requires_action",
    "failed",
    "expired",
  ]);
  const isDone = status === "completed";
  return {
    id: identifier(random, "run"),
    object: "thread.run",
    created_at: created,
    assistant_id: identifier(random, "asst"),
    thread_id: identifier(random, "thread"),
    status,
    started_at: status === "queued" ? null : created + random(5),
    expires_at: isDone ? null : created + 600,
    cancelled_at: null,
    failed_at: status === "failed" ? created + 7 : null,
    completed_at: isDone ? created + random(90) : null,
    required_action: status === "requires_action" ? requiredAction(random) : null,
    last_error:
      status === "failed"
        ? { code: "server_error", message: text(random, "prose", between(random, 20, 90)) }
        : null,
    model: pick(random, ["gpt-4o", "gpt-4-turbo", "gpt-4o-mini", "gpt-4-1106-preview"]),
    instructions: chance(random, 35)
      ? null
      : text(random, "prose", pick(random, [40, 120, 300, 900])),
    tools: Array.from({ length: pick(random, [0, 1, 1, 2, 3]) }, () => tool(random)),
    tool_resources: {},
    metadata: chance(random, 25) ? { user: `user_${random(1_000)}`, topic: "weather" } : {},
    temperature: 1,
    top_p: 1,
    ...(chance(random, 50) ? { reasoning_effort: null } : {}),
    max_completion_tokens: chance(random, 20) ? 1_000 : null,
    max_prompt_tokens: null,
    truncation_strategy: { type: "auto", last_messages: null },
    incomplete_details: null,
    usage: isDone
      ? {
          prompt_tokens: random(20_000),
          completion_tokens: random(2_000),
          total_tokens: random(22_000),
          prompt_token_details: { cached_tokens: 0 },
          completion_tokens_details: { reasoning_tokens: 0 },
        }
      : null,
    response_format: "auto",
    tool_choice: "auto",
    parallel_tool_calls: true,
  };
}

function requiredAction(random: Random): JsonObject {
  return {
    type: "submit_tool_outputs",
    submit_tool_outputs: {
      tool_calls: Array.from({ length: between(random, 1, 3) }, () => ({
        id: identifier(random, "call"),
        type: "function",
        function: { name: "get_current_weather", arguments: functionArguments(random) },
      })),
    },
  };
}

function tool(random: Random): JsonObject {
  switch (random(4)) {
    case 0:
      return { type: "code_interpreter" };
    case 1:
      return {
        type: "file_search",
        file_search: { ranking_options: { ranker: "default_2024_08_21", score_threshold: 0 } },
      };
    default:
      return {
        type: "function",
        function: {
          name: `get_value_${random(1_000)}`,
          description: text(random, "prose", between(random, 30, 150)),
          parameters: {
            type: "object",
            properties: {
              location: { type: "string", description: text(random, "prose", 40) },
              unit: { type: "string", enum: ["celsius", "fahrenheit"] },
            },
            required: ["location"],
          },
          strict: false,
        },
      };
  }
}
