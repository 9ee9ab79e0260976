import { clone, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { RunStepSchema, type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { describe, expect, it } from "vitest";
import { AccumulationError, type AccumulatorOptions, createAccumulator } from "../src/index.js";
import { JsonAccumulator, refusalIn } from "./accumulating.js";
import { expectRatio, processorTime } from "./expect-ratio.js";
import { StepAccumulator } from "./step-accumulator.js";

/** A delta of one tool call, from the JSON of the call. */
function callEvent(call: string): StreamEvent {
  const delta = `{"step_details":{"type":"tool_calls","tool_calls":[${call}]}}`;
  const json = `{"event":"thread.run.step.delta","data":{"id":"step_1","delta":${delta}}}`;
  return parseOpenAI(StreamEventSchema, json, { mode: "archive" });
}

function times(count: number, write: (index: number) => string): StreamEvent[] {
  return Array.from({ length: count }, (_, index) => callEvent(write(index)));
}

function members(count: number): string {
  return Array.from({ length: count }, (_, index) => `"member_${index}":${index}`).join(",");
}

const roomy: AccumulatorOptions = { maxElements: 1_000_000 };

/** How long events take, after others that are not counted, in milliseconds. */
function timeOf(events: readonly StreamEvent[], before: readonly StreamEvent[] = []): number {
  const accumulator = new StepAccumulator(roomy, createAccumulator);
  for (const event of before) {
    accumulator.apply(event);
  }
  return processorTime(() => {
    for (const event of events) {
      accumulator.apply(event);
    }
  });
}

const FACTOR = 10;

/** Linear is a factor of 10, quadratic one of 100. */
const MOST = 4 * FACTOR;

describe("the cost of a delta", () => {
  it.each([
    ["a delta with many unknown members", 4000, (n: number) => [callEvent(`{${members(n)}}`)]],
    [
      "unknown members one by one",
      800,
      (n: number) => times(n, (index) => `{"index":0,"member_${index}":1}`),
    ],
    [
      "members of an unknown object one by one",
      800,
      (n: number) => times(n, (index) => `{"index":0,"browser":{"member_${index}":1}}`),
    ],
    [
      "an unknown object, member by member again",
      4000,
      (n: number) => times(2, () => `{"index":0,"browser":{${members(n)}}}`),
    ],
    [
      "half a character, and short texts",
      800,
      (n: number) =>
        times(n, (index) => `{"index":0,"function":{"arguments":"${index ? "abc" : "\\ud83d"}"}}`),
    ],
    [
      "characters in halves",
      800,
      (n: number) =>
        times(
          n,
          (index) =>
            `{"index":0,"function":{"arguments":"${index % 2 ? "\\ude42ab" : "abc\\ud83d"}"}}`,
        ),
    ],
    [
      "texts of an unknown tool",
      800,
      (n: number) => times(n, () => '{"index":0,"type":"browser","browser":{"text":"abc"}}'),
    ],
    [
      "elements of an unknown list one by one",
      800,
      (n: number) => times(n, (index) => `{"index":0,"browser":{"parts":[{"index":${index}}]}}`),
    ],
    ["calls one by one", 800, (n: number) => times(n, (index) => `{"index":${index}}`)],
    [
      "calls by their identifiers",
      800,
      (n: number) => times(n, (index) => `{"id":"call_${index}"}`),
    ],
  ])(
    "issue 11.16: is linear for %s",
    (_, count, write) => {
      const [few, many] = [write(count), write(count * FACTOR)];
      expectRatio(
        () => timeOf(few),
        () => timeOf(many),
        MOST,
      );
    },
    60_000,
  );

  it.each([
    ["an unknown object", (n: number) => `{"index":0,"browser":{${members(n)}}}`],
    ["unknown members", (n: number) => `{"index":0,${members(n)}}`],
  ])(
    "issue 11.16: does not depend on what is there of %s",
    (_, write) => {
      const small = times(
        200,
        (index) => `{"index":0,"member_5":${index},"browser":{"x":${index}}}`,
      );
      const timeAfter = (count: number) =>
        timeOf(small.slice(1), [callEvent(write(count)), ...small]);
      expectRatio(
        () => timeAfter(400),
        () => timeAfter(40_000),
        20,
      );
    },
    60_000,
  );

  it("issue 11.16: does not depend on what is there when it is refused", () => {
    // The first element changes a member, the second one is refused.
    const refused = callEvent('{"index":0,"member_1":"new"},{"index":0,"id":"call_2"}');
    const timeAfter = (count: number): number => {
      const { accumulator } = new JsonAccumulator({}, createAccumulator);
      accumulator.apply(callEvent(`{"index":0,"id":"call_1",${members(count)}}`));
      return processorTime(() => {
        for (let round = 0; round < 200; round++) {
          expect(() => accumulator.apply(refused)).toThrow(AccumulationError);
        }
      });
    };
    expectRatio(
      () => timeAfter(400),
      () => timeAfter(40_000),
      20,
    );
  }, 60_000);
});

describe("the bound on members", () => {
  it("issue 11.16: holds for unknown members and for those of an unknown object", () => {
    const accumulator = new JsonAccumulator({ maxMembers: 4 }, createAccumulator);
    accumulator.calls({ index: 0, type: "browser", a: 1, b: 2, browser: { a: 1, b: 2, c: 3 } });
    accumulator.calls({ index: 0, a: 3, browser: { d: 4 } });
    const call = "/step_details/tool_calls/0";
    const inMessage = () => accumulator.calls({ index: 0, browser: { a: 5 }, c: 1, d: 1 });
    expect(refusalIn(accumulator, inMessage)).toBe(`too_many_members ${call}/c`);
    const inObject = () => accumulator.calls({ index: 0, a: 7, browser: { e: 5 } });
    expect(refusalIn(accumulator, inObject)).toBe(`too_many_members ${call}/browser/e`);
    expect(accumulator.toolCalls()).toEqual([
      { type: "browser", a: 3, b: 2, browser: { a: 1, b: 2, c: 3, d: 4 } },
    ]);
  });

  it("issue 11.16: counts the names of members as well", () => {
    const accumulator = new JsonAccumulator({ maxSize: 1000 }, createAccumulator);
    const apply = () => accumulator.calls({ index: 0, ["x".repeat(1000)]: 1 });
    expect(refusalIn(accumulator, apply)).toMatch(/^too_large /);
  });
});

describe("a snapshot with many members", () => {
  it("issue 11.16: stays as it is, when it is read and copied late", () => {
    const accumulator = new StepAccumulator({}, createAccumulator);
    const snapshots = times(
      100,
      (index) => `{"index":${index},"m_${index}":1,"x":{"text":"a"}}`,
    ).map((event) => accumulator.apply(event) ?? expect.unreachable());
    for (const [index, snapshot] of [...snapshots.entries()].reverse()) {
      const json = JSON.parse(stringifyOpenAI(RunStepSchema, snapshot));
      expect(json.step_details.tool_calls).toHaveLength(index + 1);
      expect(json.step_details.tool_calls[index]).toEqual({ [`m_${index}`]: 1, x: { text: "a" } });
    }
    const last = snapshots.at(-1) ?? expect.unreachable();
    expect(accumulator.step("step_1")).toBe(last);
    expect(Object.isFrozen(last.stepDetails?.stepDetails.value)).toBe(true);
    for (const copy of [
      clone(RunStepSchema, last),
      structuredClone(last),
      { ...last },
      fromBinary(RunStepSchema, toBinary(RunStepSchema, last)),
    ]) {
      expect(equals(RunStepSchema, copy, last)).toBe(true);
      expect(copy).toEqual(last);
    }
    // A copy of a snapshot, and the snapshot of another accumulator, can be continued.
    for (const value of [last, clone(RunStepSchema, last)]) {
      const other = new StepAccumulator({}, createAccumulator);
      other.apply({
        $typeName: StreamEventSchema.typeName,
        event: { case: "runStepCreated", value },
      });
      other.apply(callEvent('{"index":99,"x":{"text":"b"}}'));
      const json = JSON.parse(stringifyOpenAI(RunStepSchema, other.step("step_1") ?? last));
      expect(json.step_details.tool_calls[99]).toEqual({ m_99: 1, x: { text: "ab" } });
    }
    const unchanged = JSON.parse(stringifyOpenAI(RunStepSchema, last));
    expect(unchanged.step_details.tool_calls[99]).toEqual({ m_99: 1, x: { text: "a" } });
  });
});
