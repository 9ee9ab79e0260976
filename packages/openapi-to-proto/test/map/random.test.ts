import { printedSeed } from "@stepwire/testing";
import { type Arbitrary, array, constantFrom, dictionary, oneof, record, sample } from "fast-check";
import { expect, it } from "vitest";
import { ImportError } from "../../src/error.js";
import { type ImportedFile, importSchemas } from "../../src/import-schemas.js";
import { BufModule } from "../support/buf.js";
import { jsonFile } from "../support/declared.js";
import { builtMessages, mappingProblems } from "../support/mapping-problems.js";

const DOCUMENTS = 150;
const DEPTH = 3;

const names = ["Alpha", "beta", "Gamma-2", "delta_item"];
const memberNames = constantFrom("type", "id", "kindOf", "list", "x");

const leaf: Arbitrary<unknown> = constantFrom<unknown[]>(
  {},
  true,
  { type: "null" },
  { type: "string" },
  { type: ["string", "null"] },
  { type: ["integer", "object"], nullable: true },
  { type: "string", format: "byte" },
  { type: "integer", minimum: 0, maximum: 9 },
  { type: "number" },
  { type: "boolean" },
  { type: "object" },
  { type: "array" },
  { const: "a" },
  { const: "b" },
  { const: 1 },
  { enum: ["a", null] },
  { enum: ["a", "b", "c.d"] },
  { enum: ["web_search", "x-1", ""] },
  ...names.map((name) => ({ $ref: `#/components/schemas/${name}` })),
);

function object(member: Arbitrary<unknown>): Arbitrary<unknown> {
  return record(
    {
      type: constantFrom("object"),
      properties: dictionary(memberNames, member, { maxKeys: 4 }),
      required: array(memberNames, { maxLength: 3 }),
      discriminator: record({ propertyName: memberNames }),
    },
    { requiredKeys: ["type", "properties"] },
  );
}

function schema(depth: number): Arbitrary<unknown> {
  if (depth === 0) {
    return leaf;
  }
  const inner = schema(depth - 1);
  const arms = array(inner, { minLength: 1, maxLength: 4 });
  return oneof(
    leaf,
    object(inner),
    object(inner),
    record({ type: constantFrom("array"), items: inner }),
    record({ type: constantFrom("object"), additionalProperties: inner }),
    record({ allOf: array(inner, { minLength: 1, maxLength: 2 }) }),
    record({ oneOf: arms }),
    record({ anyOf: arms, discriminator: record({ propertyName: memberNames }) }),
  );
}

const documents = record(Object.fromEntries(names.map((name) => [name, schema(DEPTH)])));

/** Imports schemas; none if they contradict each other or contain only themselves. */
function filesOf(schemas: object, index: number): readonly ImportedFile[] {
  try {
    return importSchemas({
      document: jsonFile({ openapi: "3.1.0", components: { schemas } }),
      package: `random${index}.v1`,
    }).files;
  } catch (error) {
    if (!(error instanceof ImportError)) {
      throw error;
    }
    for (const { code } of error.mistakes) {
      // Random schemas may need no message.
      expect(["contradiction", "circular_all_of", "not_a_document"]).toContain(code);
    }
    return [];
  }
}

it("makes valid messages of random schemas, or names the mistake", () => {
  const seed = printedSeed();
  const files = sample(documents, { seed, numRuns: DOCUMENTS }).flatMap(filesOf);
  expect(files.length).toBeGreaterThan(DOCUMENTS / 4);
  const module = new BufModule(files);
  expect(module.run("lint")).toBe("");
  expect(module.run("format", "--diff", "--exit-code")).toBe("");
  expect(mappingProblems(builtMessages(module))).toEqual([]);
}, 60_000);
