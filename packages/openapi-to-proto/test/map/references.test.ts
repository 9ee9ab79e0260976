import { describe, expect, it } from "vitest";
import { importSchemas } from "../../src/import-schemas.js";
import {
  declared,
  importOf,
  jsonFile,
  linesByName,
  mistakesOf,
  object,
  ref,
  text,
} from "../support/declared.js";

describe("a reference", () => {
  it("leads to one message, whatever refers to it", () => {
    expect(
      declared({
        A: object({ one: ref("B"), list: { type: "array", items: ref("B") } }),
        B: object({ a: ref("A"), b: ref("B") }),
      }),
    ).toEqual({ A: ["B one;", "repeated B list;"], B: ["A a;", "B b;"] });
  });

  it("may lead anywhere in the document", () => {
    expect(
      declared({
        A: object({ inner: object({ x: text }) }),
        B: object({
          same: { $ref: "#/components/schemas/A/properties/inner" },
          odd: { $ref: "#/components/schemas/a~1b%20%7Bc%7D" },
        }),
        "a/b {c}": object({ y: text }),
      }),
    ).toEqual({
      A: ["AInner inner;"],
      AInner: ["optional string x;"],
      B: ["AInner same;", "ABC odd;"],
      ABC: ["optional string y;"],
    });
  });

  it("may be recursive by `$recursiveRef`, or name an anchor", () => {
    expect(
      declared({
        Filter: object({ filters: { type: "array", items: { $recursiveRef: "#" } } }),
        Other: object({ x: { $ref: "#filter" } }),
        Named: { $anchor: "filter", ...object({ y: text }) },
      }),
    ).toEqual({
      Filter: ["repeated Filter filters;"],
      Other: ["Named x;"],
      Named: ["optional string y;"],
    });
  });

  it("is refused if it leads nowhere, or to another document", () => {
    expect(
      mistakesOf(() =>
        importOf({
          A: object(
            {
              a: ref("Missing"),
              b: { $ref: "other.yaml#/Thing" },
              c: { $ref: "https://example.com/schema.json" },
              d: { $ref: "#/components/schemas/A/required" },
              e: { $ref: 7 },
            },
            "a",
          ),
        }),
      ),
    ).toEqual([
      'unresolved_reference /components/schemas/A/properties/a/$ref: a schema in the document / nothing at "/components/schemas/Missing"',
      'remote_reference /components/schemas/A/properties/b/$ref: a reference within the document, such as #/components/schemas/Name / "other.yaml#/Thing"',
      'remote_reference /components/schemas/A/properties/c/$ref: a reference within the document, such as #/components/schemas/Name / "https://example.com/schema.json"',
      "unresolved_reference /components/schemas/A/properties/d/$ref: a schema in the document / a value that is not a schema",
      "unresolved_reference /components/schemas/A/properties/e/$ref: a reference within the document, such as #/components/schemas/Name / number",
    ]);
  });
});

describe("the roots", () => {
  const schemas = { A: object({ b: ref("B") }), B: object({ x: text }), C: object({}) };

  it("are imported with all that they refer to", () => {
    expect(Object.keys(declared(schemas, { roots: ["A"] }))).toEqual(["A", "B"]);
    expect(Object.keys(declared(schemas, { roots: ["#/components/schemas/B"] }))).toEqual(["B"]);
  });

  it("must exist", () => {
    expect(mistakesOf(() => importOf(schemas, { roots: ["A", "D"] }))).toEqual([
      'unknown_root : the name of a schema of the document / "D"',
    ]);
  });

  it("that are no messages are in the report", () => {
    const { report } = importOf({
      Text: text,
      List: { type: "array", items: object({ x: text }) },
      Map: { type: "object", additionalProperties: text },
    });
    expect(report.inline).toEqual(["Text", "List", "Map"]);
    expect(report.messages).toBe(1);
  });
});

describe("a JSON Schema", () => {
  it("is imported with its definitions", () => {
    const document = {
      title: "Kettle state",
      type: "object",
      properties: { lid: { $ref: "#/$defs/lid" }, parent: { $ref: "#" } },
      $defs: { lid: object({ open: { type: "boolean" } }) },
    };
    const result = importSchemas({
      document: jsonFile(document),
      package: "test.v1",
      config: jsonFile({ comments: "none" }),
    });
    expect(linesByName(result)).toEqual({
      Lid: ["optional bool open;"],
      KettleState: ["Lid lid;", "KettleState parent;"],
    });
  });
});

describe("a document", () => {
  it.each([
    [
      { openapi: "3.1.0" },
      ": an OpenAPI document with schemas in /components/schemas, or a JSON Schema / no schemas",
    ],
    [
      { components: "x" },
      ": an OpenAPI document with schemas in /components/schemas, or a JSON Schema / no schemas",
    ],
    [
      { components: { schemas: [] } },
      "/components/schemas: an object with schemas by name / an empty list",
    ],
    [
      { $defs: { A: { properties: [] } } },
      "/$defs/A/properties: an object with schemas by name / an empty list",
    ],
    [
      { $defs: { A: { properties: { a: "x" } } } },
      '/$defs/A/properties/a: a schema: an object or a boolean / "x"',
    ],
    [{ $defs: { A: { allOf: {} } } }, "/$defs/A/allOf: a list of schemas / an object"],
    [{ $defs: { A: { anyOf: [] } } }, "/$defs/A/anyOf: a list of schemas / an empty list"],
    [{ $defs: { A: { enum: "x" } } }, '/$defs/A/enum: a list of values / "x"'],
    [
      { $defs: { A: { required: "x", type: "object" } } },
      '/$defs/A/required: a list of names / "x"',
    ],
    [{ $defs: { A: { type: 7 } } }, "/$defs/A/type: a type of JSON Schema, or a list of them / 7"],
    [
      { $defs: { A: { type: "text" } } },
      '/$defs/A/type: a type of JSON Schema: string, integer, number, boolean, array, object or null / "text"',
    ],
  ])("is refused: %j", (document, mistake) => {
    const run = () => importSchemas({ document: jsonFile(document), package: "test.v1" });
    expect(mistakesOf(run)).toContain(`not_a_document ${mistake}`);
  });
});
