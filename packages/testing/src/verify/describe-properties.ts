import type { DescMessage } from "@bufbuild/protobuf";
import { assert, oneof, property } from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { MessageEngine } from "../engine/engines.js";
import { documentArbitrary } from "../generate/arbitrary.js";
import type { DocumentOptions, GeneratedDocument } from "../generate/document.js";
import { snapshotPrototypes } from "../suite/prototypes.js";
import { printedSeed } from "../suite/seed.js";
import {
  verifyCanonical,
  verifyFlaw,
  verifyRewritten,
  verifyStripped,
  verifyText,
  verifyValue,
} from "./verify-document.js";

/** The environment variable with the number of documents to try. */
const VARIABLE = "STEPWIRE_DOCUMENTS";

const timeout = 300_000;

/** The levels are used in turn; more than half of the documents have violations. */
const everyLevel: readonly DocumentOptions[] = [
  { rightIn: "canonical" },
  { rightIn: "strict" },
  { rightIn: "preserve" },
  { rightIn: "archive" },
  { rightIn: "archive" },
];

const everyFlaw: readonly DocumentOptions[] = [
  { flaw: "duplicate_member" },
  { flaw: "lone_surrogate" },
  { flaw: "too_deep" },
];

/**
 * Returns how many documents of each type a property tries: by default 3,000 in CI and 2,000
 * elsewhere; `pnpm test:documents`, a CI job of its own, tries 40,000. Properties about a single
 * aspect try a tenth of it.
 */
export function documentCount(): number {
  const given = process.env[VARIABLE];
  const count = Number(given ?? (process.env["CI"] === "true" ? 3_000 : 2_000));
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${VARIABLE} is "${given}", but must be a positive integer`);
  }
  return count;
}

/**
 * Defines tests for the properties of an engine, with generated documents of these message types.
 * Call it once per file.
 */
export function describeProperties(
  engine: MessageEngine,
  schemas: readonly DescMessage[],
  count: number = documentCount(),
): void {
  const seed = printedSeed();
  const prototypes = snapshotPrototypes();
  const few = Math.ceil(count / 10);

  /** Tries documents until one fails, then smaller ones like it. */
  function forAll(
    schema: DescMessage,
    options: readonly DocumentOptions[],
    numRuns: number,
    verify: (document: GeneratedDocument) => void,
  ): void {
    const arbitraries = options.map((each) => documentArbitrary(schema, each));
    assert(property(oneof(...arbitraries), verify), { seed, numRuns });
  }

  afterAll(() => {
    expect(snapshotPrototypes()).toEqual(prototypes);
  });

  describe.each(schemas.map((schema) => ({ schema, name: schema.name })))("$name", ({ schema }) => {
    test("text: each mode refuses what is wrong and gives back all else", { timeout }, () => {
      forAll(schema, everyLevel, count, (document) => verifyText(engine, schema, document));
    });

    test("values: each mode refuses what is wrong and gives back all else", { timeout }, () => {
      forAll(schema, everyLevel, count, (document) => verifyValue(engine, schema, document));
    });

    test("every mode refuses duplicates, lone surrogates in names, and depth", { timeout }, () => {
      forAll(schema, everyFlaw, few, (document) => verifyFlaw(engine, schema, document));
    });

    test("what a message is written as gives the same message", { timeout }, () => {
      forAll(schema, everyLevel, few, (document) => verifyRewritten(engine, schema, document));
    });

    test("a canonical document has no residue", { timeout }, () => {
      const options = [{ rightIn: "canonical" }] as const;
      forAll(schema, options, few, (document) => verifyCanonical(engine, schema, document));
    });

    test("without its residue a message is canonical", { timeout }, () => {
      const options = [{ rightIn: "strict" }, { rightIn: "archive" }] as const;
      forAll(schema, options, few, (document) => verifyStripped(engine, schema, document));
    });
  });
}
