import { create, equals, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  JsonResidueSchema,
  type RunStep,
  type RunStepDelta,
  RunStepDeltaSchema,
  RunStepSchema,
  type StreamEvent,
  StreamEventSchema,
  type ToolCall,
} from "@stepwire/core";
import { isFrozenDeep } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { type AccumulationCode, AccumulationError, createAccumulator } from "../src/index.js";
import { StepAccumulator } from "./step-accumulator.js";

function delta(id: string, ...toolCalls: CallInit[]): RunStepDelta {
  const value = { toolCalls };
  const init: MessageInitShape<typeof RunStepDeltaSchema> = {
    id,
    delta: { stepDetails: { stepDetails: { case: "toolCalls", value } } },
  };
  return create(RunStepDeltaSchema, init);
}

interface CallInit {
  readonly index?: number;
  readonly id?: string;
  readonly toolCall?: {
    readonly case: "function";
    readonly value: { readonly name?: string; readonly arguments?: string };
  };
}

function input(index: number, text: string): CallInit {
  return { index, toolCall: { case: "function", value: { arguments: text } } };
}

function event(
  kind: "runStepCreated" | "runStepCompleted",
  value: MessageInitShape<typeof RunStepSchema>,
): StreamEvent {
  return create(StreamEventSchema, { event: { case: kind, value: create(RunStepSchema, value) } });
}

function callsOf(step: RunStep | undefined): ToolCall[] {
  const details = step?.stepDetails?.stepDetails;
  return details?.case === "toolCalls" ? details.value.toolCalls : expect.unreachable();
}

function argumentsOf(step: RunStep | undefined, index: number): string {
  const { toolCall } = callsOf(step)[index] ?? expect.unreachable();
  return toolCall.case === "function" ? toolCall.value.arguments : expect.unreachable();
}

function codeOf(action: () => unknown): AccumulationCode | undefined {
  try {
    action();
    return undefined;
  } catch (reason) {
    if (reason instanceof AccumulationError) {
      return reason.code;
    }
    throw reason;
  }
}

describe("the snapshots of an accumulator", () => {
  it("share what does not change, and never change", () => {
    const accumulator = new StepAccumulator();
    const results = [{ fileId: "file_1", fileName: "a", score: 0.5 }];
    accumulator.apply(event("runStepCreated", { id: "step_1", usage: { totalTokens: 1 } }));
    accumulator.applyDelta(
      create(RunStepDeltaSchema, {
        id: "step_1",
        delta: {
          stepDetails: {
            stepDetails: {
              case: "toolCalls",
              value: {
                toolCalls: [{ index: 1, toolCall: { case: "fileSearch", value: { results } } }],
              },
            },
          },
        },
      }),
    );
    const before = accumulator.applyDelta(delta("step_1", input(0, "a")));
    const copy = toBinary(RunStepSchema, before);
    const after = accumulator.applyDelta(delta("step_1", input(0, "b")));
    expect(after).not.toBe(before);
    expect(accumulator.step("step_1")).toBe(after);
    expect(accumulator.steps()).toEqual([after]);
    expect(toBinary(RunStepSchema, before)).toEqual(copy);
    expect(argumentsOf(after, 0)).toBe("ab");
    expect(after.usage).toBe(before.usage);
    expect(callsOf(after)[1]).toBe(callsOf(before)[1]);
    expect(isFrozenDeep(after)).toBe(true);
  });

  it("can be sent", () => {
    const accumulator = new StepAccumulator();
    const step = accumulator.applyDelta(delta("step_1", input(3, "x")));
    const again = fromBinary(RunStepSchema, toBinary(RunStepSchema, step));
    expect(equals(RunStepSchema, again, step)).toBe(true);
  });

  it("are kept by identifier, whatever that is", () => {
    const accumulator = new StepAccumulator();
    const ids = ["__proto__", "constructor", "toString", "step_1"];
    for (const id of ids) {
      expect(accumulator.step(id)).toBeUndefined();
      accumulator.applyDelta(delta(id, { index: 0, id }));
    }
    expect(accumulator.steps().map(({ id }) => id)).toEqual(ids);
    expect(Reflect.get({}, "index")).toBeUndefined();
  });

  it("hold members of any name as members of their own", () => {
    const accumulator = new StepAccumulator();
    for (const text of ['{"x":1}', '{"__proto__":{"y":2}}']) {
      const change = delta("step_1");
      const jsonResidue = create(JsonResidueSchema);
      jsonResidue.members = Object.fromEntries([
        ["constructor", "1"],
        ["__proto__", text],
      ]);
      Object.assign(change.delta ?? expect.unreachable(), { jsonResidue });
      accumulator.applyDelta(change);
    }
    const kept = accumulator.step("step_1")?.jsonResidue?.members ?? {};
    expect(Object.getOwnPropertyDescriptor(kept, "__proto__")?.value).toBe(
      '{"x":1,"__proto__":{"y":2}}',
    );
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
    expect(Reflect.get({}, "x")).toBeUndefined();
  });

  it("are those of the events where an event brings the whole step", () => {
    const accumulator = new StepAccumulator();
    const completed = event("runStepCompleted", { id: "step_1" });
    expect(accumulator.apply(completed)).toBe(completed.event.value);
    const done = create(StreamEventSchema, { event: { case: "done", value: "[DONE]" } });
    expect(accumulator.apply(done)).toBeUndefined();
    expect(accumulator.apply(create(StreamEventSchema))).toBeUndefined();
    expect(accumulator.ended).toBe("done");
  });

  it("cost as much however long they are", () => {
    const time = (count: number): number => {
      const accumulator = new StepAccumulator({}, createAccumulator);
      const deltas = Array.from({ length: count }, (_, index) =>
        delta("step_1", input(0, `${index} some text `)),
      );
      // The process's own time: other work on the machine does not count.
      const start = process.cpuUsage();
      for (const each of deltas) {
        accumulator.applyDelta(each);
      }
      const { user } = process.cpuUsage(start);
      expect(argumentsOf(accumulator.step("step_1"), 0)).toHaveLength(
        deltas.reduce((sum, _, index) => sum + `${index} some text `.length, 0),
      );
      return user;
    };
    const fastest = (count: number): number => Math.min(...[1, 2, 3, 4, 5].map(() => time(count)));
    time(2000);
    const [few, many] = [fastest(2000), fastest(20_000)];
    // Ten times as many; a copy of all for each would take a hundred times as long.
    expect(many / few).toBeLessThan(30);
  }, 60_000);
});

describe("the limits of an accumulator", () => {
  it.each([
    ["too_many_objects", { maxObjects: 1 }, delta("step_2")],
    ["too_many_elements", { maxElements: 2 }, delta("step_1", { index: 2 })],
    ["index_gap", { maxIndexGap: 1 }, delta("step_1", { index: 3 })],
    ["too_large", { maxSize: 600 }, delta("step_1", input(0, "x".repeat(600)))],
    [
      "too_large",
      { maxSize: 600 },
      delta("step_1", ...Array.from({ length: 30 }, (_, index) => ({ index }))),
    ],
    ["missing_id", {}, delta("")],
  ] as const)("refuse with %s, and change nothing", (code, options, refused) => {
    const accumulator = new StepAccumulator(options);
    const before = accumulator.applyDelta(delta("step_1", input(0, "a")));
    const { size } = accumulator;
    expect(codeOf(() => accumulator.applyDelta(refused))).toBe(code);
    expect(accumulator.steps()).toEqual([before]);
    expect(accumulator.step("step_1")).toBe(before);
    expect(accumulator.size).toBe(size);
    expect(argumentsOf(accumulator.applyDelta(delta("step_1", input(0, "b"))), 0)).toBe("ab");
  });

  it("leave what they allow", () => {
    const accumulator = new StepAccumulator({ maxElements: 2, maxIndexGap: 1, maxObjects: 1 });
    expect(callsOf(accumulator.applyDelta(delta("step_1", { index: 1 })))).toHaveLength(2);
  });

  it("count steps that events bring", () => {
    const accumulator = new StepAccumulator({ maxSize: 200, maxObjects: 1 });
    accumulator.apply(event("runStepCreated", { id: "step_1", runId: "x".repeat(100) }));
    const larger = event("runStepCreated", { id: "step_1", runId: "x".repeat(300) });
    expect(codeOf(() => accumulator.apply(larger))).toBe("too_large");
    expect(codeOf(() => accumulator.apply(event("runStepCreated", { id: "step_2" })))).toBe(
      "too_many_objects",
    );
    // The same step again takes the place of itself.
    accumulator.apply(event("runStepCompleted", { id: "step_1", runId: "y".repeat(100) }));
  });

  it("are free again when a step is forgotten", () => {
    const accumulator = new StepAccumulator({ maxObjects: 1 });
    accumulator.applyDelta(delta("step_1", input(0, "a")));
    expect(accumulator.delete("step_1")).toBe(true);
    expect(accumulator.delete("step_1")).toBe(false);
    expect(accumulator.size).toBe(0);
    accumulator.applyDelta(delta("step_2"));
  });

  it("count what is there, not what was said", () => {
    const accumulator = new StepAccumulator();
    const named = delta("step_1", { index: 0, id: "call_1" });
    accumulator.applyDelta(named);
    const { size } = accumulator;
    for (let round = 0; round < 100; round++) {
      accumulator.applyDelta(named);
    }
    expect(accumulator.size).toBe(size);
  });

  it.each([{ maxObjects: 0 }, { maxElements: 1.5 }, { maxIndexGap: -1 }, { maxSize: Number.NaN }])(
    "are refused as %o",
    (options) => {
      expect(() => new StepAccumulator(options)).toThrow(RangeError);
    },
  );
});

describe("an AccumulationError", () => {
  it("says where and why", () => {
    const accumulator = new StepAccumulator();
    const refused = () => accumulator.applyDelta(delta("step_1", input(0, "a"), input(99, "b")));
    expect(refused).toThrow(
      expect.objectContaining({
        code: "index_gap",
        objectType: "stepwire.v1.RunStep",
        objectId: "step_1",
        pointer: "/step_details/tool_calls/1",
        expected: "an index of at most 65",
        found: "index 99",
        message:
          'stepwire.v1.RunStep "step_1" at /step_details/tool_calls/1: index_gap: expected an index of at most 65, found index 99',
      }),
    );
  });
});
