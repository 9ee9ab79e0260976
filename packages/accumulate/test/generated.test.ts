import { clone, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type RunStep, RunStepDeltaSchema, RunStepSchema, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import {
  DocumentGenerator,
  jsonDifference,
  printedSeed,
  reasonOf,
  snapshotPrototypes,
} from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { AccumulationError } from "../src/index.js";
import { StepAccumulator } from "./step-accumulator.js";

const seed = printedSeed();
const archive = { mode: "archive" } as const;
const id = "step_1";

describe("generated deltas", () => {
  /** Whether the JSON of a snapshot says the same as the snapshot. */
  function expectFaithful(snapshot: RunStep, context: string): void {
    const json = stringifyOpenAI(RunStepSchema, snapshot);
    const again = parseOpenAI(RunStepSchema, json, archive);
    expect(jsonDifference(stringifyOpenAI(RunStepSchema, again), json), context).toBeUndefined();
    const binary = fromBinary(RunStepSchema, toBinary(RunStepSchema, snapshot));
    expect(equals(RunStepSchema, binary, snapshot), context).toBe(true);
  }

  it("add up to steps that have a JSON form, or are refused and change nothing", () => {
    const prototypes = snapshotPrototypes();
    const steps = new DocumentGenerator(RunStepSchema);
    const generators = [
      new DocumentGenerator(RunStepDeltaSchema),
      new DocumentGenerator(RunStepDeltaSchema, { rightIn: "preserve" }),
    ];
    let merged = 0;
    for (let round = 0; round < 250; round++) {
      const accumulator = new StepAccumulator();
      if (round % 2 === 0) {
        const value = parseOpenAI(RunStepSchema, steps.generate(seed + round).text, archive);
        value.id = id;
        accumulator.apply(event({ case: "runStepCreated", value }));
      }
      for (let turn = 0; turn < 8; turn++) {
        const context = `seed ${seed + round}, turn ${turn}`;
        const generator = generators[round % generators.length] ?? expect.unreachable();
        const { text } = generator.generate((seed + round) * 8 + turn);
        const delta = parseOpenAI(RunStepDeltaSchema, text, archive);
        delta.id = id;
        const before = accumulator.step(id);
        const copy = before && clone(RunStepSchema, before);
        const size = accumulator.size;
        const refusal = reasonOf(() => accumulator.applyDelta(delta));
        if (before !== undefined && copy !== undefined) {
          expect(equals(RunStepSchema, before, copy), context).toBe(true);
        }
        if (refusal !== undefined) {
          expect(refusal, context).toBeInstanceOf(AccumulationError);
          expect(accumulator.step(id), context).toBe(before);
          expect(accumulator.size).toBe(size);
          continue;
        }
        merged++;
        expectFaithful(accumulator.step(id) ?? expect.unreachable(), context);
      }
    }
    expect(merged).toBeGreaterThan(500);
    expect(snapshotPrototypes()).toEqual(prototypes);
  }, 60_000);
});

function event(arm: Parameters<StepAccumulator["apply"]>[0]["event"]) {
  return { $typeName: StreamEventSchema.typeName, event: arm } as const;
}
