import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import { DocumentSchema } from "@stepwire/core";
import { createTranscoder } from "@stepwire/transcode";
import { compileHostTable } from "@stepwire/transcode/internal";
import { describe, expect, test } from "vitest";
import { FEATURES, readFiles } from "../src/files.js";
import type { VectorFile } from "../src/format.js";
import { schemaNamed } from "../src/schemas.js";
import { problemsOf } from "./problems.js";
import { WasmHost } from "./wasm-host.js";

const build = join(import.meta.dirname, "../../transcode/build");

// The files are ours, and another test compares them with what is written now.
const cases = [...readFiles(FEATURES).values()]
  .flatMap((text) => (JSON.parse(text) as VectorFile).cases)
  // The size of an input is for the host to compare.
  .filter(({ limits }) => limits?.maxBytes === undefined);
const schemas = [...new Set(cases.map(({ schema }) => schema))];

function tableOf(schema: DescMessage): Uint8Array {
  return createTranscoder(schema).lineKernel().table;
}

const modelTable = tableOf(DocumentSchema);

// The model does not have these messages, so the kernel gets a table that has them.
describe.each(schemas)("%s", (name) => {
  const table = tableOf(schemaNamed(name));

  test("has a table that fits in the place of the model's", () => {
    expect(table.length).toBeLessThanOrEqual(modelTable.length);
  });

  test.each(["stepwire.wasm", "stepwire-scalar.wasm"])("by the kernel of %s", (file) => {
    const host = new WasmHost(readFileSync(join(build, file)), table);
    const wrong = cases
      .filter(({ schema }) => schema === name)
      .flatMap((vector) =>
        problemsOf(host, vector).map((problem) => ({ name: vector.name, ...problem })),
      );
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

// As `stepwire table` writes it, for the packages of other languages.
describe("one table for all messages", () => {
  const table = compileHostTable(schemas.map(schemaNamed));

  test("says which layout it has, and its size", () => {
    const wasm = readFileSync(join(build, "stepwire.wasm"));
    const header = new WasmHost(wasm).tableHeader();
    expect(table.subarray(0, 4)).toEqual(header.subarray(0, 4));
    expect(table.subarray(24, 28)).toEqual(header.subarray(24, 28));
    expect(Buffer.from(table).readUInt32LE(28)).toBe(table.length);
    expect(table.length).toBeLessThan(Buffer.from(header).readUInt32LE(28));
  });

  test("is selected from by name", () => {
    const host = new WasmHost(readFileSync(join(build, "stepwire.wasm")), table);
    expect(host.select("stepwire.v1.RunStep")).toBe(false);
    const wrong = cases.flatMap((vector) => {
      expect(host.select(schemaNamed(vector.schema).typeName), vector.schema).toBe(true);
      return problemsOf(host, vector).map((problem) => ({ name: vector.name, ...problem }));
    });
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});
