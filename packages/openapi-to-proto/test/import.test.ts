import { describe, expect, it } from "vitest";
import {
  type ImportInput,
  importSchemas,
  isGenerated,
  lockPath,
  schemaNames,
} from "../src/index.js";

const document = {
  name: "kettle.yaml",
  bytes: Buffer.from(`
components:
  schemas:
    Kettle:
      type: object
      properties:
        id: { type: string, pattern: "^k", description: The name of the kettle. }
        litres: { type: integer, minimum: 1, maximum: 3 }
        lid: { $ref: "#/components/schemas/Lid" }
    Lid: { type: object, properties: { color: { type: string, maxLength: 20 } } }
    Other: { type: object, properties: { when: { type: string, format: date } } }
`),
};

function config(text: string): Pick<ImportInput, "config"> {
  return { config: { name: "import.yaml", bytes: Buffer.from(text) } };
}

/** Returns the text of the only file. */
function textOf(input: Omit<ImportInput, "document">): string {
  const { files } = importSchemas({ document, package: "acme.kettle.v1", ...input });
  expect(files).toHaveLength(1);
  return files[0]?.text ?? "";
}

describe("importSchemas", () => {
  it("imports the roots that it is given, those of the config, or all", () => {
    const names = (input: Omit<ImportInput, "document">): string[] =>
      [...textOf(input).matchAll(/^message (\w+)/gm)].map(([, name = ""]) => name);
    expect(names({})).toEqual(["Kettle", "Lid", "Other"]);
    expect(names(config("roots: [Lid]"))).toEqual(["Lid"]);
    expect(names({ ...config("roots: [Lid]"), roots: ["Kettle"] })).toEqual(["Kettle", "Lid"]);
    expect(schemaNames({ document })).toEqual(["Kettle", "Lid", "Other"]);
    const added = config("schemas: { New: { patch: { type: object, properties: { a: {} } } } }");
    expect(schemaNames({ document, ...added })).toEqual(["Kettle", "Lid", "Other", "New"]);
    expect(names({ ...added, roots: ["New"] })).toEqual(["New"]);
  });

  it("writes into the folder of the package", () => {
    const { files } = importSchemas({ document, ...config("package: acme.kettle.v1") });
    expect(files.map(({ path }) => path)).toEqual(["acme/kettle/v1/kettle.proto"]);
    expect(files.every(({ text }) => isGenerated(text))).toBe(true);
    expect(lockPath(config("package: acme.kettle.v1"))).toBe("acme/kettle/v1/import.lock.json");
    expect(lockPath({ ...config("package: acme.v1"), package: "other.v1" })).toBe(
      "other/v1/import.lock.json",
    );
    expect(() => lockPath({})).toThrow(/^\/package: invalid_config: expected .*, found none$/);
    expect(() => lockPath({ package: "Acme/../.." })).toThrow('found "Acme/../.."');
  });

  it("copies descriptions only if it is told to", () => {
    expect(textOf({})).not.toContain("The name of the kettle.");
    expect(textOf({ descriptions: true })).toContain("// The name of the kettle.");
    expect(textOf(config("comments: descriptions"))).toContain("// The name of the kettle.");
  });

  it("lists the rules that nothing checks, in all that the roots refer to", () => {
    const unchecked = (...roots: string[]): string[] =>
      importSchemas({ document, package: "a.v1", roots }).report.unchecked.map(
        ({ pointer, keywords }) =>
          `${pointer.replace("/components/schemas/", "")}: ${keywords.join()}`,
      );
    expect(unchecked("Kettle")).toEqual([
      "Kettle/properties/id: pattern",
      "Kettle/properties/litres: minimum,maximum",
      "Lid/properties/color: maxLength",
    ]);
    expect(unchecked("Other")).toEqual(["Other/properties/when: format"]);
  });
});
