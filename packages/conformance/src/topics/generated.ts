import { corruptions, DocumentGenerator, type DocumentOptions } from "@stepwire/testing";
import { schemaNamed } from "../schemas.js";
import type { JsonInput, Topic } from "../topic.js";

const schemas = ["RunStep", "RunStepDelta", "RunStepList", "StreamEvent", "Document"];

const kinds: readonly (readonly [name: string, options: DocumentOptions])[] = [
  ["canonical", { rightIn: "canonical" }],
  ["right in strict", { rightIn: "strict" }],
  ["right in preserve", { rightIn: "preserve" }],
  ["right in archive", { rightIn: "archive" }],
  ["with a duplicate member", { flaw: "duplicate_member" }],
  ["with a lone surrogate in a name", { flaw: "lone_surrogate" }],
];

/** How many documents of each kind and schema, and about how many values each has. */
const COUNT = 2;
const SIZE = 12;
/** A longer document is left out, to keep the file small. */
const LONGEST = 2_000;

function generatedInputs(): readonly JsonInput[] {
  return schemas.flatMap((schema) =>
    kinds.flatMap(([kind, options]) => {
      const generator = new DocumentGenerator(schemaNamed(schema), options);
      return Array.from({ length: COUNT }, (_, seed): JsonInput => {
        const { text } = generator.generate(seed + 1, SIZE);
        return { name: `${schema} ${kind}, ${seed + 1}`, schema, json: text };
      }).filter(({ json }) => json.length <= LONGEST);
    }),
  );
}

const rich = `{"id":"é\\n","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":10,"x":[1.0]}]}}}`;

/** Only every so many of the ways to spoil a document, to keep the file small. */
const SAMPLED = 6;

function* spoiled(): Generator<JsonInput> {
  let count = 0;
  for (const json of corruptions(new TextEncoder().encode(rich))) {
    if (count++ % SAMPLED === 0) {
      yield { name: `a delta that is spoiled, ${count}`, schema: "RunStepDelta", json };
    }
  }
}

/** Documents from the generator of the property tests, and one that is spoiled at each place. */
export const generated: Topic = {
  topic: "generated",
  about:
    "Random documents from the schema, right in one mode or another; and one document, spoiled at each place.",
  inputs: [...generatedInputs(), ...spoiled()],
};
