import type { DescMessage } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import type { ByteEngine } from "./byte-engine.js";
import type { SchemaName } from "./schemas.js";
import { compileSchemas } from "./schemas.js";
import { documentTables, editTables, messageTables, textTables } from "./tables.js";
import { verifyDocument } from "./verify-document.js";
import { verifyEdit, verifyMessage } from "./verify-message.js";
import { verifyText } from "./verify-text.js";

/** How an engine falls short of the cases. */
export interface Shortcomings {
  /**
   * Cases that the engine is known to fail, as `subject > name`. They must really
   * fail: a case that passes has to leave this list.
   */
  readonly failures?: readonly string[];
}

/**
 * The behaviour that every engine has: each row of docs/mapping.md, the grammar of
 * JSON, and the limits of Protobuf. Called once in a file.
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
  test(`${engine.name}: every known failure is a case`, () => {
    expect([...awaited]).toEqual([]);
  });
}
