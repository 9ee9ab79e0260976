import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../library/command.ts";

/* GitHub shows a form only if it is valid; see its documentation, "Syntax for issue forms". */

interface Form {
  readonly name: string;
  readonly description: string;
  readonly labels: readonly string[];
  readonly body: readonly Element[];
}

interface Element {
  readonly type: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly validations?: { readonly required?: boolean };
}

const folder = join(root, ".github/ISSUE_TEMPLATE");

/** The attributes of each type of element, those that it must have first. */
const elements: Readonly<Record<string, { must: string; may: readonly string[] }>> = {
  markdown: { must: "value", may: [] },
  textarea: { must: "label", may: ["description", "placeholder", "value", "render"] },
  input: { must: "label", may: ["description", "placeholder", "value"] },
  dropdown: { must: "label", may: ["description", "multiple", "options", "default"] },
};

const forms = globSync("*.yml", { cwd: folder }).filter((path) => path !== "config.yml");

function readForm(path: string): Form {
  return parse(readFileSync(join(folder, path), "utf8")) as Form;
}

describe("issue forms", () => {
  it("are for bugs, features and questions", () => {
    expect(forms.map((path) => basename(path, ".yml")).sort()).toEqual([
      "bug",
      "feature",
      "question",
    ]);
  });

  it.each(forms)("%s is valid", (path) => {
    const { name, description, labels, body } = readForm(path);
    expect([typeof name, typeof description]).toEqual(["string", "string"]);
    expect(labels).toHaveLength(1);
    const ids = body.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, id, attributes } of body) {
      const { must, may } = elements[type] ?? { must: `a known type, not ${type}`, may: [] };
      expect(Object.keys(attributes), id ?? type).toContain(must);
      expect(Object.keys(attributes).filter((key) => key !== must && !may.includes(key))).toEqual(
        [],
      );
      expect(id === undefined).toBe(type === "markdown");
    }
    expect(body.some(({ validations }) => validations?.required === true)).toBe(true);
  });

  it("a bug has room for the output of the commands that show what is lost", () => {
    const { body } = readForm("bug.yml");
    const output = body.find(({ id }) => id === "output");
    // Neither it nor an input exists for a fault of the documentation.
    const required = body.filter(({ validations }) => validations?.required === true);
    expect(required.map(({ id }) => id)).toEqual(["what", "where", "version"]);
    expect(String(output?.attributes["description"])).toMatch(
      /npx @stepwire\/cli roundtrip.*npx @stepwire\/cli doctor/,
    );
  });

  it("sends problems of security to the address that SECURITY.md has", () => {
    const config = readFileSync(join(folder, "config.yml"), "utf8");
    const [address = ""] = /https:\/\/\S+advisories\/new/.exec(config) ?? [];
    const documents = ["SECURITY.md", "CODE_OF_CONDUCT.md"];
    for (const path of documents) {
      expect(readFileSync(join(root, path), "utf8"), path).toContain(address);
    }
    expect(address).not.toBe("");
  });
});
