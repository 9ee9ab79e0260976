import type { JsonInput, Topic } from "../topic.js";
import { stepText } from "./support.js";

const usage = `{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}`;

/** Tool calls as JSON text, by what they show. */
const calls: readonly (readonly [name: string, json: string])[] = [
  [
    "code interpreter",
    `{"id":"c","type":"code_interpreter","code_interpreter":{"input":"1+1","outputs":[]}}`,
  ],
  [
    "code interpreter with logs and an image",
    `{"id":"c","type":"code_interpreter","code_interpreter":{"input":"","outputs":[{"type":"logs","logs":"2\\n"},{"type":"image","image":{"file_id":"f"}},{"type":"image","image":{"file_id":"f","detail":"high"}}]}}`,
  ],
  [
    "code interpreter with an output that nobody knows",
    `{"id":"c","type":"code_interpreter","code_interpreter":{"input":"x","outputs":[{"type":"plot","plot":{"a":[1]}},{"type":"logs"},{}]}}`,
  ],
  [
    "code interpreter without outputs",
    `{"id":"c","type":"code_interpreter","code_interpreter":{"input":"x"}}`,
  ],
  [
    "code interpreter whose outputs are null",
    `{"id":"c","type":"code_interpreter","code_interpreter":{"input":"x","outputs":null}}`,
  ],
  ["file search, empty", `{"id":"c","type":"file_search","file_search":{}}`],
  [
    "file search as the live service writes it",
    `{"id":"c","type":"file_search","file_search":{"ranking_options":{"ranker":"default_2024_08_21","score_threshold":0.0},"results":[{"file_id":"f","file_name":"n.txt","score":0.8123456789012345,"attributes":{},"content":[{"type":"text","text":"t"}]}]}}`,
  ],
  [
    "file search with every ranker",
    `{"id":"c","type":"file_search","file_search":{"ranking_options":{"ranker":"default-2024-08-21","score_threshold":1}}}`,
  ],
  [
    "file search with a ranker that nobody knows",
    `{"id":"c","type":"file_search","file_search":{"ranking_options":{"ranker":"best"},"results":[]}}`,
  ],
  [
    "file search with attributes and content of all kinds",
    `{"id":"c","type":"file_search","file_search":{"results":[{"file_id":"f","file_name":"n","score":-1.5e-7,"attributes":{"a":null,"b":[{"c":true}],"":1},"content":[{"type":"text","text":"t"},{"text":"u"},{"type":"image","text":null},{}]}]}}`,
  ],
  [
    "function call",
    `{"id":"c","type":"function","function":{"name":"f","arguments":"{\\"a\\":1}","output":null}}`,
  ],
  [
    "function call with an output",
    `{"id":"c","type":"function","function":{"name":"f","arguments":"","output":"done"}}`,
  ],
  [
    "function call whose output is absent",
    `{"id":"c","type":"function","function":{"name":"f","arguments":""}}`,
  ],
  [
    "a tool that nobody knows",
    `{"id":"c","type":"browser","browser":{"tab":12345678901234567890,"url":"https://example.com/\\u00e9"}}`,
  ],
  ["a tool without its payload", `{"id":"c","type":"mcp"}`],
  ["a payload without a type", `{"id":"c","function":{"name":"f","arguments":"","output":null}}`],
  [
    "a type that contradicts its payload",
    `{"id":"c","type":"file_search","function":{"name":"f","arguments":"","output":null}}`,
  ],
  [
    "two payloads",
    `{"id":"c","type":"function","function":{"name":"f","arguments":"","output":null},"file_search":{}}`,
  ],
  [
    "a type that is null",
    `{"id":"c","type":null,"function":{"name":"f","arguments":"","output":null}}`,
  ],
  ["a payload that is null", `{"id":"c","type":"function","function":null}`],
  ["a payload of another type", `{"id":"c","type":"function","function":"f"}`],
  ["an empty call", "{}"],
  ["no call at all", "null"],
];

/** Tool calls of a delta as JSON text. */
const deltaCalls: readonly (readonly [name: string, json: string])[] = [
  ["code", `{"index":0,"type":"code_interpreter","code_interpreter":{"input":"import "}}`],
  [
    "code with outputs",
    `{"index":0,"id":"c","type":"code_interpreter","code_interpreter":{"input":"","outputs":[{"index":0,"type":"logs","logs":"1\\n"},{"index":1,"type":"image","image":{"file_id":"f","detail":"low"}},{"index":2}]}}`,
  ],
  ["code without its payload", `{"index":1,"type":"code_interpreter"}`],
  ["code whose payload is null", `{"index":1,"type":"code_interpreter","code_interpreter":null}`],
  ["file search", `{"index":2,"id":"c","type":"file_search","file_search":{}}`],
  [
    "a function's first piece",
    `{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"","output":null}}`,
  ],
  ["a function's next piece", `{"index":0,"function":{"arguments":"{\\"a"}}`],
  ["an index alone", `{"index":4294967295}`],
  ["an index too large", `{"index":4294967296,"type":"function"}`],
  ["nothing", "{}"],
  ["a tool that nobody knows", `{"index":0,"type":"browser","browser":{"url":"h"}}`],
];

function toolInput([name, call]: readonly [string, string]): JsonInput {
  return {
    name: `step: ${name}`,
    schema: "RunStep",
    json: stepText({ step_details: `{"type":"tool_calls","tool_calls":[${call}]}`, usage }),
  };
}

function deltaInput([name, call]: readonly [string, string]): JsonInput {
  return {
    name: `delta: ${name}`,
    schema: "RunStepDelta",
    json: `{"id":"s","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls","tool_calls":[${call}]}}}`,
  };
}

/** Every type of tool call, and those that the schema does not have. */
export const tools: Topic = {
  topic: "tools",
  about: "Tool calls of run steps and of deltas, of every type and of types that nobody modelled.",
  inputs: [
    ...calls.map(toolInput),
    {
      name: "step: every tool in one step",
      schema: "RunStep",
      json: stepText({
        step_details: `{"tool_calls":[${calls
          .slice(0, 14)
          .map(([, json]) => json)
          .join(" , ")}],"type":"tool_calls"}`,
      }),
    },
    ...deltaCalls.map(deltaInput),
    {
      name: "delta: every tool in one delta",
      schema: "RunStepDelta",
      json: `{"id":"s","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls","tool_calls":[${deltaCalls.map(([, json]) => json).join(",")}]}}}`,
    },
    ...calls.map(([name, json]) => ({ name: `call alone: ${name}`, schema: "ToolCall", json })),
  ],
};
