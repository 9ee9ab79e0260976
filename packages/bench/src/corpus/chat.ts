import type { JsonObject } from "./document.js";
import { between, chance, pick, type Random } from "./random.js";
import { functionArguments, time } from "./steps.js";
import { identifier, letters, text, token } from "./text.js";

const models = [
  "gpt-4o-mini-2024-07-18",
  "gpt-4.1-nano-2025-04-14",
  "gpt-4-1106-preview",
  "llama-3.3-70b-versatile",
  "mistral-small-latest",
];

function fingerprint(random: Random): string {
  return `fp_${letters(random, 10).toLowerCase()}`;
}

/** A part of a streamed completion, from the service itself or from others with its API. */
export function chatChunk(random: Random): JsonObject {
  const kind = random(100);
  if (kind < 60) {
    return openaiChunk(random);
  }
  if (kind < 75) {
    return compatibleChunk(random);
  }
  return kind < 90 ? groqChunk(random) : sortedChunk(random);
}

function openaiChunk(random: Random): JsonObject {
  const isLast = chance(random, 4);
  return {
    id: identifier(random, "chatcmpl", "-"),
    object: "chat.completion.chunk",
    created: time(random),
    model: pick(random, models),
    service_tier: "default",
    system_fingerprint: fingerprint(random),
    choices: [
      {
        index: 0,
        delta: isLast ? {} : delta(random),
        logprobs: null,
        finish_reason: isLast ? pick(random, ["stop", "tool_calls", "length"]) : null,
      },
    ],
    usage: null,
    ...(chance(random, 70) ? { obfuscation: letters(random, between(random, 2, 14)) } : {}),
  };
}

/** One of a server that leaves out what OpenAI has added later. */
function compatibleChunk(random: Random): JsonObject {
  return {
    id: letters(random, 32).toLowerCase(),
    object: "chat.completion.chunk",
    created: time(random),
    model: pick(random, models),
    choices: [{ index: 0, delta: delta(random), finish_reason: null, logprobs: null }],
  };
}

function groqChunk(random: Random): JsonObject {
  return {
    id: identifier(random, "chatcmpl", "-"),
    object: "chat.completion.chunk",
    created: time(random),
    model: pick(random, models),
    system_fingerprint: fingerprint(random),
    choices: [
      {
        index: 0,
        delta: chance(random, 50) ? { reasoning: token(random) } : delta(random),
        logprobs: null,
        finish_reason: null,
      },
    ],
    ...(chance(random, 5) ? { x_groq: { id: `req_${letters(random, 26).toLowerCase()}` } } : {}),
  };
}

/** One of Azure, whose members are in alphabetical order. */
function sortedChunk(random: Random): JsonObject {
  return {
    choices: [
      {
        content_filter_results: {},
        delta: { content: token(random) },
        finish_reason: null,
        index: 0,
        logprobs: null,
      },
    ],
    created: time(random),
    id: identifier(random, "chatcmpl", "-"),
    model: pick(random, models),
    object: "chat.completion.chunk",
    system_fingerprint: fingerprint(random),
  };
}

function delta(random: Random): JsonObject {
  const kind = random(100);
  if (kind < 5) {
    return { role: "assistant", content: "", refusal: null };
  }
  if (kind < 75) {
    return { content: token(random) };
  }
  return {
    tool_calls: [
      kind < 97
        ? { index: random(2), function: { arguments: token(random) } }
        : {
            index: random(2),
            id: identifier(random, "call"),
            type: "function",
            function: { name: "get_current_weather", arguments: "" },
          },
    ],
  };
}

/** A completion, from the service itself or from others with its API. */
export function chatCompletion(random: Random): JsonObject {
  const isForeign = chance(random, 30);
  const count = chance(random, 5) ? 2 : 1;
  return {
    id: identifier(random, "chatcmpl", "-"),
    object: "chat.completion",
    created: time(random),
    model: pick(random, models),
    choices: Array.from({ length: count }, (_, index) => choice(random, index, isForeign)),
    usage: usage(random, isForeign),
    ...(isForeign
      ? { system_fingerprint: null }
      : { service_tier: "default", system_fingerprint: fingerprint(random) }),
    ...(isForeign && chance(random, 30)
      ? { x_groq: { id: `req_${letters(random, 26).toLowerCase()}` } }
      : {}),
  };
}

function choice(random: Random, index: number, isForeign: boolean): JsonObject {
  const hasCalls = chance(random, 25);
  return {
    index,
    message: {
      role: "assistant",
      content: hasCalls
        ? null
        : text(random, "prose", pick(random, [5, 40, 120, 400, 1_200, 3_000])),
      ...(hasCalls
        ? {
            tool_calls: Array.from({ length: between(random, 1, 3) }, () => ({
              id: identifier(random, "call"),
              type: "function",
              function: { name: "get_current_weather", arguments: functionArguments(random) },
            })),
          }
        : {}),
      ...(isForeign
        ? chance(random, 40)
          ? { reasoning_content: text(random, "prose", between(random, 100, 1_500)) }
          : {}
        : { refusal: null, annotations: [] }),
    },
    logprobs: null,
    finish_reason: hasCalls ? "tool_calls" : pick(random, ["stop", "stop", "stop", "length"]),
  };
}

function usage(random: Random, isForeign: boolean): JsonObject {
  const [prompt, completion] = [random(5_000), random(2_000)];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(isForeign
      ? chance(random, 50)
        ? { queue_time: random(1_000_000) / 1e6, total_time: random(1_000_000_000) / 1e9 }
        : {}
      : {
          prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
          completion_tokens_details: {
            reasoning_tokens: 0,
            audio_tokens: 0,
            accepted_prediction_tokens: 0,
            rejected_prediction_tokens: 0,
          },
        }),
  };
}
