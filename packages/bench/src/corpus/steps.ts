import type { JsonObject } from "./document.js";
import { between, chance, pick, type Random } from "./random.js";
import { identifier, text, token } from "./text.js";

/** A Unix time of the recordings. */
export function time(random: Random): number {
  return 1_700_000_000 + random(90_000_000);
}

/** A run step as the live service writes it. */
export function runStep(random: Random): JsonObject {
  const kind = random(100);
  if (kind < 45) {
    return step(random, "message_creation", {
      type: "message_creation",
      message_creation: { message_id: identifier(random, "msg") },
    });
  }
  const calls = kind < 53 ? [] : toolCalls(random);
  return step(random, "tool_calls", { type: "tool_calls", tool_calls: calls });
}

/** A step of which the input and output of the code interpreter have 50 KB. */
export function largeStep(random: Random): JsonObject {
  const call = codeInterpreterCall(random, between(random, 25_000, 35_000), 19_000);
  return step(random, "tool_calls", { type: "tool_calls", tool_calls: [call] });
}

/** A page of 1 to 20 steps; the service's default is at most 20. */
export function runStepList(random: Random): JsonObject {
  const data = Array.from({ length: between(random, 1, 20) }, () => runStep(random));
  return {
    object: "list",
    data,
    first_id: data[0]?.["id"],
    last_id: data.at(-1)?.["id"],
    has_more: chance(random, 30),
  };
}

/** A change of a step: mostly one token of a tool call. */
export function runStepDelta(random: Random): JsonObject {
  const kind = random(100);
  return {
    id: identifier(random, "step"),
    object: "thread.run.step.delta",
    delta: {
      step_details:
        kind < 3
          ? {
              type: "message_creation",
              message_creation: { message_id: identifier(random, "msg") },
            }
          : { type: "tool_calls", tool_calls: [callDelta(random)] },
    },
  };
}

function callDelta(random: Random): JsonObject {
  const kind = random(100);
  const index = chance(random, 85) ? 0 : between(random, 1, 3);
  if (kind < 45) {
    return { index, type: "code_interpreter", code_interpreter: { input: token(random) } };
  }
  if (kind < 85) {
    return { index, type: "function", function: { arguments: token(random) } };
  }
  const id = identifier(random, "call");
  switch (kind % 4) {
    case 0:
      return {
        index,
        id,
        type: "function",
        function: { name: pick(random, functionNames), arguments: "", output: null },
      };
    case 1:
      return { index, id, type: "code_interpreter", code_interpreter: { input: "", outputs: [] } };
    case 2: {
      const logs = text(random, "output", between(random, 5, 200));
      const outputs = [{ index: 0, type: "logs", logs }];
      return { index, type: "code_interpreter", code_interpreter: { outputs } };
    }
    default:
      return {
        index,
        id,
        type: "file_search",
        file_search: { ranking_options: { ranker: "auto", score_threshold: 0 }, results: [] },
      };
  }
}

function step(random: Random, type: string, details: JsonObject): JsonObject {
  const created = time(random);
  const end = created + between(random, 1, 60);
  const state = random(100);
  const isCompleted = state < 70;
  const isFailed = state >= 92 && state < 96;
  const isCancelled = state >= 96 && state < 98;
  return {
    id: identifier(random, "step"),
    object: "thread.run.step",
    created_at: created,
    run_id: identifier(random, "run"),
    assistant_id: identifier(random, "asst"),
    thread_id: identifier(random, "thread"),
    type,
    status: isCompleted
      ? "completed"
      : isFailed
        ? "failed"
        : isCancelled
          ? "cancelled"
          : state < 92
            ? "in_progress"
            : "expired",
    cancelled_at: isCancelled ? end : null,
    completed_at: isCompleted ? end : null,
    expires_at: chance(random, 5) ? null : created + 600,
    failed_at: isFailed ? end : null,
    last_error: isFailed
      ? {
          code: pick(random, ["server_error", "rate_limit_exceeded"]),
          message: text(random, "prose", between(random, 30, 120)),
        }
      : null,
    step_details: details,
    usage: isCompleted ? usage(random) : null,
  };
}

/** The tokens of a step; newer recordings have two members more. */
function usage(random: Random): JsonObject {
  const [prompt, completion] = [random(20_000), random(1_500)];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(chance(random, 40)
      ? {
          prompt_token_details: { cached_tokens: chance(random, 70) ? 0 : random(prompt + 1) },
          completion_tokens_details: { reasoning_tokens: 0 },
        }
      : {}),
  };
}

function toolCalls(random: Random): readonly JsonObject[] {
  const count = pick(random, [1, 1, 1, 1, 1, 2, 2, 3, 4]);
  return Array.from({ length: count }, () => {
    const kind = random(100);
    if (kind < 42) {
      return codeInterpreterCall(random, between(random, 15, 900), between(random, 5, 400));
    }
    return kind < 88 ? functionCall(random) : fileSearchCall(random);
  });
}

function codeInterpreterCall(random: Random, input: number, logs: number): JsonObject {
  const kind = random(10);
  const outputs = [
    ...(kind < 8 ? [{ type: "logs", logs: text(random, "output", logs) }] : []),
    ...(kind > 6 ? [{ type: "image", image: { file_id: identifier(random, "file", "-") } }] : []),
  ];
  return {
    id: identifier(random, "call"),
    type: "code_interpreter",
    code_interpreter: { input: text(random, "code", input), outputs },
  };
}

/** Some functions of the recordings' kind. */
const functionNames = [
  "CurrentTemperature",
  "get_current_weather",
  "RainProbability",
  "search_documents",
  "add_two_numbers",
  "lookup_order",
];

function functionCall(random: Random): JsonObject {
  const output = random(10);
  return {
    id: identifier(random, "call"),
    type: "function",
    function: {
      name: pick(random, functionNames),
      arguments: functionArguments(random),
      output:
        output < 3
          ? null
          : output < 6
            ? `${random(50)}°C`
            : JSON.stringify({ value: random(1_000), note: text(random, "prose", random(80)) }),
    },
  };
}

/** The arguments of a function: JSON in a string. */
export function functionArguments(random: Random): string {
  const place = pick(random, ["Lima, Peru", "San Francisco, CA", "Zürich", "東京", "Oslo"]);
  switch (random(3)) {
    case 0:
      return `{"location": "${place}", "unit": "${pick(random, ["celsius", "fahrenheit"])}"}`;
    case 1:
      return JSON.stringify({ a: random(1_000), b: random(1_000) });
    default:
      return JSON.stringify({ query: text(random, "prose", between(random, 10, 90)), limit: 10 });
  }
}

function fileSearchCall(random: Random): JsonObject {
  const hasContent = chance(random, 30);
  const files = Array.from({ length: between(random, 1, 4) }, () => ({
    file_id: identifier(random, "file", "-"),
    file_name: `/app/assets/documents/chapter-${random(1_000)}.pdf`,
  }));
  const results = Array.from({ length: between(random, 0, hasContent ? 6 : 20) }, () => ({
    ...pick(random, files),
    score: (random(2 ** 31) * 2 ** 22 + random(2 ** 22)) / 2 ** 53,
    ...(hasContent
      ? { content: [{ type: "text", text: text(random, "prose", between(random, 200, 1_500)) }] }
      : {}),
  }));
  return {
    id: identifier(random, "call"),
    type: "file_search",
    file_search: {
      ranking_options: {
        ranker: pick(random, ["default_2024_08_21", "default-2024-08-21"]),
        score_threshold: 0,
      },
      results,
    },
  };
}
