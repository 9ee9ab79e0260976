import type { RequestBody, ScriptedEvent } from "./script.ts";

const ARGUMENTS = '{"city":"Köln","days":2}';

const reasoning = {
  id: "rs_1",
  type: "reasoning",
  summary: [],
  encrypted_content: "gAAA",
  status: null,
};

function textItem(text: string, status: string): object {
  const content = [{ type: "output_text", annotations: [], logprobs: [], text, x_confidence: 0.5 }];
  return { id: "msg_1", type: "message", status, role: "assistant", content };
}

function callItem(text: string, status: string): object {
  const call = { id: "fc_1", type: "function_call", status, call_id: "call_1" };
  return { ...call, name: "get_weather", arguments: text };
}

function callsTool(body: RequestBody): boolean {
  return Array.isArray(body["tools"]) && !JSON.stringify(body).includes("function_call_output");
}

function response(body: RequestBody, status: string, output: readonly object[]): object {
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_790_000_000,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model: body["model"],
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: true,
    temperature: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: body["tools"] ?? [],
    top_p: 1,
    truncation: "disabled",
    usage:
      status === "completed"
        ? {
            input_tokens: 7,
            input_tokens_details: { cached_tokens: 0 },
            output_tokens: 5,
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: 12,
            x_billed: 12345678901234567890n,
          }
        : null,
    user: null,
    metadata: {},
  };
}

/** Returns the response for a request. */
export function responseAnswer(body: RequestBody): object {
  const item = callsTool(body)
    ? callItem(ARGUMENTS, "completed")
    : textItem("Größer.", "completed");
  return response(body, "completed", [reasoning, item]);
}

/** Returns the events of a response that is streamed, with one of a type that nobody knows. */
export function* responseEvents(body: RequestBody): Generator<ScriptedEvent> {
  let number = 0;
  const event = (type: string, members: object): ScriptedEvent => ({
    name: type,
    data: { type, sequence_number: number++, ...members },
  });
  yield event("response.created", { response: response(body, "in_progress", []) });
  yield event("response.in_progress", { response: response(body, "in_progress", []) });
  yield event("response.output_item.added", { output_index: 0, item: reasoning });
  yield event("response.output_item.done", { output_index: 0, item: reasoning });
  const place = { output_index: 1 };
  if (callsTool(body)) {
    yield event("response.output_item.added", { ...place, item: callItem("", "in_progress") });
    const call = { ...place, item_id: "fc_1" };
    for (const delta of ARGUMENTS.match(/.{1,7}/gu) ?? []) {
      yield event("response.function_call_arguments.delta", { ...call, delta });
    }
    const done = { ...call, name: "get_weather", arguments: ARGUMENTS };
    yield event("response.function_call_arguments.done", done);
    const item = callItem(ARGUMENTS, "completed");
    yield event("response.output_item.done", { ...place, item });
  } else {
    const item = { ...textItem("", "in_progress"), content: [] };
    yield event("response.output_item.added", { ...place, item });
    const part = { ...place, item_id: "msg_1", content_index: 0 };
    const empty = { type: "output_text", annotations: [], logprobs: [], text: "" };
    yield event("response.content_part.added", { ...part, part: empty });
    for (const delta of ["Grö", "ßer", "."]) {
      yield event("response.output_text.delta", { ...part, delta, logprobs: [], obfuscation: "x" });
    }
    const text = "Größer.";
    yield event("response.output_text.done", { ...part, text, logprobs: [] });
    yield event("response.content_part.done", { ...part, part: { ...empty, text } });
    yield event("response.output_item.done", { ...place, item: textItem(text, "completed") });
  }
  yield event("response.bakery.warm", { temperature: 230, note: null });
  const whole = responseAnswer(body);
  yield event("response.completed", { response: whole });
}
