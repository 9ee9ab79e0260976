import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ToolCallSchema } from "@stepwire/core";
import { parseOpenAI } from "@stepwire/openai-json";
import { AssistantStream } from "openai/lib/AssistantStream";
import { describe, expect, it } from "vitest";
import { callsOf, JsonAccumulator, refusalIn } from "./accumulating.js";
import { decodeAll } from "./decode-all.js";
import { StepAccumulator } from "./step-accumulator.js";

const cases = join(import.meta.dirname, "../../../../shared/cases");

/** A test of a recorded case; where that is absent, it says so and is skipped. */
function itWithCase(file: string, name: string, test: (lines: string[]) => void): void {
  const path = join(cases, file);
  const isThere = existsSync(path);
  if (!isThere) {
    console.log(`${name}: skipped, no file ../shared/cases/${file} beside the project`);
  }
  it.skipIf(!isThere)(name, () => test(readFileSync(path, "utf8").trim().split("\n")));
}

function accumulate(lines: readonly string[]): JsonAccumulator {
  const accumulator = new JsonAccumulator();
  for (const line of lines) {
    accumulator.apply(line);
  }
  return accumulator;
}

/** Deltas of one call as servers write them, and the call after them. */
const callsOfOtherServers: readonly (readonly [deltas: readonly object[], call: object])[] = [
  [
    [
      { index: 0, id: "c", type: "openapi", function: { name: "f", arguments: "", output: "" } },
      { index: 0, type: "openapi", function: { arguments: '{"a"' } },
      { index: 0, function: { arguments: ":1}" } },
      { index: 0, type: "openapi", function: { output: "{'b': 2}" } },
    ],
    { id: "c", type: "openapi", function: { name: "f", arguments: '{"a":1}', output: "{'b': 2}" } },
  ],
  [
    [
      {
        index: 0,
        id: "c",
        type: "mcp",
        arguments: "{",
        name: "f",
        server_label: "s",
        output: null,
      },
      { index: 0, type: "mcp", arguments: "}" },
      { index: 0, output: "4" },
      { index: 0, type: "mcp", output: "2" },
    ],
    { id: "c", type: "mcp", arguments: "{}", name: "f", server_label: "s", output: "42" },
  ],
  ...["azure_ai_search", "sharepoint_grounding", "deep_research", "quark_search"].map(
    (type) =>
      [
        [
          { index: 0, id: "c", type, [type]: { input: null, output: null } },
          { index: 0, type, [type]: { input: "a" } },
          { index: 0, type, [type]: { input: "b", output: "c" } },
        ],
        { id: "c", type, [type]: { input: "ab", output: "c" } },
      ] as const,
  ),
  ...["bing_grounding", "bing_custom_search"].map(
    (type) =>
      [
        [
          { index: 0, id: "c", type, [type]: { requesturl: "", response_metadata: null } },
          { index: 0, type, [type]: { requesturl: "https://example.com" } },
          { index: 0, type, [type]: { response_metadata: "{}" } },
        ],
        { id: "c", type, [type]: { requesturl: "https://example.com", response_metadata: "{}" } },
      ] as const,
  ),
  [
    [
      { index: 0, id: "c", type: "connected_agent", connected_agent: { name: "n", run_id: "r" } },
      { index: 0, connected_agent: { arguments: "{", run_id: "r", thread_id: "t" } },
      { index: 0, connected_agent: { arguments: "}", output: "o", assistant_id: "a" } },
    ],
    {
      ...{ id: "c", type: "connected_agent" },
      connected_agent: {
        ...{ name: "n", arguments: "{}", output: "o" },
        ...{ run_id: "r", thread_id: "t", assistant_id: "a" },
      },
    },
  ],
  [
    [
      { index: 0, id: "c", type: "browser_automation", browser_automation: { input: "Go" } },
      { index: 0, browser_automation: { input: ".", steps: [{ next_step: "n" }] } },
      { index: 0, browser_automation: { output: "o", steps: [{ next_step: "n" }, {}] } },
    ],
    {
      ...{ id: "c", type: "browser_automation" },
      browser_automation: { input: "Go.", output: "o", steps: [{ next_step: "n" }, {}] },
    },
  ],
];

/** What the package makes of the payloads of one call. */
function withPackage(...payloads: readonly object[]): object {
  return payloads.reduce((before, said) =>
    AssistantStream.accumulateDelta(structuredClone(before), said),
  );
}

describe("tools of other servers", () => {
  itWithCase("a01-azure-function-fragments.jsonl", "issue 11.3: texts are appended", (lines) => {
    expect(accumulate(lines).toolCalls()).toEqual([
      {
        id: "call_1",
        type: "azure_function",
        azure_function: { name: "ask", arguments: '{"query":"How many?"}', output: "Seven" },
      },
    ]);
  });

  itWithCase("a02-fabric-fragments.jsonl", "issue 11.3: texts follow null", (lines) => {
    expect(accumulate(lines).toolCalls()).toEqual([
      {
        id: "call_1",
        type: "fabric_dataagent",
        fabric_dataagent: { input: '"largest store by sales"', output: "Store 7" },
      },
    ]);
  });

  it.each(callsOfOtherServers)("have typed members only: %#", (deltas, call) => {
    const accumulator = new JsonAccumulator();
    for (const delta of deltas) {
      accumulator.calls(delta);
    }
    expect(accumulator.toolCalls()).toEqual([call]);
    expect(() => {
      parseOpenAI(ToolCallSchema, JSON.stringify(call), { mode: "strict" });
    }).not.toThrow();
  });

  it("do not become a call of another type with the same member", () => {
    const accumulator = new JsonAccumulator();
    accumulator.calls({ index: 0, type: "openapi", function: { arguments: "{" } });
    const change = () =>
      accumulator.calls({ index: 0, type: "function", function: { arguments: "}" } });
    expect(refusalIn(accumulator, change)).toBe("not_mergeable /step_details/tool_calls/0/type");
    accumulator.calls({ index: 1, type: "mcp" });
    const other = () => accumulator.calls({ index: 1, function: { arguments: "}" } });
    expect(refusalIn(accumulator, other)).toBe("not_mergeable /step_details/tool_calls/0/type");
  });
});

describe("tools that the schema does not know", () => {
  /** The payload of an unknown tool, from those of its deltas. */
  function payloadOf(...payloads: readonly object[]): unknown {
    const accumulator = new JsonAccumulator();
    for (const payload of payloads) {
      accumulator.calls({ index: 0, type: "browser", browser: payload });
    }
    const [call] = Object(accumulator.toolCalls());
    return Object(call).browser;
  }

  it("issue 11.3: identifiers are set, which the package repeats", () => {
    const payload = {
      ...{ id: "b_1", type: "page", name: "n", call_id: "call_1", status: "open", role: "user" },
      ...{ fileName: "f", "server-label": "s", created_at: "today", object: "browser" },
    };
    expect(payloadOf(payload, payload, payload)).toEqual(payload);
    expect(withPackage(payload, payload)).toHaveProperty("call_id", "call_1call_1");
    expect(payloadOf({ status: "open" }, { status: "closed" })).toEqual({ status: "closed" });
  });

  it("issue 11.3: texts whose names only end like an identifier are appended", () => {
    const pieces = [{ grid: "a", prototype: "b", id_text: "c" }];
    expect(payloadOf(...pieces, ...pieces)).toEqual({ grid: "aa", prototype: "bb", id_text: "cc" });
  });

  it("issue 11.3: which names are set is an option", () => {
    const accumulator = new JsonAccumulator({ setNames: ["url"] });
    for (const browser of [
      { url: "a", name: "x" },
      { url: "b", name: "y" },
    ]) {
      accumulator.calls({ index: 0, type: "browser", browser });
    }
    expect(accumulator.toolCalls()).toEqual([
      { type: "browser", browser: { url: "b", name: "xy" } },
    ]);
  });

  it("issue 11.3: objects are merged at any depth, numbers and booleans are set", () => {
    expect(
      payloadOf(
        { deep: { text: "a", n: 1, yes: false } },
        { deep: { text: "b", n: 1, yes: true, more: { text: "x" } } },
        { deep: { text: "b", n: 2.5, more: { text: "y" } } },
      ),
    ).toEqual({ deep: { text: "abb", n: 2.5, yes: true, more: { text: "xy" } } });
    expect(withPackage({ n: 1 }, { n: 1 })).toEqual({ n: 2 });
  });

  it("issue 11.3: lists are merged by index, and keep it", () => {
    expect(
      payloadOf(
        { parts: [{ index: 1, text: "b", part_id: "p_1" }] },
        {
          parts: [
            { index: 0, text: "a" },
            { index: 1, text: "c", part_id: "p_1" },
          ],
        },
        { parts: [] },
        { parts: [{ index: 0, text: "d" }] },
      ),
    ).toEqual({
      parts: [
        { index: 0, text: "ad" },
        { index: 1, text: "bc", part_id: "p_1" },
      ],
    });
    expect(
      payloadOf(
        {
          parts: [
            { index: 0, text: "a" },
            { index: 0, text: "b" },
          ],
        },
        { parts: [{ index: 0, text: "c" }] },
      ),
    ).toEqual({ parts: [{ index: 0, text: "abc" }] });
  });

  it("issue 11.3: lists without an index are set, and an empty one takes nothing away", () => {
    expect(payloadOf({ tags: ["a"] }, { tags: ["b"] }, { tags: [] })).toEqual({ tags: ["b"] });
    expect(payloadOf({ parts: [{ index: 0, text: "a" }] }, { parts: [{ text: "b" }] })).toEqual({
      parts: [{ text: "b" }],
    });
  });

  it("issue 11.3: null takes nothing away, and another type is set", () => {
    expect(payloadOf({ output: null }, { output: "a" }, { output: null })).toEqual({ output: "a" });
    expect(payloadOf({ output: "" }, { output: { x: 1 } })).toEqual({ output: { x: 1 } });
  });

  it("issue 11.3: escapes and halves of characters come together", () => {
    const accumulator = new JsonAccumulator();
    for (const text of ['"a\\ud83d"', '"\\ude42\\u0041"']) {
      const call = `{"index":0,"type":"browser","browser":{"text":${text}}}`;
      accumulator.apply(
        `{"event":"thread.run.step.delta","data":{"id":"step_1","delta":{"step_details":{"type":"tool_calls","tool_calls":[${call}]}}}}`,
      );
    }
    expect(accumulator.toolCalls()).toEqual([{ type: "browser", browser: { text: "a🙂A" } }]);
  });

  it("issue 11.3: payloads beside the type are merged likewise", () => {
    const accumulator = new JsonAccumulator();
    accumulator.calls({ index: 0, id: "call_1", type: "browser", tab_name: "f", script: '{"a"' });
    accumulator.calls({ index: 0, type: "browser", tab_name: "f", script: ":1}" });
    expect(accumulator.toolCalls()).toEqual([
      { id: "call_1", type: "browser", tab_name: "f", script: '{"a":1}' },
    ]);
  });

  it("issue 11.3: a call of an unknown type does not change it", () => {
    const accumulator = new JsonAccumulator();
    accumulator.calls({ index: 0, type: "browser", browser: { text: "a" } });
    const place = "/step_details/tool_calls/0/type";
    for (const type of ["mcp", "function"]) {
      const change = () => accumulator.calls({ index: 0, type, [type]: {} });
      expect(refusalIn(accumulator, change)).toBe(`not_mergeable ${place}`);
    }
  });
});

describe("a delta after its step ended", () => {
  itWithCase("a08-mcp-delta-after-completed.jsonl", "issue 11.4: fills what is null", (lines) => {
    const accumulator = accumulate(lines);
    expect(accumulator.toolCalls()).toEqual([
      {
        ...{ id: "call_1", type: "mcp", arguments: "{}", name: "fetch_docs" },
        ...{ server_label: "code", output: "# Docs\nAll of them." },
      },
    ]);
    expect(accumulator.json()).toMatchObject({ status: "completed" });
    expect(accumulator.accumulator.ended).toBe("done");
  });

  const call = {
    ...{ id: "call_1", type: "function", cost: { unit: "token" } },
    function: { name: "f", arguments: "{}", output: null },
  };

  function completed(): JsonAccumulator {
    const accumulator = new JsonAccumulator();
    accumulator.step("completed", { status: "completed", usage: null, ...callsOf(call) });
    return accumulator;
  }

  it("issue 11.4: adds what is absent, null or empty", () => {
    const accumulator = completed();
    accumulator.delta({});
    accumulator.calls({ index: 0, id: "call_1", type: "function", function: { name: "f" } });
    accumulator.calls({
      index: 0,
      function: { output: "42", speed: 2 },
      cost: { n: 1 },
      tags: [1],
    });
    accumulator.calls({ index: 1, id: "call_2" });
    accumulator.delta({ usage: { total_tokens: 1 } });
    expect(accumulator.toolCalls()).toEqual([
      {
        ...{ ...call, cost: { unit: "token", n: 1 }, tags: [1] },
        function: { name: "f", arguments: "{}", output: "42", speed: 2 },
      },
      { id: "call_2" },
    ]);
    expect(accumulator.json()).toMatchObject({ usage: { total_tokens: 1 } });
  });

  it.each([
    ["/function/arguments", { function: { output: "1", arguments: "}" } }],
    ["/function/name", { function: { name: "g" } }],
    ["/function/arguments", { function: { arguments: "\ud83d" } }],
    ["/cost/unit", { cost: { unit: "s" } }],
    ["/cost", { cost: [1] }],
  ])("issue 11.4: changes nothing that is there, at %s", (place, change) => {
    const accumulator = completed();
    const apply = () => accumulator.calls({ index: 1, id: "call_2" }, { index: 0, ...change });
    const pointer = `/step_details/tool_calls/1${place}`.replace("calls/1", "calls/0");
    const found = refusalIn(accumulator, apply)?.replace("calls/1", "calls/0");
    expect(found).toBe(`object_ended ${pointer}`);
    accumulator.calls({ index: 0, function: { output: "42" } });
    const more = () => accumulator.calls({ index: 0, function: { output: "3" } });
    expect(refusalIn(accumulator, more)).toBe(
      "object_ended /step_details/tool_calls/0/function/output",
    );
  });

  it("issue 11.4: is like any other after the step began again", () => {
    const accumulator = completed();
    accumulator.step("in_progress", callsOf(call));
    accumulator.calls({ index: 0, function: { arguments: "}" } });
    expect(accumulator.toolCalls()).toMatchObject([{ function: { arguments: "{}}" } }]);
  });
});

it("issue 11.5: null takes away no member that only steps have", () => {
  const accumulator = new JsonAccumulator();
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const members = { usage, status: "in_progress", assistant_id: "asst_1", metadata: { a: "b" } };
  accumulator.step("created", members);
  accumulator.delta({ usage: null, status: null, assistant_id: null, metadata: null });
  accumulator.delta({ status: "", assistant_id: "" });
  expect(accumulator.json()).toMatchObject(members);
});

describe("empty strings", () => {
  itWithCase("a22-id-empty-then-set.jsonl", "issue 11.5: take no identity away", (lines) => {
    expect(accumulate(lines).toolCalls()).toEqual([
      { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } },
    ]);
  });

  it("issue 11.5: take no typed value, no unknown one and no type away", () => {
    const accumulator = new JsonAccumulator();
    const image = { index: 0, type: "image", image: { file_id: "file_1", detail: "auto" } };
    const code = { input: "1", outputs: [image] };
    accumulator.calls(
      { index: 0, id: "call_1", type: "code_interpreter", label: "x", code_interpreter: code },
      { index: 1, id: "call_2", type: "browser", browser: { id: "b_1", text: "t" } },
    );
    const empty = { index: 0, type: "", image: { file_id: "", detail: "" } };
    accumulator.calls(
      { index: 0, id: "", type: "", label: "", code_interpreter: { input: "", outputs: [empty] } },
      { index: 1, id: "", type: "", browser: { id: "", text: "" } },
    );
    expect(accumulator.toolCalls()).toEqual([
      {
        ...{ id: "call_1", type: "code_interpreter", label: "x" },
        code_interpreter: {
          input: "1",
          outputs: [{ type: "image", image: { file_id: "file_1", detail: "auto" } }],
        },
      },
      { id: "call_2", type: "browser", browser: { id: "b_1", text: "t" } },
    ]);
  });

  it("issue 11.5: an empty id without an index is the last call, not a new one", () => {
    const accumulator = new JsonAccumulator();
    accumulator.calls({ id: "call_1", type: "function", function: { name: "f", arguments: "{" } });
    accumulator.calls({ id: "", type: "", function: { name: "", arguments: "}" } });
    expect(accumulator.toolCalls()).toEqual([
      { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } },
    ]);
  });
});

describe("identity", () => {
  itWithCase("a10-delta-with-id.jsonl", "issue 11.6: a delta cannot rename a step", (lines) => {
    const accumulator = accumulate(lines.slice(0, -1));
    const rename = () => accumulator.apply(lines.at(-1) ?? expect.unreachable());
    expect(refusalIn(accumulator, rename)).toBe("identity_in_delta /id");
    expect(accumulator.accumulator.steps()).toHaveLength(1);
  });

  it.each(["id", "object", "run_id", "thread_id", "created_at"])(
    "issue 11.6: %s in a delta is refused, also where the step is not known",
    (name) => {
      for (const accumulator of [new JsonAccumulator(), accumulate([])]) {
        const value = name === "created_at" ? 1 : "other";
        const apply = () => accumulator.delta({ step_details: callsOf({}), [name]: value });
        expect(refusalIn(accumulator, apply)).toBe(`identity_in_delta /${name}`);
        accumulator.step("created", { run_id: "run_1" });
        expect(refusalIn(accumulator, apply)).toBe(`identity_in_delta /${name}`);
        accumulator.delta({ [name]: null });
      }
    },
  );

  it("issue 11.6: a call at an index does not become another call", () => {
    const accumulator = new JsonAccumulator();
    accumulator.calls({ index: 0, id: "call_1", type: "function", function: { arguments: "{" } });
    const mix = () => accumulator.calls({ index: 0, id: "call_2", function: { arguments: "[" } });
    expect(refusalIn(accumulator, mix)).toBe("identity_changed /step_details/tool_calls/0/id");
    accumulator.calls({ index: 0, id: "call_1", function: { arguments: "}" } });
    expect(accumulator.toolCalls()).toMatchObject([
      { id: "call_1", function: { arguments: "{}" } },
    ]);
  });

  it("issue 11.6: a step of another run or thread is not the same step", () => {
    const accumulator = new JsonAccumulator();
    accumulator.step("created", { run_id: "run_1", thread_id: "thread_1", created_at: 1 });
    const create = (members: object) => () => accumulator.step("created", members);
    expect(refusalIn(accumulator, create({ run_id: "run_2" }))).toBe("identity_changed /run_id");
    const thread = { run_id: "run_1", thread_id: "thread_2" };
    expect(refusalIn(accumulator, create(thread))).toBe("identity_changed /thread_id");
    accumulator.step("created", { run_id: "run_1", thread_id: "", created_at: 1000 });
    accumulator.step("created", { run_id: "run_2" }, "step_2");
    expect(accumulator.accumulator.steps()).toHaveLength(2);
  });
});

describe("the end of a stream in an event of another name, or none", () => {
  async function endOf(text: string): Promise<string | undefined> {
    const accumulator = new StepAccumulator();
    for (const event of await decodeAll(text, { mode: "archive" })) {
      accumulator.apply(event);
    }
    return accumulator.ended;
  }

  it.each([
    ['data: {"error":{"message":"no more"}}\n\n', "error"],
    ['data: {"error":"no more","code":5}\n\n', "error"],
    ["data: [DONE]\n\n", "done"],
    ["event: note\ndata: [DONE]\n\n", "done"],
    ['data: {"error":null}\n\n', undefined],
    ['data: {"message":"hello"}\n\n', undefined],
    ['data: "error"\n\n', undefined],
    ['event: note\ndata: {"error":{}}\n\n', undefined],
  ])("issue 11.7: %j ends with %s", async (text, end) => {
    expect(await endOf(text)).toBe(end);
  });

  it.each([
    '{"data":{"error":{}}}',
    '{"event":"","data":{"error":{}}}',
    '{"event":null,"data":{"error":{}}}',
  ])("issue 11.7: %s is one as well", (json) => {
    const accumulator = new JsonAccumulator();
    accumulator.apply(json);
    expect(accumulator.accumulator.ended).toBe("error");
  });
});
