import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  DocumentSchema,
  type JsonResidue,
  RunStatus,
  RunStepDeltaSchema,
  RunStepSchema,
  RunStepType,
  StreamEventSchema,
} from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { fromOpenAI, parseOpenAI, stringifyOpenAI, toOpenAI } from "../src/index.js";
import { messageStep } from "./run-steps.js";
import { violationsOf } from "./violations-of.js";

const step = {
  id: "step_1",
  createdAt: 1n,
  runId: "run_1",
  threadId: "thread_1",
  type: RunStepType.MESSAGE_CREATION,
  status: RunStatus.COMPLETED,
  completedAt: 2n,
  stepDetails: {
    stepDetails: { case: "messageCreation", value: { messageId: "msg_1" } },
  },
} satisfies MessageInitShape<typeof RunStepSchema>;

/** A step with members in its residue. */
function stepWith(
  members: JsonResidue["members"],
): ReturnType<typeof create<typeof RunStepSchema>> {
  return create(RunStepSchema, { ...step, jsonResidue: { members } });
}

describe("toOpenAI", () => {
  it("writes the canonical form", () => {
    expect(toOpenAI(RunStepSchema, create(RunStepSchema, step))).toEqual(messageStep);
  });

  it("gives objects of their own", () => {
    const message = create(RunStepSchema, { ...step, jsonResidue: { members: { x: "[{}]" } } });
    const first = toOpenAI(RunStepSchema, message);
    const second = toOpenAI(RunStepSchema, message);
    expect(first).not.toBe(second);
    expect(first.step_details).not.toBe(second.step_details);
    first.id = "changed";
    first.completed_at = null;
    expect(toOpenAI(RunStepSchema, message)).toEqual(second);
    expect(toOpenAI(RunStepSchema, create(RunStepSchema, step))).toEqual(messageStep);
  });

  it("gives plain objects, arrays and values", () => {
    const written = toOpenAI(
      RunStepSchema,
      create(RunStepSchema, {
        ...step,
        metadata: { a: { kind: { case: "nullValue", value: 0 } } },
        jsonResidue: { members: { x: ' { "y" : [ null , true , "z" ] } ' } },
      }),
    );
    expect(JSON.parse(JSON.stringify(written))).toEqual(written);
    expect(written).toStrictEqual({
      ...messageStep,
      metadata: { a: null },
      x: { y: [null, true, "z"] },
    });
  });

  it("writes null, false, 0 and empty text that the residue holds", () => {
    const members = { n: "null", f: "false", z: "0", s: '""', a: "[]", o: "{}" };
    expect(toOpenAI(RunStepSchema, stepWith(members))).toEqual({
      ...messageStep,
      n: null,
      f: false,
      z: 0,
      s: "",
      a: [],
      o: {},
    });
    const other = parseOpenAI(StreamEventSchema, '{"event":"x","data":null}');
    expect(toOpenAI(StreamEventSchema, other)).toEqual({ event: "x", data: null });
  });

  it.each([
    [2n ** 53n, 2 ** 53],
    [2n ** 53n - 1n, 2 ** 53 - 1],
    [-(2n ** 53n), -(2 ** 53)],
    [2n ** 53n + 2n, 2 ** 53 + 2],
    [-(2n ** 63n), -(2 ** 63)],
    [2n ** 62n, 2 ** 62],
  ])("writes the integer %s, which a JavaScript number holds", (integer, number) => {
    const written = toOpenAI(
      RunStepSchema,
      create(RunStepSchema, { ...step, completedAt: integer }),
    );
    expect(written.completed_at).toBe(number);
  });

  it.each([2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, 1234567890123456789n])(
    "refuses the integer %s, which a JavaScript number would round",
    (integer) => {
      const message = create(RunStepSchema, { ...step, createdAt: integer, completedAt: integer });
      expect(violationsOf(() => toOpenAI(RunStepSchema, message))).toMatchObject([
        {
          code: "not_representable",
          pointer: "/created_at",
          path: "stepwire.v1.RunStep.created_at",
          found: String(integer),
        },
        { code: "not_representable", pointer: "/completed_at" },
      ]);
      expect(stringifyOpenAI(RunStepSchema, message)).toContain(`"completed_at":${integer}`);
    },
  );

  it.each(["9007199254740993", "0.10000000000000001", "1e400", "[1,[-1e999]]", '{"a":1e-400}'])(
    "refuses the text %s in the residue, whose number it would round",
    (text) => {
      expect(violationsOf(() => toOpenAI(RunStepSchema, stepWith({ x: text })))).toMatchObject([
        { code: "not_representable", pointer: "/x", path: "stepwire.v1.RunStep" },
      ]);
      expect(stringifyOpenAI(RunStepSchema, stepWith({ x: text }))).toContain(`"x":${text}`);
    },
  );

  it.each([
    ["1.0", 1],
    ["1e2", 100],
    ["-0", -0],
    ["9007199254740992", 2 ** 53],
    ["100000000000000000000", 1e20],
    ["1.7976931348623157e308", Number.MAX_VALUE],
  ])("reads the number %s in the residue", (text, number) => {
    expect(toOpenAI(RunStepSchema, stepWith({ x: text }))).toHaveProperty("x", number);
  });

  it("refuses numbers of another document that it would round", () => {
    const text = '{"object":"letter","n":12345678901234567890}';
    const message = parseOpenAI(DocumentSchema, text);
    expect(violationsOf(() => toOpenAI(DocumentSchema, message))).toMatchObject([
      { code: "not_representable", pointer: "", path: "stepwire.v1.Document.document" },
    ]);
    expect(stringifyOpenAI(DocumentSchema, message)).toBe(text);
  });

  it("reports everything that is wrong", () => {
    const message = create(RunStepSchema, {
      createdAt: 2n ** 60n + 1n,
      // An open enum holds any number.
      status: 99 as RunStatus,
      jsonResidue: { members: { x: "{", y: "1e400" } },
    });
    const found = violationsOf(() => toOpenAI(RunStepSchema, message));
    expect(found.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      "not_representable /created_at",
      "unknown_value /type",
      "unknown_value /status",
      "missing_member /step_details",
      "invalid_residue /x",
      "not_representable /y",
    ]);
    for (const { expected, offset } of found) {
      expect(expected).not.toBe("");
      expect(offset).toBeUndefined();
    }
  });

  it("gives back a value of any size of integer that JSON.parse gave", () => {
    const value = { ...messageStep, completed_at: 2 ** 53 + 2, extra: [2 ** 60, 1e300, 0.1] };
    expect(toOpenAI(RunStepSchema, fromOpenAI(RunStepSchema, value))).toEqual(value);
  });

  it("writes a delta without what it does not change", () => {
    const message = create(RunStepDeltaSchema, { id: "s", delta: {} });
    expect(toOpenAI(RunStepDeltaSchema, message)).toEqual({
      id: "s",
      object: "thread.run.step.delta",
      delta: {},
    });
  });
});
