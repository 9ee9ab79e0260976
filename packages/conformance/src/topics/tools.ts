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
  ["a tool that nobody knows, without its payload", `{"id":"c","type":"browser"}`],
  ["a tool without its payload", `{"id":"c","type":"azure_function"}`],
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

/** Tool calls of Azure's agents and of DashScope, as these servers write them. */
const foreignCalls: readonly (readonly [name: string, json: string])[] = [
  [
    "azure function",
    `{"id":"c","type":"azure_function","azure_function":{"name":"ask","arguments":"{\\"q\\":1}","output":"Seven"}}`,
  ],
  [
    "azure function without an output",
    `{"id":"c","type":"azure_function","azure_function":{"name":"ask","arguments":"","output":null}}`,
  ],
  [
    "fabric data agent",
    `{"id":"c","type":"fabric_dataagent","fabric_dataagent":{"input":"\\"largest store\\"","output":"Store 7"}}`,
  ],
  [
    "MCP tool",
    `{"id":"c","type":"mcp","arguments":"{}","name":"fetch_docs","server_label":"code","output":"# Docs\\nAll."}`,
  ],
  [
    "MCP tool without an output",
    `{"id":"c","type":"mcp","arguments":"{}","name":"fetch_docs","server_label":"code","output":null}`,
  ],
  ["MCP tool with a payload", `{"id":"c","type":"mcp","mcp":{"x":1},"name":"f"}`],
  ["MCP tool alone", `{"id":"c","type":"mcp"}`],
  [
    "connected agent",
    `{"id":"c","type":"connected_agent","connected_agent":{"name":"stock","arguments":"{}","output":"350","run_id":"r","thread_id":"t","assistant_id":"a"}}`,
  ],
  [
    "Azure AI search",
    `{"id":"c","type":"azure_ai_search","azure_ai_search":{"input":"sleeping bag","output":"{'summary': 'Retrieved 5 documents.'}"}}`,
  ],
  [
    "Bing",
    `{"id":"c","type":"bing_grounding","bing_grounding":{"requesturl":"https://example.com/search?q=Euler","response_metadata":"{'market': 'en-US'}"}}`,
  ],
  [
    "Bing before the answer",
    `{"id":"c","type":"bing_custom_search","bing_custom_search":{"requesturl":"","response_metadata":null}}`,
  ],
  [
    "SharePoint",
    `{"id":"c","type":"sharepoint_grounding","sharepoint_grounding":{"input":"list_documents","output":"[redacted]"}}`,
  ],
  [
    "deep research",
    `{"id":"c","type":"deep_research","deep_research":{"input":"{\\"prompt\\":\\"p\\"}","output":null}}`,
  ],
  [
    "browser automation",
    `{"id":"c","type":"browser_automation","browser_automation":{"input":"Go.","output":"24 %","steps":[{"last_step_result":"Unknown","current_state":"Started.","next_step":"Search."},{"last_step_result":"Success","current_state":"Found.","next_step":"Report."}]}}`,
  ],
  [
    "quark search",
    `{"id":"","quark_search":{"input":"{\\"query\\":\\"\u5929\u6c14\\"}","output":"{\\"success\\":true}"},"type":"quark_search"}`,
  ],
  [
    "OpenAPI, whose payload is a function call",
    `{"id":"c","type":"openapi","function":{"name":"get_weather","arguments":"{}","output":"{'temp': '27'}"}}`,
  ],
  ["a payload that is empty", `{"id":"c","type":"deep_research","deep_research":{}}`],
  [
    "a payload with a member that nobody knows",
    `{"id":"c","type":"fabric_dataagent","fabric_dataagent":{"input":"i","output":"o","tables":[1.50]}}`,
  ],
  [
    "a payload with a text that is none",
    `{"id":"c","type":"azure_ai_search","azure_ai_search":{"input":{"q":1},"output":null}}`,
  ],
];

/** Details of a step that are neither a message nor tool calls. */
const activities: readonly (readonly [name: string, json: string])[] = [
  ["none", `{"type":"activities","activities":[]}`],
  [
    "the tools of a server",
    `{"type":"activities","activities":[{"id":"a","type":"mcp_list_tools","server_label":"code","tools":{"fetch":{"description":"Fetches.","parameters":{"type":"object"}},"find":{"description":"Finds.","parameters":{"type":"object","properties":{"page":{"type":"number","minimum":1.0}},"required":["q"],"additionalProperties":false}}}}]}`,
  ],
  [
    "an activity that nobody knows",
    `{"type":"activities","activities":[{"id":"a","type":"nap","minutes":5},{"id":"b"}]}`,
  ],
  ["no list", `{"type":"activities","activities":{}}`],
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

/** Tool calls of a delta, as Azure's agents stream them. */
const foreignDeltas: readonly (readonly [name: string, json: string])[] = [
  [
    "azure function, first piece",
    `{"index":0,"id":"c","type":"azure_function","azure_function":{"name":"ask","arguments":"","output":null}}`,
  ],
  [
    "azure function, next piece",
    `{"index":0,"type":"azure_function","azure_function":{"arguments":"{\\""}}`,
  ],
  [
    "fabric data agent, first piece",
    `{"index":0,"id":"c","type":"fabric_dataagent","fabric_dataagent":{"input":null,"output":null}}`,
  ],
  [
    "fabric data agent, next piece",
    `{"index":0,"type":"fabric_dataagent","fabric_dataagent":{"input":" sales"}}`,
  ],
  [
    "MCP tool",
    `{"index":0,"id":"c","type":"mcp","arguments":"{}","name":"fetch","server_label":"code","output":null}`,
  ],
  ["MCP tool, the output", `{"index":0,"type":"mcp","output":"# Docs"}`],
  [
    "connected agent",
    `{"index":0,"type":"connected_agent","connected_agent":{"name":"n","arguments":"a","output":"o","run_id":"r","thread_id":"t","assistant_id":"s"}}`,
  ],
  [
    "Azure AI search",
    `{"index":0,"type":"azure_ai_search","azure_ai_search":{"input":"sleeping bag"}}`,
  ],
  [
    "Bing",
    `{"index":0,"id":"c","type":"bing_grounding","bing_grounding":{"requesturl":"","response_metadata":null}}`,
  ],
  [
    "Bing in selected sites",
    `{"index":0,"type":"bing_custom_search","bing_custom_search":{"response_metadata":"{}"}}`,
  ],
  [
    "SharePoint",
    `{"index":0,"type":"sharepoint_grounding","sharepoint_grounding":{"input":"list"}}`,
  ],
  ["deep research", `{"index":0,"type":"deep_research","deep_research":{"input":"i"}}`],
  [
    "browser automation",
    `{"index":0,"type":"browser_automation","browser_automation":{"output":"o","steps":[{"next_step":"n"}]}}`,
  ],
  ["quark search", `{"index":0,"type":"quark_search","quark_search":{"input":"i"}}`],
  ["OpenAPI", `{"index":0,"type":"openapi","function":{"arguments":"Central"}}`],
];

function activityInput([name, details]: readonly [string, string]): JsonInput {
  return {
    name: `step: activities: ${name}`,
    schema: "RunStep",
    json: stepText({ type: `"activities"`, step_details: details, usage }),
  };
}

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
  about:
    "Tool calls of run steps and of deltas, of every type and of types that nobody modelled; activities.",
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
    ...foreignCalls.map(toolInput),
    ...foreignDeltas.map(deltaInput),
    ...activities.map(activityInput),
  ],
};
