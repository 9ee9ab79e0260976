import { DocumentSchema, documentSchemas } from "@stepwire/core";
import { compileEveryFeature, documentCount, printedSeed } from "@stepwire/testing";
import { describe, expect, test } from "vitest";
import { Differential } from "./support/differential.js";

/** In CI 40,000 documents of each type of the model, 200,000 together. */
const COUNT = documentCount() * 4;
const EVERY_FEATURE_COUNT = Math.ceil(documentCount() / 2);

// The same documents each time, so that a change fails for what it changed alone. Other
// seeds, and more documents, are for long runs: what they find becomes a case.
const seed = printedSeed(1);

const model = [...documentSchemas, DocumentSchema];
const everyFeature = compileEveryFeature([
  "Thing",
  "Choice",
  "OpenEvent",
  "ClosedEvent",
  "OptionalTexts",
  "Document",
  "ClosedDocument",
]);

const cases = [
  ...model.map((schema) => ({ schema, count: COUNT })),
  ...everyFeature.map((schema) => ({ schema, count: EVERY_FEATURE_COUNT })),
].map((each) => ({ ...each, name: each.schema.typeName }));

describe("both engines give the same", () => {
  test.each(cases)("$count documents of $name", { timeout: 600_000 }, ({ schema, count }) => {
    const differential = new Differential(schema);
    for (let index = 0; index < count; index++) {
      const each = seed + index;
      try {
        differential.run(each);
      } catch (cause) {
        throw new Error(`the document of seed ${each}`, { cause });
      }
    }
    expect(differential.fallbacks).toBe(0);
  });
});
