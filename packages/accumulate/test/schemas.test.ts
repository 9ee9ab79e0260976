import type { DescMessage } from "@bufbuild/protobuf";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { describe, expect, it } from "vitest";
import { AccumulationError, type Accumulator } from "../src/index.js";
import { createAccumulator } from "./both-engines.js";
import { schemaOf } from "./response-schema.js";

const Response = schemaOf("acme.response.Response");
const ResponseEvent = schemaOf("acme.response.Event");
const Completion = schemaOf("acme.chat.Completion");
const Thread = schemaOf("acme.chat.Thread");
const ChatEvent = schemaOf("acme.chat.Event");

type Event = readonly [event: string, data: unknown];

function apply(accumulator: Accumulator, schema: DescMessage, [event, data]: Event): unknown {
  const json = JSON.stringify({ event, data });
  return accumulator.apply(parseOpenAI(schema, json, { mode: "archive" }));
}

function accumulated(schema: DescMessage, ...events: Event[]): Accumulator {
  const accumulator = createAccumulator(schema);
  for (const event of events) {
    apply(accumulator, schema, event);
  }
  return accumulator;
}

function jsonOf(accumulator: Accumulator, schema: DescMessage, id: string): unknown {
  const object = accumulator.get(schema, id) ?? expect.unreachable(id);
  return JSON.parse(stringifyOpenAI(schema, object));
}

function response(...events: Event[]): unknown {
  return jsonOf(accumulated(ResponseEvent, ...events), Response, "r_1");
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (reason) {
    if (reason instanceof AccumulationError) {
      return `${reason.code} ${reason.pointer}`;
    }
    throw reason;
  }
  return "none";
}

const created: Event = ["response.created", { response: { id: "r_1", status: "new", output: [] } }];
const message = (text: string) => ({
  type: "message",
  id: "m_1",
  content: [{ type: "text", text }],
});
const added = (index: number, item: unknown): Event => [
  "response.output_item.added",
  { output_index: index, item },
];
const textDelta = (output: number, content: number, delta: string): Event => [
  "response.output_text.delta",
  { output_index: output, content_index: content, delta },
];

describe("events that change a part of an object", () => {
  it("append to a text at a path", () => {
    expect(
      response(
        created,
        added(0, message("")),
        textDelta(0, 0, "Hel"),
        textDelta(0, 0, "lo"),
        [
          "response.content_part.added",
          { output_index: 0, content_index: 1, part: { type: "text", text: "a" } },
        ],
        textDelta(0, 1, "b"),
      ),
    ).toEqual({
      id: "r_1",
      status: "new",
      output: [
        {
          ...message("Hello"),
          content: [
            { type: "text", text: "Hello" },
            { type: "text", text: "ab" },
          ],
        },
      ],
    });
  });

  it("replace a text, an element and the object", () => {
    const accumulator = accumulated(
      ResponseEvent,
      created,
      added(0, message("")),
      textDelta(0, 0, "Hel"),
      ["response.output_text.done", { output_index: 0, content_index: 0, text: "Hello" }],
    );
    expect(jsonOf(accumulator, Response, "r_1")).toMatchObject({ output: [message("Hello")] });
    apply(accumulator, ResponseEvent, added(0, message("new")));
    expect(jsonOf(accumulator, Response, "r_1")).toMatchObject({ output: [message("new")] });
    const whole = { id: "r_1", status: "completed", output: [], usage: null };
    apply(accumulator, ResponseEvent, ["response.completed", { response: whole }]);
    expect(jsonOf(accumulator, Response, "r_1")).toEqual(whole);
  });

  it("go into the arm of a union that is set", () => {
    const call = { type: "function_call", name: "f", arguments: "" };
    const events: Event[] = [
      created,
      added(0, call),
      ["response.function_call_arguments.delta", { output_index: 0, delta: "{" }],
      ["response.function_call_arguments.delta", { output_index: 0, delta: "}" }],
    ];
    expect(response(...events)).toMatchObject({ output: [{ ...call, arguments: "{}" }] });
    const accumulator = accumulated(ResponseEvent, ...events);
    const unknown = { type: "browser", tab: 12 };
    apply(accumulator, ResponseEvent, added(1, unknown));
    expect(jsonOf(accumulator, Response, "r_1")).toMatchObject({ output: [{}, unknown] });
    const before = accumulator.get(Response, "r_1");
    const { size } = accumulator;
    expect(refusal(() => apply(accumulator, ResponseEvent, textDelta(0, 0, "x")))).toBe(
      "not_mergeable /output/0",
    );
    expect(refusal(() => apply(accumulator, ResponseEvent, textDelta(1, 0, "x")))).toBe(
      "not_mergeable /output/1",
    );
    expect(accumulator.get(Response, "r_1")).toBe(before);
    expect(accumulator.size).toBe(size);
  });

  it("go into the payload of a tagged union and into a list that is an object's value", () => {
    const note = (index: number, delta: string): Event => ["response.note", { index, delta }];
    expect(response(created, note(0, "a"), note(1, "b"), note(0, "c"))).toMatchObject({
      notes: { type: "list", list: { list: [{ text: "ac" }, { text: "b" }] } },
    });
    const other: Event = [
      "response.created",
      { response: { id: "r_1", output: [], notes: { type: "file", file: "f" } } },
    ];
    expect(refusal(() => accumulated(ResponseEvent, other, note(0, "a")))).toBe(
      "not_mergeable /notes",
    );
  });

  it("merge a message, and set elements that are not messages", () => {
    expect(
      response(
        created,
        ["response.usage", { response_id: "r_1", usage: { input: 1 } }],
        ["response.usage", { response_id: "r_1", usage: { output: 2 } }],
        ["response.label", { response_id: "r_1", label_index: 0, label: "a" }],
        ["response.label", { response_id: "r_1", label_index: 1, label: "b" }],
        ["response.label", { response_id: "r_1", label_index: 0, label: "c" }],
      ),
    ).toMatchObject({ usage: { input: 1, output: 2 }, labels: ["c", "b"] });
  });

  it("may come before the object", () => {
    expect(response(["response.usage", { response_id: "r_1", usage: { input: 1 } }])).toEqual({
      id: "r_1",
      usage: { input: 1 },
    });
  });

  it.each<readonly [string, Event]>([
    ["index_gap /output/66", added(66, message(""))],
    ["index_gap /labels/1", ["response.label", { response_id: "r_1", label_index: 1, label: "" }]],
    ["too_many_elements /output/4096", added(4096, message(""))],
    ["index_gap /notes/list/list/65", ["response.note", { index: 65, delta: "" }]],
    ["invalid_index /output", ["response.output_item.added", { item: message("") }]],
    [
      "invalid_index /output",
      ["response.output_item.added", { output_index: "1", item: message("") }],
    ],
    [
      "not_mergeable /output/0/content/0/text",
      ["response.output_text.delta", { output_index: 0, content_index: 0, delta: 5 }],
    ],
    ["missing_id ", ["response.usage", { usage: {} }]],
    ["missing_id ", ["response.created", {}]],
  ])("are refused with %s, and change nothing", (problem, event) => {
    const accumulator = accumulated(ResponseEvent, created, added(0, message("a")));
    const { size } = accumulator;
    const before = accumulator.get(Response, "r_1");
    expect(refusal(() => apply(accumulator, ResponseEvent, event))).toBe(problem);
    expect(accumulator.get(Response, "r_1")).toBe(before);
    expect(accumulator.size).toBe(size);
  });

  it("only add, when the object has ended", () => {
    const done: Event = ["response.completed", { response: { id: "r_1", output: [message("a")] } }];
    const accumulator = accumulated(ResponseEvent, created, done);
    const attempt = (event: Event) => refusal(() => apply(accumulator, ResponseEvent, event));
    expect(attempt(textDelta(0, 0, "b"))).toBe("object_ended /output/0/content/0/text");
    expect(attempt(added(0, message("b")))).toBe("object_ended /output/0");
    expect(attempt(added(0, message("a")))).toBe("none");
    expect(attempt(added(1, message("b")))).toBe("none");
    expect(accumulator.objects(Response)).toHaveLength(1);
  });

  it("count what is there, however often it is replaced", () => {
    const sizeAfter = (rounds: number): number => {
      const accumulator = accumulated(ResponseEvent, created);
      for (let round = 0; round < rounds; round++) {
        apply(accumulator, ResponseEvent, added(0, { type: "message" }));
        apply(accumulator, ResponseEvent, textDelta(0, 0, "x".repeat(100)));
        apply(accumulator, ResponseEvent, added(0, message("y".repeat(100))));
      }
      return accumulator.size;
    };
    const once = sizeAfter(1);
    expect(once).toBeGreaterThan(100);
    for (const rounds of [2, 3, 10, 50, 51]) {
      expect(sizeAfter(rounds)).toBeGreaterThan(100);
      expect(sizeAfter(rounds)).toBeLessThan(once + 2 * 1024);
    }
  });

  it("are within the bound, however often they replace, and refused beyond it", () => {
    const accumulator = createAccumulator(ResponseEvent, { maxSize: 1000 });
    const attempt = (event: Event) => refusal(() => apply(accumulator, ResponseEvent, event));
    expect(attempt(created)).toBe("none");
    for (let round = 0; round < 100; round++) {
      expect(attempt(added(0, message("x".repeat(500))))).toBe("none");
      expect(attempt(added(0, message("")))).toBe("none");
      expect(accumulator.size).toBeLessThanOrEqual(1000);
    }
    const { size } = accumulator;
    expect(attempt(added(0, message("x".repeat(900))))).toBe("too_large ");
    expect(accumulator.size).toBe(size);
    expect(jsonOf(accumulator, Response, "r_1")).toMatchObject({ output: [message("")] });
  });
});

describe("events without an identifier", () => {
  it("are about the latest object", () => {
    const other: Event = ["response.created", { response: { id: "r_2", output: [] } }];
    const accumulator = accumulated(ResponseEvent, created, other, added(0, message("")));
    expect(jsonOf(accumulator, Response, "r_1")).toMatchObject({ output: [] });
    expect(jsonOf(accumulator, Response, "r_2")).toMatchObject({ output: [message("")] });
    expect(accumulator.delete(Response, "r_2")).toBe(true);
    expect(refusal(() => apply(accumulator, ResponseEvent, added(0, message(""))))).toBe(
      "missing_id ",
    );
  });
});

describe("a payload that is a delta itself", () => {
  const chunk = (id: string, ...choices: unknown[]): Event => [
    "",
    { object: "chunk", id, choices },
  ];

  it("is merged, into members of other names too", () => {
    const accumulator = accumulated(
      ChatEvent,
      chunk("c_1", { index: 1, delta: { role: "assistant", content: "a" }, finish_reason: null }),
      chunk("c_1", { index: 0, delta: { role: "assistant", content: "x" }, finish_reason: null }),
      chunk("", { index: 1, delta: { content: "b" }, finish_reason: "stop" }),
    );
    expect(jsonOf(accumulator, Completion, "c_1")).toEqual({
      id: "c_1",
      object: "completion",
      choices: [
        { index: 0, message: { role: "assistant", content: "x" }, finish_reason: null },
        { index: 1, message: { role: "assistant", content: "ab" }, finish_reason: "stop" },
      ],
    });
  });

  it("is held beside objects of other types", () => {
    const accumulator = accumulated(
      ChatEvent,
      ["thread", { id: "c_1", owner: "a" }],
      chunk("c_1", { index: 0, delta: { content: "x" } }),
    );
    expect(jsonOf(accumulator, Thread, "c_1")).toEqual({ id: "c_1", owner: "a" });
    expect(accumulator.objects(Completion)).toHaveLength(1);
    expect(
      refusal(() => apply(accumulator, ChatEvent, ["thread", { id: "c_1", owner: "b" }])),
    ).toBe("identity_changed /owner");
  });
});

describe("the objects of an accumulator", () => {
  it("are those that were asked for", () => {
    const accumulator = createAccumulator(ChatEvent, { objects: [Thread] });
    apply(accumulator, ChatEvent, ["", { object: "chunk", id: "c_1", choices: [] }]);
    apply(accumulator, ChatEvent, ["thread", { id: "t_1" }]);
    expect(accumulator.schemas).toEqual([Thread]);
    expect(accumulator.objects(Completion)).toEqual([]);
    expect(accumulator.objects(Thread)).toHaveLength(1);
  });

  it("are those that events are about", () => {
    expect(() => createAccumulator(ChatEvent, { objects: [Response] })).toThrow(
      "no event of acme.chat.Event is about a acme.response.Response",
    );
  });

  it("are bounded together", () => {
    const accumulator = createAccumulator(ChatEvent, { maxObjects: 1 });
    apply(accumulator, ChatEvent, ["thread", { id: "t_1" }]);
    const other: Event = ["", { object: "chunk", id: "c_1", choices: [] }];
    expect(refusal(() => apply(accumulator, ChatEvent, other))).toBe("too_many_objects ");
  });
});

describe("the end of a stream", () => {
  it.each<readonly [string | undefined, Event]>([
    ["done", ["done", "[DONE]"]],
    ["error", ["error", {}]],
    ["error", ["message", { error: {} }]],
    [undefined, ["message", { error: null }]],
    [undefined, ["other", { error: {} }]],
  ])("is %s after %j", (ending, event) => {
    expect(accumulated(ResponseEvent, created, event).ended).toBe(ending);
  });
});
