import type { DescMessage } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import type { ByteEngine } from "./engines.js";
import type { SchemaName } from "./schemas.js";
import { compileSchemas } from "./schemas.js";
import { documentTables, editTables, messageTables, textTables } from "./tables.js";
import { verifyDocument } from "./verify-document.js";
import { verifyEdit, verifyMessage } from "./verify-message.js";
import { verifyBuffers, verifySpoiledBinary, verifySpoiledJson } from "./verify-robustness.js";
import { verifyText } from "./verify-text.js";

/** A document with a bit of every feature, both in the schema and unknown to it. */
const rich = `{"id":"é\\n😀","object":"thing","ended_at":-1,"color":"blue","background":null,"part":{"x":1.0},"score":-1.5e3,"integers":{"a":1},"lists":{"strings":["a"],"levels":["some"],"values":[{"a":[true]}],"rows":[[1],[]]},"maps":{"texts":{"t":[ 1 ]}},"choices":[{"type":"flag","flag":false,"mood":"?"}],"document":{"event":"e","data":"d"}}`;

/** Enough for thousands of conversions on a busy machine. */
const timeout = 60_000;

/** The known failures of an engine. */
export interface Shortcomings {
  /**
   * Cases that the engine is known to fail, as `subject > name`. They must really fail: a case that
   * passes must be removed from this list.
   */
  readonly failures?: readonly string[];
}

/**
 * Defines tests for the behaviour of every engine: each row of docs/mapping.md, the grammar of
 * JSON, and the limits of Protobuf. Call it once per file.
 */
export function describeEngine(engine: ByteEngine, { failures = [] }: Shortcomings = {}): void {
  const lookUp = compileSchemas();
  const awaited = new Set(failures);

  function declare<Case extends { readonly name: string; readonly schema: SchemaName }>(
    tables: Readonly<Record<string, readonly Case[]>>,
    verify: (engine: ByteEngine, schema: DescMessage, given: Case) => void,
  ): void {
    for (const [subject, cases] of Object.entries(tables)) {
      describe(subject, () => {
        for (const given of cases) {
          const fails = awaited.delete(`${subject} > ${given.name}`);
          const declareTest = fails ? test.fails : test;
          declareTest(given.name, () => verify(engine, lookUp(given.schema), given));
        }
      });
    }
  }

  describe(`${engine.name}: JSON to binary and back`, () =>
    declare(documentTables, verifyDocument));
  describe(`${engine.name}: no JSON`, () => declare(textTables, verifyText));
  describe(`${engine.name}: binary to JSON`, () => declare(messageTables, verifyMessage));
  describe(`${engine.name}: edited messages`, () => declare(editTables, verifyEdit));
  describe(`${engine.name}: robustness`, () => {
    const schema = lookUp("Thing");
    const json = new TextEncoder().encode(rich);
    test("a document that is spoiled at any one place is refused or comes back", { timeout }, () =>
      verifySpoiledJson(engine, schema, json),
    );
    test("binary that is spoiled at any one place is refused or a message", { timeout }, () =>
      verifySpoiledBinary(engine, schema, json),
    );
    test("input and output are bytes of their own", () => verifyBuffers(engine, schema, json));
  });
  test(`${engine.name}: every known failure is a case`, () => {
    expect([...awaited]).toEqual([]);
  });
}
