import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { RunStepListSchema, RunStepSchema, StreamEventSchema } from "@stepwire/core";
import { OpenAIJsonError, parseOpenAI } from "@stepwire/openai-json";
import { type Mode, Random } from "@stepwire/testing";
import { describe, expect, test } from "vitest";
import { createTranscoder } from "../src/index.js";

const modes: readonly Mode[] = ["strict", "preserve", "archive"];
const steps = modes.map((mode) => ({
  mode,
  transcoder: createTranscoder(RunStepSchema, { mode }),
}));

/** Returns the binary in hexadecimal, or the violations. */
function attempt(convert: () => Uint8Array): string {
  try {
    return Buffer.from(convert()).toString("hex");
  } catch (reason) {
    if (reason instanceof OpenAIJsonError) {
      return reason.message;
    }
    throw reason;
  }
}

/**
 * Expects that both engines give the same for a run step, in every mode. The entries of a residue
 * are a map, which has no order.
 */
function expectSame(json: string, entriesOf: (hex: string) => unknown = (hex) => hex): void {
  for (const { mode, transcoder } of steps) {
    const ours = attempt(() => transcoder.toBinary(Buffer.from(json)));
    const theirs = attempt(() =>
      toBinary(RunStepSchema, parseOpenAI(RunStepSchema, json, { mode })),
    );
    expect(entriesOf(ours)).toEqual(entriesOf(theirs));
    expect(transcoder.fallbacks).toBe(0);
  }
}

/** A step whose call has these members. */
function withCall(call: string): string {
  return stepWith({ step_details: `{"tool_calls":[{${call}}],"type":"tool_calls"}` });
}

function stepWith(members: Readonly<Record<string, string>>): string {
  const entries = Object.entries({ ...step, ...members });
  return `{${entries.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
}

/** The members of a run step, as text. */
const step: Readonly<Record<string, string>> = {
  id: '"step_1"',
  object: '"thread.run.step"',
  created_at: "1700000000",
  run_id: '"run_1"',
  assistant_id: '"asst_1"',
  thread_id: '"thread_1"',
  type: '"tool_calls"',
  status: '"failed"',
  cancelled_at: "null",
  completed_at: "null",
  expires_at: "1700000600",
  failed_at: "1700000060",
  last_error: '{"message":"It failed.","code":"server_error"}',
  step_details:
    '{"tool_calls":[{"function":{"output":null,"name":"f","arguments":"{}"},"id":"call_1","type":"function"},{"code_interpreter":{"outputs":[{"logs":"1","type":"logs"}],"input":"1"},"type":"code_interpreter","id":"call_2"}],"type":"tool_calls"}',
  usage: '{"total_tokens":3,"prompt_tokens":1,"completion_tokens":2}',
  metadata: '{"a":"b","c":1}',
  expired_at: "1700000700",
};

describe("members in another order than that of the schema", () => {
  const random = new Random(1);
  const long = JSON.stringify("x".repeat(3_000));
  const variants: readonly Readonly<Record<string, string>>[] = [
    {},
    // Long fields.
    { id: long },
    { id: long, thread_id: long, run_id: long },
    // Members that are kept as text, and absent ones.
    { status: '"paused"', unknown: '{"a": 1}', run_id: "7" },
    { metadata: "{}", usage: "null" },
  ];

  test.each(variants)("give the same bytes: %o", (members) => {
    for (let turn = 0; turn < 50; turn++) {
      const names = [...new Set([...Object.keys(step), ...Object.keys(members)])];
      random.shuffle(names);
      // Some members are absent.
      const present = names.slice(0, names.length - random.below(4));
      const all: Readonly<Record<string, string>> = { ...step, ...members };
      expectSame(`{${present.map((name) => `"${name}":${all[name]}`).join(",")}}`);
    }
  });

  test("give the same bytes if the fields of the schema have another order", () => {
    const transcoder = createTranscoder(StreamEventSchema, { mode: "archive" });
    const members = ['"event":"thread.run.step.created"', `"data":${stepWith({})}`, '"id":"1"'];
    for (const order of ["012", "021", "102", "120", "201", "210"]) {
      const json = `{${[...order].map((index) => members[Number(index)]).join(",")}}`;
      expect(attempt(() => transcoder.toBinary(Buffer.from(json)))).toBe(
        attempt(() =>
          toBinary(StreamEventSchema, parseOpenAI(StreamEventSchema, json, { mode: "archive" })),
        ),
      );
    }
    expect(transcoder.fallbacks).toBe(0);
  });
});

describe("a payload before its tag", () => {
  const payload = '"function":{"name":"f","arguments":"{}","output":null}';
  const other = '"code_interpreter":{"input":"1","outputs":[]}';
  test.each([
    // The tag selects the first arm that has this payload, or another one.
    `${payload},"id":"a","type":"function"`,
    `${payload},"id":"a","type":"openapi"`,
    `"type":"openapi",${payload},"id":"a"`,
    // The tag selects an arm without a payload, one whose payload is missing, or none.
    `${payload},"type":"mcp","id":"a"`,
    `${payload},"type":"code_interpreter","id":"a"`,
    `${payload},"type":"unknown","id":"a"`,
    `${payload},"type":7,"id":"a"`,
    `${payload},"id":"a"`,
    // There are several payloads.
    `${payload},${other},"type":"function","id":"a"`,
    `${payload},${other},"type":"code_interpreter","id":"a"`,
    `${other},${payload},"type":"openapi","id":"a"`,
    `${other},${payload},"type":"unknown","id":"a"`,
    `${other},${payload},"id":"a"`,
    `${payload},"type":"function",${other},"id":"a"`,
    `${payload},"type":"code_interpreter",${other},"id":"a"`,
    // The payload does not fit.
    `"function":null,"type":"function","id":"a"`,
    `"function":null,"type":"openapi","id":"a"`,
    `"function":7,"type":"function","id":"a"`,
    `"function":7,"type":"code_interpreter","id":"a"`,
    `"function":{"name":1},"type":"function","id":"a"`,
    `"function":{"name":1},"type":"openapi","id":"a"`,
    `"function":{"name":1},"type":"code_interpreter","id":"a",${other}`,
    // Violations in and after it.
    `"function":{"name":"f","name":"f"},"type":"openapi","id":"a"`,
    `${payload},"type":"function","type":"function","id":"a"`,
    `${payload},${payload},"type":"function","id":"a"`,
    `${payload},"type":"openapi","id":tru`,
    `${payload},"type":"openapi","id":"a`,
  ])("is read as the tag says: %s", (call) => {
    expectSame(withCall(call), (result) =>
      /^[0-9a-f]+$/.test(result) ? fromBinary(RunStepSchema, Buffer.from(result, "hex")) : result,
    );
  });

  test("is read in lists of steps, whatever the others are", () => {
    const calls = [payload, other].flatMap((text) =>
      ["function", "openapi", "code_interpreter"].map((tag) => `${text},"type":"${tag}","id":"a"`),
    );
    const transcoder = createTranscoder(RunStepListSchema, { mode: "archive" });
    const json = `{"data":[${calls.map(withCall).join(",")}],"object":"list","has_more":false,"last_id":"b","first_id":"a"}`;
    const expected = toBinary(
      RunStepListSchema,
      parseOpenAI(RunStepListSchema, json, { mode: "archive" }),
    );
    expect(Buffer.compare(transcoder.toBinary(Buffer.from(json)), expected)).toBe(0);
    const { output } = transcoder.packLines(Buffer.from(`${json}\n${json}\n`));
    expect(output.length).toBeGreaterThan(2 * expected.length);
    expect(transcoder.fallbacks).toBe(0);
  });
});
