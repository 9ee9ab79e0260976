import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type ImportResult, importSchemas } from "../src/import-schemas.js";
import { BufModule } from "./support/buf.js";
import { builtMessages, mappingProblems } from "./support/mapping-problems.js";

const published = join(import.meta.dirname, "../../../../shared/openapi/openai.yaml");
const exists = existsSync(published);

if (!exists) {
  console.log("OpenAI's document: skipped, no ../shared/openapi beside the project");
}

describe.runIf(exists)("all schemas of OpenAI's document", () => {
  let result: ImportResult;

  beforeAll(() => {
    const bytes = readFileSync(published);
    result = importSchemas({
      document: { name: "openai.yaml", bytes },
      package: "test.openai.v1",
    });
  }, 60_000);

  it("build, are clean under buf lint, and have the layout of buf format", () => {
    const module = new BufModule(result.files);
    expect(module.run("lint")).toBe("");
    expect(module.run("format", "--diff", "--exit-code")).toBe("");
    const messages = builtMessages(module);
    expect(messages).toHaveLength(result.report.messages);
    expect(mappingProblems(messages)).toEqual([]);
  }, 60_000);

  it("have at most 3 % of members that are verbatim for lack of an expression", () => {
    const { members, verbatim } = result.report;
    const { typed, byKind, free, verbatim: lacking } = members;
    const count = typed + byKind + free + lacking;
    expect(count).toBeGreaterThan(7_000);
    expect(lacking / count).toBeLessThan(0.03);
    expect(verbatim.length).toBeGreaterThan(0);
  });
});
