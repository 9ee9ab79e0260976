import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { RunStepListSchema, RunStepSchema, StepDetailsSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import {
  check,
  checkBinary,
  checkText,
  fromOpenAI,
  parseOpenAI,
  stringifyOpenAI,
  toOpenAI,
} from "../src/index.js";
import { messageStep, places } from "./run-steps.js";
import { violationsOf } from "./violations-of.js";

const timeout = 60_000;

/** A list of steps without details. */
function emptySteps(count: number) {
  const data = Array.from({ length: count }, () => create(RunStepSchema));
  return create(RunStepListSchema, { data });
}

describe("issue 11.19: maxViolations", () => {
  it("holds to JSON", () => {
    const message = emptySteps(5000);
    const binary = toBinary(RunStepListSchema, message);
    for (const [options, count] of [
      [{}, 1000],
      [{ maxViolations: 7 }, 7],
      [{ maxViolations: 1 }, 1],
    ] as const) {
      for (const violations of [
        violationsOf(() => stringifyOpenAI(RunStepListSchema, message, options)),
        violationsOf(() => toOpenAI(RunStepListSchema, message, options)),
        checkBinary(RunStepListSchema, binary, options),
      ]) {
        expect(violations).toHaveLength(count);
        expect(violations[0]?.pointer).toMatch(/^\/data\/0\//);
      }
    }
  });

  it("holds from JSON", () => {
    const text = `{"data":[${"{},".repeat(5000)}{}]}`;
    const value = JSON.parse(text);
    const options = { maxViolations: 7 };
    expect(checkText(RunStepListSchema, text)).toHaveLength(1000);
    expect(checkText(RunStepListSchema, text, options)).toHaveLength(7);
    expect(violationsOf(() => parseOpenAI(RunStepListSchema, text, options))).toHaveLength(7);
    expect(violationsOf(() => fromOpenAI(RunStepListSchema, value, options))).toHaveLength(7);
    expect(check(RunStepListSchema, value, options)).toHaveLength(7);
  });

  it.each([0, -1, 1.5, Number.NaN])("is not %s", (maxViolations) => {
    const message = emptySteps(1);
    const expected = "maxViolations is an integer from 1 to";
    expect(() => stringifyOpenAI(RunStepListSchema, message, { maxViolations })).toThrow(expected);
    expect(() => toOpenAI(RunStepListSchema, message, { maxViolations })).toThrow(expected);
    expect(() => checkBinary(RunStepListSchema, new Uint8Array(), { maxViolations })).toThrow(
      expected,
    );
  });

  it("gives way to a bound on all pointers, for names of megabytes", { timeout }, () => {
    const name = "n".repeat(600_000);
    const duplicates = `{"${name}":{${'"a":1,'.repeat(5000)}"a":1}}`;
    expect(checkText(RunStepListSchema, duplicates)).toHaveLength(2);
    // Metadata is a map of values.
    const metadata = { [name]: Array.from({ length: 5000 }, () => "\ud800") };
    const step = { ...messageStep, metadata };
    expect(check(RunStepSchema, step, { mode: "strict" })).toHaveLength(2);
    expect(check(RunStepSchema, step, { mode: "strict", maxViolations: 1 })).toHaveLength(1);
  });
});

describe("a long list", () => {
  const count = 5000;
  const step = JSON.stringify(messageStep);
  const odd = '{"id":1}';
  const head = '{"object":"list","first_id":null,"last_id":null,"has_more":false,"data":[';

  it("keeps the indexes of its elements, and their order", () => {
    const steps = Array.from({ length: count }, (_, index) =>
      step.replace("step_1", `step_${index}`),
    );
    const text = `${head}${steps.join()}]}`;
    expect(checkText(RunStepListSchema, text, { mode: "strict" })).toEqual([]);
    const message = parseOpenAI(RunStepListSchema, text);
    expect(message.data.map(({ id }) => id)).toEqual(steps.map((_, index) => `step_${index}`));
    const binary = toBinary(RunStepListSchema, message);
    expect(checkBinary(RunStepListSchema, binary)).toEqual([]);

    steps[4321] = odd;
    const refused = `${head}${steps.join()}]}`;
    const violations = checkText(RunStepListSchema, refused);
    const violation = violations.find(({ code }) => code === "wrong_type");
    expect(violation?.pointer).toBe("/data/4321/id");
    expect(new Set(violations.map(({ pointer }) => pointer.split("/")[2]))).toEqual(
      new Set(["4321"]),
    );
    expect(violation?.offset).toBe(refused.indexOf(odd) + '{"id":'.length);

    const data = message.data.toSpliced(4321, 1, create(RunStepSchema, { id: "x" }));
    const missing = toBinary(RunStepListSchema, create(RunStepListSchema, { ...message, data }));
    expect(places(checkBinary(RunStepListSchema, missing))[0]).toContain(" /data/4321/");
  });

  it("is not an object that it is to be", () => {
    const text = `{"a":[${"0,".repeat(100_000)}0],"data":{${'"x":0,'.repeat(2)}"y":[]},"id":0}`;
    expect(places(checkText(RunStepListSchema, text, { mode: "archive" }))).toEqual([
      "duplicate_member /data/x",
    ]);
    const array = `${head.replace('"data":[', '"data":1,"x":[')}${"0,".repeat(100_000)}0]}`;
    expect(places(checkText(RunStepListSchema, array))).toEqual(["wrong_type /data"]);
  });
});

describe("a oneof in large binary", () => {
  // An unknown field of 70,000 bytes, message_creation, and tool_calls with a call without details.
  const unknown = new BinaryWriter()
    .tag(99, WireType.LengthDelimited)
    .bytes(new Uint8Array(70_000));
  const padding = unknown.finish();
  const creation = Uint8Array.of(0x0a, 0);
  const call = Uint8Array.of(0x12, 2, 0x0a, 0);

  it.each([
    ["cc", 2],
    ["ccm", 0],
    ["cm", 0],
    ["mc", 1],
    ["cmcc", 2],
    ["ccmc", 1],
  ])("is the arm that came last, with the records since it came: %s", (order, calls) => {
    const records = [...order].map((letter) => (letter === "c" ? call : creation));
    const binary = Buffer.concat([padding, ...records, padding]);
    const message = fromBinary(StepDetailsSchema, binary);
    const expected = violationsOf(() => stringifyOpenAI(StepDetailsSchema, message));
    const found = checkBinary(StepDetailsSchema, binary);
    expect(found).toEqual(expected);
    expect(new Set(found.map(({ pointer }) => pointer.split("/")[2])).size).toBe(calls);
  });
});
