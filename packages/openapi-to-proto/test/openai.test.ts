import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getMessageMapping, MappingError, readDescriptorSet } from "@stepwire/mapping";
import { beforeAll, describe, expect, it } from "vitest";
import { type ImportResult, importSchemas } from "../src/import-schemas.js";
import { BufModule } from "./support/buf.js";

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
    expect(module.run("build", "-o", "schema.binpb")).toBe("");
    const files = readDescriptorSet(readFileSync(join(module.folder, "schema.binpb")));
    const messages = files
      .filter(({ name }) => name.startsWith("test/"))
      .flatMap((file) => file.messages);
    expect(messages).toHaveLength(result.report.messages);
    const problems = new Set<string>();
    for (const message of messages) {
      try {
        getMessageMapping(message);
      } catch (error) {
        if (!(error instanceof MappingError)) {
          throw error;
        }
        for (const problem of error.problems) {
          problems.add(`${problem.path}: ${problem.message}`);
        }
      }
    }
    expect([...problems]).toEqual([]);
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
