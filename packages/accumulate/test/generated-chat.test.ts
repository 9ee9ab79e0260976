import { clone, create, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type ChatCompletion,
  ChatCompletionChunkSchema,
  ChatCompletionSchema,
  ChatCompletionStreamEventSchema,
} from "@stepwire/core/chat";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { DocumentGenerator, jsonDifference, printedSeed } from "@stepwire/testing";
import { expect, it } from "vitest";
import { AccumulationError } from "../src/index.js";
import { createAccumulator } from "./both-engines.js";

const seed = printedSeed();
const archive = { mode: "archive" } as const;

/** Checks that the JSON and the binary form of a snapshot say the same as the snapshot. */
function expectFaithful(snapshot: ChatCompletion, context: string): void {
  const json = stringifyOpenAI(ChatCompletionSchema, snapshot);
  const again = parseOpenAI(ChatCompletionSchema, json, archive);
  expect(jsonDifference(stringifyOpenAI(ChatCompletionSchema, again), json), context).toBe(
    undefined,
  );
  const binary = fromBinary(ChatCompletionSchema, toBinary(ChatCompletionSchema, snapshot));
  expect(equals(ChatCompletionSchema, binary, snapshot), context).toBe(true);
}

it("generated chunks add up to completions that have a JSON form, or are refused", () => {
  const generators = [
    new DocumentGenerator(ChatCompletionChunkSchema),
    new DocumentGenerator(ChatCompletionChunkSchema, { rightIn: "preserve" }),
  ];
  let merged = 0;
  for (let round = 0; round < 150; round++) {
    const accumulator = createAccumulator(ChatCompletionStreamEventSchema);
    const generator = generators[round % generators.length] ?? expect.unreachable();
    for (let turn = 0; turn < 8; turn++) {
      const context = `seed ${seed + round}, turn ${turn}`;
      const { text } = generator.generate((seed + round) * 8 + turn);
      const value = parseOpenAI(ChatCompletionChunkSchema, text, archive);
      const event = create(ChatCompletionStreamEventSchema, { event: { case: "chunk", value } });
      const [before] = accumulator.objects(ChatCompletionSchema);
      const copy = before && clone(ChatCompletionSchema, before);
      const { size } = accumulator;
      let refusal: unknown;
      try {
        accumulator.apply(event);
        merged++;
      } catch (reason) {
        refusal = reason;
      }
      if (before !== undefined && copy !== undefined) {
        expect(equals(ChatCompletionSchema, before, copy), context).toBe(true);
      }
      const [after, ...others] = accumulator.objects(ChatCompletionSchema);
      expect(others).toEqual([]);
      if (refusal !== undefined) {
        expect(refusal, context).toBeInstanceOf(AccumulationError);
        expect(after, context).toBe(before);
        expect(accumulator.size).toBe(size);
      } else if (after !== undefined) {
        expectFaithful(after, context);
      }
    }
  }
  expect(merged).toBeGreaterThan(100);
}, 60_000);
