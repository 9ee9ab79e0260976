import type { RequestBody, ScriptedEvent } from "./script.ts";

const ARGUMENTS = '{"city":"Köln","days":2}';

const usage = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 4 },
  // No reader has a field for it, and no double holds it.
  x_billed: 12345678901234567890n,
};

function base(body: RequestBody): object {
  return { id: "chatcmpl_1", created: 1_790_000_000, model: body["model"], x_region: null };
}

/** Returns whether the model calls a tool: it does if it has any, and has no result yet. */
export function callsTool(body: RequestBody): boolean {
  return Array.isArray(body["tools"]) && !JSON.stringify(body).includes('"role":"tool"');
}

/** Returns the completion for a request. */
export function chatAnswer(body: RequestBody): object {
  const isTool = callsTool(body);
  const call = { name: "get_weather", arguments: ARGUMENTS };
  const message = isTool
    ? {
        role: "assistant",
        content: null,
        refusal: null,
        tool_calls: [{ id: "call_1", type: "function", function: call }],
      }
    : {
        role: "assistant",
        content: "Größer als 🥐.",
        refusal: null,
        reasoning_content: "Bread is smaller.",
        annotations: [],
      };
  return {
    ...base(body),
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs: null, finish_reason: isTool ? "tool_calls" : "stop" }],
    usage,
    service_tier: "default",
  };
}

/** Returns the events of a completion that is streamed. */
export function* chatEvents(body: RequestBody): Generator<ScriptedEvent> {
  const chunk = (delta: object, finish: string | null = null): ScriptedEvent => ({
    data: {
      ...base(body),
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      obfuscation: "aXb3",
    },
  });
  const isTool = callsTool(body);
  yield chunk({ role: "assistant", content: isTool ? null : "", refusal: null });
  if (isTool) {
    const call = { name: "get_weather", arguments: "" };
    yield chunk({ tool_calls: [{ index: 0, id: "call_1", type: "function", function: call }] });
    for (const part of ARGUMENTS.match(/.{1,7}/gu) ?? []) {
      yield chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] });
    }
  } else {
    yield chunk({ reasoning_content: "Bread is smaller." });
    for (const part of ["Größer", " als", " 🥐", "."]) {
      yield chunk({ content: part });
    }
  }
  yield chunk({}, isTool ? "tool_calls" : "stop");
  if (body["stream_options"] !== undefined) {
    yield { data: { ...base(body), object: "chat.completion.chunk", choices: [], usage } };
  }
  yield { data: "[DONE]" };
}
