import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { decodeEvents } from "@stepwire/openai-sse";
import { projectRoot } from "@stepwire/testing";
import { schemaNamed } from "../schemas.js";
import { type AccumulationInput, deriveAccumulation } from "./derive.js";
import type { AccumulationVectorFile, AccumulationVectorOptions } from "./format.js";

const RUNS = "stepwire.v1.StreamEvent";
const CHAT = "stepwire.chat.v1.ChatCompletionStreamEvent";
const RESPONSES = "stepwire.responses.v1.ResponseStreamEvent";

/** Events of run steps: the step, if there is one, and deltas of its tool calls or of itself. */
function steps(
  name: string,
  deltas: readonly unknown[],
  { step, ...options }: AccumulationVectorOptions & { step?: object } = {},
): AccumulationInput {
  const events = deltas.map((delta) => ({
    event: "thread.run.step.delta",
    data: { id: "step_1", delta: Array.isArray(delta) ? callsOf(delta) : delta },
  }));
  const created = { event: "thread.run.step.created", data: { id: "step_1", ...step } };
  const all = step === undefined ? events : [created, ...events];
  return { name, schema: RUNS, options, events: all.map((event) => JSON.stringify(event)) };
}

function callsOf(calls: readonly unknown[]): object {
  return { step_details: { type: "tool_calls", tool_calls: calls } };
}

/** Chunks of a completion with one choice. */
function chat(
  name: string,
  deltas: readonly object[],
  options: AccumulationVectorOptions = {},
): AccumulationInput {
  const events = deltas.map((delta) => ({
    event: "",
    data: {
      id: "c_1",
      object: "chat.completion.chunk",
      created: 1,
      model: "m",
      choices: [{ index: 0, delta, finish_reason: null }],
    },
  }));
  return { name, schema: CHAT, options, events: events.map((event) => JSON.stringify(event)) };
}

/** Events of a response, after the one that creates it. */
function response(
  name: string,
  events: readonly (readonly [event: string, data: object])[],
  options: AccumulationVectorOptions = {},
): AccumulationInput {
  const created = ["response.created", { response: { id: "r_1", output: [] } }] as const;
  const texts = [created, ...events].map(([event, data]) => JSON.stringify({ event, data }));
  return { name, schema: RESPONSES, options, events: texts };
}

/** The texts of events, of which some have numbers that JavaScript cannot hold. */
function texts(name: string, schema: string, ...events: readonly string[]): AccumulationInput {
  return { name, schema, events };
}

const f = { index: 0, id: "call_1", type: "function" };

const stepCases: readonly AccumulationInput[] = [
  steps("a call in parts", [
    [{ ...f, function: { name: "f", arguments: "", output: null } }],
    [{ index: 0, type: "function", function: { arguments: '{"x"' } }],
    [{ index: 0, function: { arguments: ":1}\u{1f642}" } }],
  ]),
  steps("a character in two halves", [
    [{ ...f, function: { name: "f", arguments: "a\ud83d" } }],
    [{ index: 0, function: { arguments: "\ude42b" } }],
  ]),
  steps("half a character that stays alone", [
    [{ ...f, function: { name: "f", arguments: "a\ud83d" } }],
    [{ index: 0, function: { arguments: "b" } }],
    [{ index: 0, function: { arguments: "\ude42" } }],
  ]),
  steps("skipped elements", [
    [{ index: 2, id: "call_3", type: "mcp", name: "f", arguments: "{" }],
    [
      { index: 0, type: "code_interpreter", code_interpreter: { input: "1" } },
      { index: 2, arguments: "}" },
    ],
  ]),
  steps("elements without an index", [
    [{ id: "call_1", type: "function", function: { name: "f", arguments: "{" } }],
    [{ id: "call_2", type: "function", function: { name: "g", arguments: "[" } }],
    [{ id: "call_1", function: { arguments: "}" } }],
    [{ function: { arguments: "]" } }],
  ]),
  steps("40 calls, found by identifier", [
    Array.from({ length: 40 }, (_, index) => ({
      index,
      id: `call_${index}`,
      type: "function",
      function: { name: "f", arguments: "" },
    })),
    [{ id: "call_37", function: { arguments: "{}" } }],
  ]),
  steps("a type that the schema does not have", [
    [{ index: 0, id: "b", type: "browser", browser: { call_id: "b_1", input: null, depth: 1 } }],
    [{ index: 0, type: "browser", browser: { call_id: "b_1", input: "where", depth: 2 } }],
    [{ index: 0, browser: { input: " is it?", output: { text: "The" }, pages: [{ index: 1 }] } }],
    [{ index: 0, browser: { output: { text: "re" }, pages: [{ index: 0, text: "a" }] } }],
  ]),
  texts(
    "numbers keep their spelling",
    RUNS,
    '{"event":"thread.run.step.delta","data":{"id":"s","delta":{"cost":{"a":1.50,"b":1E3}}}}',
    '{"event":"thread.run.step.delta","data":{"id":"s","delta":{"cost":{"b":12345678901234567890}}}}',
  ),
  steps("40 unknown members, then more and others", [
    Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`m${index}`, "a"])),
    { m3: "b", "7": "x", m39: "c", "2": [1] },
    { m3: "b", "7": "y", m40: { a: "1" } },
  ]),
  steps("null and empty values", [[{ ...f, function: { name: null, arguments: "" } }], [f]], {
    step: {
      status: "in_progress",
      ...callsOf([{ ...f, function: { name: "f", arguments: "{" } }]),
    },
  }),
  steps("members of the step and its metadata", [
    { status: "completed", usage: { total_tokens: 1 }, metadata: { a: "b" } },
    { metadata: { a: "c", "10": 1, "9": null } },
  ]),
  steps(
    "setNames",
    [
      { a: "x", b_a: "x" },
      { a: "y", b_a: "y" },
    ],
    { setNames: ["a"] },
  ),
];

const event = (name: string, data: object): string => JSON.stringify({ event: name, data });

const eventCases: readonly AccumulationInput[] = [
  texts(
    "objects of several types, and the end",
    RUNS,
    event("thread.run.created", { id: "run_1", status: "queued" }),
    event("thread.run.step.created", { id: "step_1", run_id: "run_1" }),
    event("thread.message.created", { id: "msg_1", role: "assistant", content: [] }),
    event("letter.delta", { id: "letter_1" }),
    event("thread.message.delta", {
      id: "msg_1",
      delta: { content: [{ index: 0, type: "text", text: { value: "Hi", annotations: [] } }] },
    }),
    event("thread.run.completed", { id: "run_1", status: "completed" }),
    '{"event":"done","data":"[DONE]"}',
  ),
  texts(
    "only some objects",
    RUNS,
    event("thread.run.created", { id: "run_1" }),
    event("thread.run.step.created", { id: "step_1" }),
  ),
  texts(
    "an error without a name",
    RUNS,
    event("thread.run.step.in_progress", { id: "step_1" }),
    event("message", { error: { message: "no more" } }),
  ),
  texts("no event", RUNS),
].map((input) =>
  input.name === "only some objects"
    ? { ...input, options: { objects: ["stepwire.v1.RunStep"] } }
    : input,
);

const refusals: readonly AccumulationInput[] = [
  texts("missing_id", RUNS, event("thread.run.step.delta", { delta: {} })),
  texts(
    "object_ended, then what may still come",
    RUNS,
    event("thread.run.step.completed", {
      id: "step_1",
      ...callsOf([{ ...f, function: { name: "f", arguments: "{", output: null } }]),
    }),
    event("thread.run.step.delta", {
      id: "step_1",
      delta: callsOf([{ index: 0, function: { arguments: "}", output: "1" } }]),
    }),
    event("thread.run.step.delta", {
      id: "step_1",
      delta: callsOf([{ index: 0, function: { output: "2" } }]),
    }),
  ),
  steps("not_mergeable: another type", [[f], [{ index: 0, type: "browser" }]]),
  steps("not_mergeable: another JSON type", [
    [{ ...f, function: { name: "f", arguments: "{" } }],
    [{ index: 0, function: { arguments: 5 } }],
    [{ index: 0, function: { arguments: "}" } }],
  ]),
  steps("identity_in_delta", [{ run_id: "run_2" }, { object: "thread.run.step" }]),
  steps("identity_changed", [[f], [{ index: 0, id: "call_2" }]]),
  texts(
    "identity_changed: another run",
    RUNS,
    event("thread.run.step.created", { id: "step_1", run_id: "run_1" }),
    event("thread.run.step.created", { id: "step_1", run_id: "run_2" }),
  ),
  steps("invalid_index", [[{ index: -1 }], [{ index: "a" }]]),
  steps("index_gap", [[{ index: 3 }], [{ index: 2 }]], { maxIndexGap: 2 }),
  steps("too_many_elements", [[{ index: 2 }], [{ index: 1 }]], { maxElements: 2 }),
  steps("too_many_members", [{ a: 1, b: 2 }, { c: { x: 1 } }, { d: 1 }, { c: { y: 1, z: 2 } }], {
    maxMembers: 4,
  }),
  texts(
    "too_many_objects",
    RUNS,
    event("thread.run.created", { id: "run_1" }),
    event("thread.run.step.created", { id: "step_1" }),
    event("thread.run.created", { id: "run_1", status: "queued" }),
  ),
  steps("too_large: all objects", [[{ ...f, function: { arguments: "a" } }], { a: "b" }], {
    maxSize: 340,
  }),
  steps("too_large: unknown JSON to merge", [{ a: "bc" }, { a: "d".repeat(7) }, { a: "d" }], {
    maxTextLength: 8,
  }),
].map((input) =>
  input.name === "too_many_objects" ? { ...input, options: { maxObjects: 1 } } : input,
);

const chatCases: readonly AccumulationInput[] = [
  chat("text", [{ role: "assistant", content: "" }, { content: "Hel" }, { content: "lo" }]),
  chat("text, then parts", [
    { content: "4" },
    {
      content: [
        { type: "text", text: "2" },
        { type: "thinking", thinking: [] },
      ],
    },
    { content: "" },
    { content: "!" },
  ]),
  chat("content that no arm holds", [{ content: "4" }, { content: 2 }, { content: "5" }]),
  chat("tool calls", [
    {
      tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "f", arguments: "" } }],
    },
    { tool_calls: [{ index: 0, function: { arguments: "{}" } }] },
    { tool_calls: [{ index: 1, id: "d", type: "custom", custom: { name: "g", input: "a" } }] },
  ]),
  chat("unknown members and reasoning", [
    { reasoning_content: "a", x_groq: { id: "q", usage: { a: 1 } } },
    { reasoning_content: "b", x_groq: { usage: { b: 2 } }, p: "pad" },
  ]),
  texts(
    "other identifiers, and an error",
    CHAT,
    event("", { id: "", object: "", created: 0, model: "", choices: [] }),
    event("", { id: "c_1", object: "chat.completion.chunk", created: 5, model: "m", choices: [] }),
    event("", { id: "c_2", object: "chat.completion.chunk", created: 0, model: "m", choices: [] }),
    event("", { error: { message: "no more" } }),
  ),
];

const item = { type: "message", id: "m_1", role: "assistant", status: "in_progress", content: [] };
const textDelta = (content_index: number, delta: string) =>
  [
    "response.output_text.delta",
    { item_id: "m_1", output_index: 0, content_index, delta, logprobs: [] },
  ] as const;

const responseCases: readonly AccumulationInput[] = [
  response("a message", [
    ["response.output_item.added", { output_index: 0, item }],
    [
      "response.content_part.added",
      {
        output_index: 0,
        content_index: 0,
        item_id: "m_1",
        part: { type: "output_text", text: "", annotations: [], logprobs: [] },
      },
    ],
    textDelta(0, "Hel"),
    textDelta(0, "lo"),
    [
      "response.output_item.done",
      { output_index: 0, item: { ...item, status: "completed", content: [] } },
    ],
  ]),
  response("skipped items", [
    ["response.output_item.added", { output_index: 2, item }],
    ["response.output_item.added", { output_index: 1, item: { type: "letter", text: "a" } }],
  ]),
  response("a path that is not there", [
    ["response.output_item.added", { output_index: 0, item: { type: "letter", text: "a" } }],
    textDelta(0, "b"),
  ]),
  response("an index that is missing", [
    ["response.output_text.delta", { item_id: "m_1", content_index: 0, delta: "a" }],
  ]),
  response("a status by name", [
    [
      "response.output_item.added",
      { output_index: 0, item: { type: "web_search_call", id: "w_1", status: "in_progress" } },
    ],
    ["response.web_search_call.searching", { output_index: 0, item_id: "w_1" }],
    ["response.completed", { response: { id: "r_1", status: "completed", output: [] } }],
  ]),
];

/** The events of a stream of the samples. */
async function sample(path: string, schema: string): Promise<AccumulationInput> {
  const desc = schemaNamed(schema);
  const events: string[] = [];
  const bytes = readFileSync(join(projectRoot, "samples", path));
  for await (const message of decodeEvents(desc, [bytes])) {
    events.push(stringifyOpenAI(desc, message));
  }
  return { name: `samples/${path}`, schema, events };
}

/** Returns all vectors for accumulators. */
export async function accumulationVectors(): Promise<readonly AccumulationVectorFile[]> {
  const file = (name: string, about: string, inputs: readonly AccumulationInput[]) => ({
    topic: `accumulation/${name}`,
    about,
    cases: inputs.map(deriveAccumulation),
  });
  return [
    file("steps", "Deltas of run steps.", stepCases),
    file("events", "Events about several objects, and the end of a stream.", eventCases),
    file("refusals", "Events that are refused, for each code.", refusals),
    file("chat", "Chunks of completions.", chatCases),
    file("responses", "Events that change a part of a response.", responseCases),
    file("samples", "Whole streams.", [
      await sample("stream.sse", RUNS),
      await sample("chat/stream.sse", CHAT),
      await sample("responses/stream.sse", RESPONSES),
    ]),
  ];
}
