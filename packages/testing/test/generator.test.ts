import type { DescMessage } from "@bufbuild/protobuf";
import { DocumentSchema, RunStepListSchema, RunStepSchema, ToolCallSchema } from "@stepwire/core";
import { getDocumentArms } from "@stepwire/mapping";
import { describe, expect, test } from "vitest";
import {
  compileEveryFeature,
  DocumentGenerator,
  type ExpectedCode,
  type Flaw,
  type GeneratedDocument,
  printedSeed,
  type Rightness,
  readJson,
  violationsIn,
} from "../src/index.js";
import { collectNames, memberNames, resolve } from "./places.js";

const seed = printedSeed();
const levels: readonly Rightness[] = ["canonical", "strict", "preserve", "archive"];
const flaws: readonly Flaw[] = ["duplicate_member", "lone_surrogate", "too_deep"];

const schemas: readonly DescMessage[] = [
  ...getDocumentArms(DocumentSchema).map(({ message }) => message),
  DocumentSchema,
  ...compileEveryFeature([
    "Thing",
    "Choice",
    "OpenEvent",
    "ClosedEvent",
    "Texts",
    "Document",
    "Files",
    "Kinds",
  ]),
];

const cases = schemas.map((schema) => ({ name: schema.typeName, schema }));

function* generate(
  generator: DocumentGenerator,
  count: number,
): Generator<GeneratedDocument, void> {
  for (let index = 0; index < count; index++) {
    yield generator.generate(seed + index);
  }
}

describe.each(cases)("$name", ({ schema }) => {
  test.each(levels)("documents right in %s are JSON and right in it", (rightIn) => {
    for (const { text, violations } of generate(new DocumentGenerator(schema, { rightIn }), 150)) {
      expect(readJson(text)).toBeInstanceOf(Map);
      expect(() => JSON.parse(text)).not.toThrow();
      const refused =
        rightIn === "canonical" || rightIn === "strict"
          ? violations
          : violationsIn(rightIn, violations);
      expect(refused).toEqual([]);
    }
  });

  test("what is wrong is in the document, and what is missing is not", () => {
    for (const { text, violations } of generate(new DocumentGenerator(schema), 200)) {
      const document = readJson(text);
      for (const { code, pointer } of violations) {
        const isAbsent = resolve(document, pointer) === undefined;
        // A document of no known kind may lack the member that would tell its kind.
        const shouldBe = code === "unknown_variant" ? isAbsent : code === "missing_member";
        expect(isAbsent, `${code} ${pointer} in ${text}`).toBe(shouldBe);
      }
    }
  });

  test.each(flaws)("a document with the flaw %s has it", (flaw) => {
    for (const { text, violations } of generate(new DocumentGenerator(schema, { flaw }), 100)) {
      expect(violations.filter(({ code }) => code === flaw)).toHaveLength(1);
      expect(violationsIn("archive", violations)).toHaveLength(1);
      if (flaw === "duplicate_member") {
        expect(() => readJson(text)).toThrow("second member");
      }
    }
  });

  test("every member of every message is written", () => {
    // Most types need fewer than 300 documents, the largest one up to 3,400 (measured: 40 seeds).
    const written = new Set<string>();
    let missing = memberNames(schema);
    for (const { text } of generate(new DocumentGenerator(schema, { rightIn: "strict" }), 40_000)) {
      collectNames(readJson(text), written);
      missing = missing.filter((name) => !written.has(name));
      if (missing.length === 0) {
        break;
      }
    }
    expect(missing).toEqual([]);
  });
});

test("every kind of violation is put in", () => {
  const codes = new Set<ExpectedCode>();
  for (const { violations } of generate(new DocumentGenerator(RunStepSchema), 3000)) {
    for (const { code } of violations) {
      codes.add(code);
    }
  }
  expect([...codes].sort()).toEqual([
    "missing_member",
    "not_representable",
    "tag_mismatch",
    "unknown_member",
    "unknown_value",
    "unknown_variant",
    "wrong_type",
  ]);
});

test("a document with a wrong tag has the payload of another arm", () => {
  // One arm of a tool call has no payload.
  for (const schema of [ToolCallSchema, ...compileEveryFeature(["Thing"])]) {
    const generator = new DocumentGenerator(schema, { rightIn: "preserve" });
    for (let index = 0; index < 3000; index++) {
      const { text, violations } = generator.generate(index);
      expect(violationsIn("preserve", violations), text).toEqual([]);
    }
  }
});

test("a seed and a size give one document", () => {
  const one = new DocumentGenerator(RunStepSchema);
  const other = new DocumentGenerator(RunStepSchema);
  for (let index = 0; index < 100; index++) {
    other.generate(index + 1000);
    expect(other.generate(index, 30)).toEqual(one.generate(index, 30));
  }
});

test("a smaller size gives smaller documents", () => {
  const generator = new DocumentGenerator(RunStepListSchema, { rightIn: "strict" });
  const total = (size: number): number => {
    let length = 0;
    for (let index = 0; index < 300; index++) {
      length += generator.generate(seed + index, size).text.length;
    }
    return length;
  };
  expect(total(0)).toBeLessThan(total(120) / 3);
});
