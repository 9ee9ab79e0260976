import { describe, expect, it } from "vitest";
import { ImportError, type ImportMistake } from "../src/error.js";
import { importSchemas } from "../src/import-schemas.js";
import { valueAt } from "../src/read/reference.js";
import { object, ref, text } from "./support/declared.js";

/** A document that is refused. */
interface BadDocument {
  readonly what: string;
  readonly text: string;
  readonly code: string;
  /** Where the mistakes are. */
  readonly pointers: readonly string[];
  /** What the message of each says, among other things. */
  readonly says: RegExp;
}

function openApi(schemas: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ openapi: "3.1.0", components: { schemas } });
}

const badDocuments: readonly BadDocument[] = [
  {
    what: "a reference that leads nowhere",
    text: openApi({ A: object({ b: ref("B"), c: { type: "array", items: ref("C") } }) }),
    code: "unresolved_reference",
    pointers: [
      "/components/schemas/A/properties/b/$ref",
      "/components/schemas/A/properties/c/items/$ref",
    ],
    says: /nothing at "\/components\/schemas\/[BC]"/,
  },
  {
    what: "a reference to another file, and one to the network",
    text: openApi({ A: object({ b: { $ref: "b.yaml#/B" }, c: { $ref: "https://c.example/c" } }) }),
    code: "remote_reference",
    pointers: [
      "/components/schemas/A/properties/b/$ref",
      "/components/schemas/A/properties/c/$ref",
    ],
    says: /within the document/,
  },
  {
    what: "a cycle of allOf",
    text: openApi({ A: { allOf: [ref("B")] }, B: { allOf: [ref("A"), object({ b: text })] } }),
    code: "circular_all_of",
    pointers: ["/components/schemas/B/allOf/0"],
    says: /does not contain itself/,
  },
  {
    what: "enums without a common string",
    text: openApi({
      A: { allOf: [object({ a: { enum: ["x", "y"] } }), object({ a: { enum: ["z"] } })] },
    }),
    code: "contradiction",
    pointers: ["/components/schemas/A/allOf/1/properties/a"],
    says: /"x", "y", as at \/components\/schemas\/A\/allOf\/0\/properties\/a; .*`patch`.*"z"/,
  },
  {
    what: "two members that differ by case only",
    text: openApi({ A: object({ userId: text, userid: text, UserID: text }) }),
    code: "ambiguous_name",
    pointers: [
      "/components/schemas/A/properties/userid",
      "/components/schemas/A/properties/UserID",
    ],
    says: /members\..*\.name in the config/,
  },
  {
    what: "two schemas that differ by case only",
    text: openApi({ user: object({ a: text }), User: object({ a: text }) }),
    code: "ambiguous_name",
    pointers: ["/components/schemas/User"],
    says: /schemas\."User"\.name in the config/,
  },
  {
    what: "names that are no identifiers",
    text: openApi({ A: object({ "+1": text, 名前: text, "": text }), 名: object({ a: text }) }),
    code: "invalid_name",
    pointers: [
      "/components/schemas/A/properties/+1",
      "/components/schemas/A/properties/名前",
      "/components/schemas/A/properties/",
      "/components/schemas/名",
    ],
    says: /name in the config/,
  },
  {
    what: "strings of an enum that give no name, or the same one",
    text: openApi({ A: object({ a: { enum: ["=", "a b", "a-b"] } }) }),
    code: "invalid_name, ambiguous_name",
    pointers: [
      "/components/schemas/A/properties/a/enum",
      "/components/schemas/A/properties/a/enum",
    ],
    says: /values\..*\.name in the config/,
  },
  {
    what: "a document of 30 MB",
    text: `${openApi({ A: object({ a: text }) })}${" ".repeat(30_000_000)}`,
    code: "too_large",
    pointers: [""],
    says: /at most 16777216 bytes/,
  },
  {
    what: "a document that nests too deep",
    text: openApi({ A: { x: JSON.parse(`${"[".repeat(300)}${"]".repeat(300)}`) } }),
    code: "too_deep",
    pointers: [""],
    says: /at most 256 levels/,
  },
  {
    what: "allOf with thousands of parts",
    text: openApi({ A: { allOf: Array.from({ length: 5000 }, () => object({ a: text })) } }),
    code: "too_large",
    pointers: ["/components/schemas/A/allOf"],
    says: /at most 1000 schemas in a list of allOf, found 5000/,
  },
  {
    what: "YAML that is not a document",
    text: "- kettle\n- cup\n",
    code: "not_a_document",
    pointers: [""],
    says: /an object, in YAML or JSON, found a list/,
  },
  {
    what: "a page of HTML",
    text: "<!DOCTYPE html>\n<html><body>Not found</body></html>\n",
    code: "not_a_document",
    pointers: [""],
    says: /an object, in YAML or JSON/,
  },
  {
    what: "an object without schemas",
    text: '{"openapi":"3.1.0","paths":{}}',
    code: "not_a_document",
    pointers: [""],
    says: /schemas in \/components\/schemas/,
  },
  {
    what: "no schema that needs a message",
    text: openApi({ A: { type: "object" }, B: text }),
    code: "not_a_document",
    pointers: [""],
    says: /name another root, found only A, B/,
  },
  {
    what: "schemas that are something else",
    text: openApi({ A: { type: "object", properties: [], required: "a", allOf: {}, type_: 1 } }),
    code: "not_a_document",
    pointers: [
      "/components/schemas/A/properties",
      "/components/schemas/A/required",
      "/components/schemas/A/allOf",
    ],
    says: /expected (?:an object|a list|at least|schemas)/,
  },
];

function mistakesOf(source: string): readonly ImportMistake[] {
  try {
    importSchemas({
      document: { name: "document", bytes: new TextEncoder().encode(source) },
      package: "test.v1",
    });
  } catch (error) {
    if (error instanceof ImportError) {
      return error.mistakes;
    }
    throw error;
  }
  throw new TypeError("the document is not refused");
}

describe("a document that is refused", () => {
  it.each(badDocuments)("has $what", ({ text: source, code, pointers, says }) => {
    const mistakes = mistakesOf(source);
    expect(mistakes.map(({ pointer }) => pointer).sort()).toEqual([...pointers].sort());
    expect([...new Set(mistakes.map((mistake) => mistake.code))].join(", ")).toBe(code);
    for (const mistake of mistakes) {
      expect(new ImportError([mistake]).message).toMatch(says);
    }
  });

  it("has something at every pointer", () => {
    const parsed = badDocuments.filter(({ text: source }) => source.startsWith("{"));
    for (const { text: source, pointers } of parsed) {
      const document: unknown = JSON.parse(source);
      for (const pointer of pointers) {
        expect(valueAt(document, pointer), pointer).toBeDefined();
      }
    }
  });

  it("gets an advice with the whole key of the config", () => {
    const nested = ["+"].concat(Array.from({ length: 20 }, () => "a_long_name"));
    const schema = nested.reduce<object>((inner, name) => object({ [name]: inner }), text);
    const [mistake] = mistakesOf(openApi({ A: schema }));
    const [, key = ""] = /schemas\.(".*")\.members\."\+"\.name/.exec(mistake?.expected ?? "") ?? [];
    expect(mistake?.pointer).toBe(`${JSON.parse(key)}/properties/+`);
  });

  it("names all its mistakes at once", () => {
    const schemas = { A: object({ a: ref("X"), "+": text, b: { $ref: "y.json" } }) };
    const codes = mistakesOf(openApi(schemas)).map(({ code }) => code);
    expect(codes.sort()).toEqual(["invalid_name", "remote_reference", "unresolved_reference"]);
  });
});
