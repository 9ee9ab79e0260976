import type { DescMessage } from "@bufbuild/protobuf";
import { StreamEventSchema } from "@stepwire/core";
import { ChatCompletionStreamEventSchema } from "@stepwire/core/chat";
import { ResponseStreamEventSchema } from "@stepwire/core/responses";
import { parseOpenAI } from "@stepwire/openai-json";
import { DocumentGenerator, printedSeed } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { AccumulationError } from "../src/index.js";
import { createAccumulator } from "./both-engines.js";

const seed = printedSeed();
const ROUNDS = 12;
const TURNS = 24;

describe.each<readonly [string, DescMessage]>([
  ["runs", StreamEventSchema],
  ["chat", ChatCompletionStreamEventSchema],
  ["responses", ResponseStreamEventSchema],
])("generated events of %s", (_, schema) => {
  it("do the same in both engines", () => {
    const generators = [
      new DocumentGenerator(schema),
      new DocumentGenerator(schema, { rightIn: "preserve" }),
    ];
    let applied = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const accumulator = createAccumulator(schema, { maxElements: 40, maxIndexGap: 20 });
      const generator = generators[round % generators.length] ?? expect.unreachable();
      for (let turn = 0; turn < TURNS; turn++) {
        const { text } = generator.generate((seed + round) * TURNS + turn);
        const event = parseOpenAI(schema, few(text), { mode: "archive" });
        try {
          accumulator.apply(event);
          applied++;
        } catch (error) {
          if (!(error instanceof AccumulationError)) {
            throw new Error(`seed ${seed + round}, turn ${turn}: ${few(text)}`, { cause: error });
          }
        }
      }
      for (const object of accumulator.schemas) {
        accumulator.objects(object);
      }
    }
    expect(applied).toBeGreaterThan(ROUNDS * 2);
  }, 60_000);
});

/** Makes identifiers and indexes equal more often, so that events meet. */
function few(json: string): string {
  return json
    .replaceAll(/"((?:\w+_)?id)"\s*:\s*"[^"\\]*"/g, (_, name: string) => `"${name}":"a"`)
    .replaceAll(/"((?:\w+_)?index)"\s*:\s*(\d+)(?![.\deE])/g, (_, name: string, index: string) => {
      return `"${name}":${Number(index.slice(-1)) % 3}`;
    });
}
