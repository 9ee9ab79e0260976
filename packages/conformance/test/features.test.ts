import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DocumentSchema, documentSchemas } from "@stepwire/core";
import { describe, expect, test } from "vitest";
import { compileNamedTable } from "../../transcode/src/table/compile.js";
import { FEATURES, readFiles } from "../src/files.js";
import type { VectorFile } from "../src/format.js";
import { schemaNamed } from "../src/schemas.js";
import { problemsOf } from "./problems.js";
import { WasmHost } from "./wasm-host.js";

const build = join(import.meta.dirname, "../../transcode/build");

const files = [...readFiles(FEATURES)].map(([topic, text]) => ({
  topic,
  // The files are ours, and another test compares them with what is written now.
  cases: (JSON.parse(text) as VectorFile).cases,
}));
const schemas = [...new Set(files.flatMap(({ cases }) => cases.map(({ schema }) => schema)))];
const table = compileNamedTable(schemas.map(schemaNamed));

test("the table of the features fits in the place of the model's", () => {
  const own = compileNamedTable([...documentSchemas, DocumentSchema]);
  expect(table.length).toBeLessThanOrEqual(own.length);
});

// The model does not have these features yet, so the kernel gets a table that does.
describe.each(["stepwire.wasm", "stepwire-scalar.wasm"])("the kernel of %s", (file) => {
  const host = new WasmHost(readFileSync(join(build, file)), table);

  test.each(files)("$topic", ({ cases }) => {
    const wrong: unknown[] = [];
    for (const vector of cases) {
      expect(host.select(vector.schema)).toBe(true);
      wrong.push(...problemsOf(host, vector).map((problem) => ({ name: vector.name, ...problem })));
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});
