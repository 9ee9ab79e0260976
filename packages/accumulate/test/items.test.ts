import { MappingError } from "@stepwire/mapping";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { describe, expect, it } from "vitest";
import { AccumulationError, type Accumulator } from "../src/index.js";
import { createAccumulator } from "./both-engines.js";
import { itemsSchema } from "./items-schema.js";

const Event = itemsSchema("Event");
const Response = itemsSchema("Response");

type Step = readonly [event: string, data: unknown];

const created: Step = ["created", { response: { id: "r_1", output: [] } }];

function apply(accumulator: Accumulator, [event, data]: Step): void {
  const json = JSON.stringify({ event, data });
  accumulator.apply(parseOpenAI(Event, json, { mode: "preserve" }));
}

/** Returns the output of the response after these events. */
function output(...events: Step[]): unknown {
  const accumulator = createAccumulator(Event);
  for (const event of [created, ...events]) {
    apply(accumulator, event);
  }
  const [response = expect.unreachable()] = accumulator.objects(Response);
  expect(isFrozen(response)).toBe(true);
  return Object(JSON.parse(stringifyOpenAI(Response, response))).output;
}

function isFrozen(value: unknown): boolean {
  return (
    typeof value !== "object" ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isFrozen))
  );
}

function refusal(...events: Step[]): string {
  try {
    output(...events);
  } catch (reason) {
    if (reason instanceof AccumulationError) {
      return `${reason.code} ${reason.pointer}: ${reason.expected}, ${reason.found}`;
    }
    throw reason;
  }
  return "none";
}

const item = (index: number, value: object): Step => [
  "item.added",
  { output_index: index, item: value },
];
const part = (index: number, value: object): Step => [
  "part.added",
  { output_index: 0, content_index: index, part: value },
];
const text = (index: number, delta: string): Step => [
  "text.delta",
  { output_index: 0, content_index: index, delta },
];
const message = { type: "message", content: [] };

describe("a part that an event brings in another union than the object has", () => {
  it("becomes the arm with the same message", () => {
    expect(
      output(
        item(0, message),
        part(0, { type: "output_text", text: "", notes: [] }),
        part(1, { type: "refusal", refusal: "no" }),
        part(2, { type: "audio", audio: { id: "a" } }),
        text(0, "Hel"),
        text(0, "lo"),
        part(1, { type: "output_text", text: "a", notes: [], more: 1 }),
        text(1, "b"),
        ["text.done", { output_index: 0, content_index: 0, text: "Hello." }],
      ),
    ).toEqual([
      {
        type: "message",
        content: [
          { type: "output_text", text: "Hello.", notes: [] },
          { type: "output_text", text: "ab", notes: [], more: 1 },
          { type: "audio", audio: { id: "a" } },
        ],
      },
    ]);
  });

  it("becomes the message itself, or the other way round", () => {
    expect(
      output(
        item(0, { type: "reasoning", summary: [] }),
        part(0, { type: "reasoning_text", text: "" }),
        text(0, "why"),
        [
          "summary.added",
          { output_index: 0, summary_index: 0, part: { type: "summary_text", text: "s" } },
        ],
      ),
    ).toEqual([
      {
        type: "reasoning",
        summary: [{ type: "summary_text", text: "s" }],
        content: [{ type: "reasoning_text", text: "why" }],
      },
    ]);
  });

  it("is refused if the object has no arm for it", () => {
    const reasoning = item(0, { type: "reasoning", summary: [] });
    expect(refusal(item(0, message), part(0, { type: "reasoning_text", text: "" }))).toBe(
      "not_mergeable /output/0/content/0: MessagePart, reasoningText",
    );
    expect(refusal(reasoning, part(0, { type: "refusal", refusal: "" }))).toBe(
      "not_mergeable /output/0/content/0: ReasoningText, refusal",
    );
    expect(refusal(reasoning, part(0, { type: "audio" }))).toBe(
      "not_mergeable /output/0/content/0: ReasoningText, other",
    );
  });
});

describe("a path through an inline union", () => {
  it("leads into the arms that have the part, and not into others with a member of its name", () => {
    const call: Step = ["arguments.delta", { output_index: 0, delta: "{}" }];
    expect(output(item(0, { type: "function_call", arguments: "" }), call)).toEqual([
      { type: "function_call", arguments: "{}" },
    ]);
    expect(refusal(item(0, { type: "search_call", arguments: { a: 1 } }), call)).toBe(
      'not_mergeable /output/0: an object with "arguments", searchCall',
    );
    expect(refusal(item(0, { type: "else", arguments: "" }), call)).toBe(
      'not_mergeable /output/0: an object with "arguments", other',
    );
    expect(refusal(item(0, message), call)).toBe(
      'not_mergeable /output/0: an object with "arguments", message',
    );
    const refused = part(0, { type: "refusal", refusal: "" });
    expect(refusal(item(0, message), refused, text(0, "a"))).toBe(
      'not_mergeable /output/0/content/0: an object with "text", refused',
    );
  });

  it("leads through a union in a member, and to a text that was null", () => {
    const diff = (delta: string): Step => ["diff.delta", { output_index: 0, delta }];
    expect(
      output(
        item(0, { type: "patch_call", operation: { type: "create_file", path: "a", diff: "" } }),
        diff("+a"),
        diff("+b"),
        item(1, { type: "code_call", code: null }),
        ["code.delta", { output_index: 1, delta: "1+" }],
        ["code.delta", { output_index: 1, delta: "1" }],
      ),
    ).toEqual([
      { type: "patch_call", operation: { type: "create_file", path: "a", diff: "+a+b" } },
      { type: "code_call", code: "1+1" },
    ]);
    const remove = { type: "patch_call", operation: { type: "delete_file", path: "a" } };
    expect(refusal(item(0, remove), diff("+"))).toBe(
      'not_mergeable /output/0/operation: an object with "diff", deleteFile',
    );
  });

  it("leads to strings and messages in lists", () => {
    expect(
      output(
        item(0, { type: "shell_call", action: { commands: [] } }),
        ["command.added", { output_index: 0, command_index: 0, command: "" }],
        ["command.delta", { output_index: 0, command_index: 0, delta: "l" }],
        ["command.delta", { output_index: 0, command_index: 0, delta: "s" }],
        ["command.added", { output_index: 0, command_index: 1, command: "pw" }],
        ["command.delta", { output_index: 0, command_index: 1, delta: "d" }],
        item(1, { type: "shell_output", output: [] }),
        ["output.delta", { output_index: 1, command_index: 0, delta: { stdout: "a" } }],
        ["output.delta", { output_index: 1, command_index: 0, delta: { stdout: "b" } }],
        ["output.delta", { output_index: 1, command_index: 0, delta: { stderr: "c" } }],
      ),
    ).toEqual([
      { type: "shell_call", action: { commands: ["ls", "pwd"] } },
      { type: "shell_output", output: [{ stdout: "ab", stderr: "c" }] },
    ]);
  });

  it("leads to an element that a list with one element replaces", () => {
    const whole = { stdout: "abc", stderr: "" };
    const done = (...elements: object[]): Step => [
      "output.done",
      { output_index: 0, command_index: 0, output: elements },
    ];
    const started: Step[] = [
      item(0, { type: "shell_output", output: [] }),
      ["output.delta", { output_index: 0, command_index: 0, delta: { stdout: "a" } }],
    ];
    expect(output(...started, done(whole))).toEqual([{ type: "shell_output", output: [whole] }]);
    for (const wrong of [done(), done(whole, whole)]) {
      expect(refusal(...started, wrong)).toBe(
        "not_mergeable /output/0/output/0: a list with one element, another",
      );
    }
  });

  it("leads to a list of unions in a union", () => {
    const note = (index: number, value: object): Step => [
      "note.added",
      { output_index: 0, content_index: 0, note_index: index, note: value },
    ];
    expect(
      output(
        item(0, message),
        part(0, { type: "output_text", text: "a", notes: [] }),
        note(0, { type: "citation", url: "u" }),
        note(1, { type: "new", at: 5 }),
      ),
    ).toEqual([
      {
        type: "message",
        content: [
          {
            type: "output_text",
            text: "a",
            notes: [
              { type: "citation", url: "u" },
              { type: "new", at: 5 },
            ],
          },
        ],
      },
    ]);
  });
});

describe("an event with `text`", () => {
  const searching: Step = ["call.searching", { output_index: 0 }];

  it("sets a string or the value of an enum, whatever was there", () => {
    expect(output(item(0, { type: "search_call" }), searching)).toEqual([
      { type: "search_call", status: "searching" },
    ]);
    for (const status of ["completed", "new"]) {
      expect(output(item(0, { type: "search_call", status }), searching)).toEqual([
        { type: "search_call", status: "searching" },
      ]);
    }
    expect(output(item(0, message), searching)).toEqual([{ ...message, status: "searching" }]);
  });

  it("is refused if the enum of the arm does not have the string", () => {
    expect(refusal(item(0, { type: "code_call", code: null }), searching)).toBe(
      'not_mergeable /output/0: an object with "status", codeCall',
    );
  });
});

describe("an event with `also`", () => {
  const scored = (delta: string, scores: unknown): Step => [
    "text.scored",
    { output_index: 0, content_index: 0, delta, scores },
  ];
  const started = [item(0, message), part(0, { type: "output_text", text: "", notes: [] })];

  it("has several effects", () => {
    expect(output(...started, scored("a", [0.5]), scored("b", [0.25, 1]), text(0, "c"))).toEqual([
      {
        type: "message",
        content: [{ type: "output_text", text: "abc", notes: [], scores: [0.5, 0.25, 1] }],
        status: "writing",
      },
    ]);
  });

  it("is refused as a whole", () => {
    const accumulator = createAccumulator(Event);
    const reasoning = item(0, { type: "reasoning", summary: [] });
    for (const event of [created, reasoning, part(0, { type: "reasoning_text", text: "a" })]) {
      apply(accumulator, event);
    }
    const before = accumulator.objects(Response);
    const { size } = accumulator;
    expect(() => apply(accumulator, scored("b", [1]))).toThrow(
      expect.objectContaining({ code: "not_mergeable", pointer: "/output/0" }),
    );
    expect(accumulator.objects(Response)).toEqual(before);
    expect(accumulator.size).toBe(size);
    apply(accumulator, text(0, "c"));
    expect(
      stringifyOpenAI(Response, accumulator.objects(Response)[0] ?? expect.unreachable()),
    ).toBe(
      '{"id":"r_1","output":[{"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"ac"}]}]}',
    );
  });
});

describe("an index that skips elements", () => {
  it("leaves blank ones in a list of unions with an arm for any other object", () => {
    expect(
      output(item(2, { type: "function_call", arguments: "" }), [
        "arguments.delta",
        { output_index: 2, delta: "{}" },
      ]),
    ).toEqual([{}, {}, { type: "function_call", arguments: "{}" }]);
    expect(output(item(1, message), item(0, message))).toEqual([message, message]);
    expect(refusal(item(1, message), text(0, "a"))).toBe(
      'not_mergeable /output/0: an object with "content", other',
    );
    expect(refusal(item(65, message))).toMatch(/^index_gap /);
  });

  it("is refused in a list of unions without such an arm", () => {
    const reasoning = item(0, { type: "reasoning", summary: [] });
    const part = { type: "summary_text", text: "s" };
    expect(
      refusal(reasoning, ["summary.added", { output_index: 0, summary_index: 1, part }]),
    ).toMatch(/^index_gap /);
  });
});

describe("an event whose path fits no arm", () => {
  it("is a mistake in the schema, with what is wrong in each arm", () => {
    const schema = itemsSchema("WrongEvent");
    expect(() => createAccumulator(schema)).toThrow(MappingError);
    expect(() => createAccumulator(schema)).toThrow(
      /MERGE_CONCATENATE is only for a string[\s\S]*"output" is a list and needs `index`/,
    );
  });
});

describe("an event with `ends_stream`", () => {
  it("replaces the object, and the stream is complete", () => {
    const accumulator = createAccumulator(Event);
    apply(accumulator, created);
    expect(accumulator.ended).toBeUndefined();
    apply(accumulator, ["completed", { response: { id: "r_2", output: [] } }]);
    expect(accumulator.ended).toBe("done");
    expect(accumulator.objects(Response)).toHaveLength(1);
    const subset = createAccumulator(Event, { objects: [] });
    apply(subset, ["completed", { response: { id: "r_2", output: [] } }]);
    expect(subset.ended).toBe("done");
  });

  it("does not make a broken stream complete", () => {
    const accumulator = createAccumulator(Event);
    apply(accumulator, created);
    apply(accumulator, ["error", {}]);
    apply(accumulator, ["completed", { response: { id: "r_1", output: [] } }]);
    expect(accumulator.ended).toBe("error");
  });

  it("does not end it if the event is refused", () => {
    const accumulator = createAccumulator(Event, { maxSize: 100 });
    apply(accumulator, created);
    const response = { id: "x".repeat(200), output: [] };
    expect(() => apply(accumulator, ["completed", { response }])).toThrow(AccumulationError);
    expect(accumulator.ended).toBeUndefined();
  });
});
