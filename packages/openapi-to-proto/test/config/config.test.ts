import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/read-config.js";
import { importSchemas } from "../../src/import-schemas.js";
import {
  declared,
  importOf,
  integer,
  jsonFile,
  mistakesOf,
  object,
  ref,
  text,
} from "../support/declared.js";

describe("a config", () => {
  it("may be YAML, and is checked as a whole", () => {
    const yaml = `
package: 7
roots: Thing
integers: int16
comments: some
unknown: true
files: {a: b}
schemas:
  Thing:
    name: ""
    colour: red
    skip: 1
    members:
      size: {type: float, presence: must, options: {x: {}}}
    values: [a]
    events: {members: {a: {type: x}}}
  Other: text
`;
    const bytes = new TextEncoder().encode(yaml);
    const mistakes = mistakesOf(() => readConfig({ name: "config.yaml", bytes }));
    expect(mistakes.map((mistake) => mistake.split(":")[0])).toEqual([
      "invalid_config /package",
      "invalid_config /roots",
      "invalid_config /files/a",
      "invalid_config /integers",
      "invalid_config /comments",
      "invalid_config /schemas/Thing/name",
      "invalid_config /schemas/Thing/skip",
      "invalid_config /schemas/Thing/members/size/type",
      "invalid_config /schemas/Thing/members/size/presence",
      "invalid_config /schemas/Thing/members/size/options/x",
      "invalid_config /schemas/Thing/values",
      "invalid_config /schemas/Thing/events/members/a/type",
      "invalid_config /schemas/Thing/colour",
      "invalid_config /schemas/Other",
      "invalid_config /unknown",
    ]);
  });

  it("that is no YAML is refused as a config", () => {
    const bytes = new TextEncoder().encode("a: [");
    const [mistake] = mistakesOf(() => readConfig({ name: "config.yaml", bytes }));
    expect(mistake).toMatch(/^invalid_config : /);
  });

  it("names schemas, members and messages that exist", () => {
    const schemas = { Thing: object({ size: integer }), Unused: object({}) };
    expect(
      mistakesOf(() =>
        importOf(schemas, {
          schemas: {
            Thing: { members: { colour: {} } },
            Thong: { name: "X" },
            "/components/schemas/Thong": { name: "X" },
            "/components/schemas/Thong/properties/x": { patch: { type: "string" } },
          },
        }),
      ),
    ).toEqual([
      'invalid_config /schemas/~1components~1schemas~1Thong~1properties~1x: the JSON Pointer of a schema in the document / "/components/schemas/Thong/properties/x"',
      'invalid_config /schemas/Thing/members/colour: the name of a member of the schema / "colour"',
      'invalid_config /schemas/Thong: the name or the JSON Pointer of a schema in the document, or of a message / "Thong"',
      'invalid_config /schemas/~1components~1schemas~1Thong: the name or the JSON Pointer of a schema in the document, or of a message / "/components/schemas/Thong"',
    ]);
  });
});

describe("a patch", () => {
  it("changes schemas, removes what is null, and adds new ones", () => {
    const schemas = { Thing: object({ size: integer, colour: text }, "size", "colour") };
    const patch = { properties: { size: null, weight: { type: "number" } }, required: ["colour"] };
    expect(
      declared(schemas, {
        schemas: {
          Thing: { patch },
          New: { patch: object({ thing: ref("Thing") }) },
          "/components/schemas/Thing/properties/colour": { patch: { enum: ["red", "blue"] } },
        },
      }),
    ).toEqual({
      Thing: ["ThingColour colour;", "optional double weight;"],
      ThingColour: [
        "THING_COLOUR_UNSPECIFIED;",
        'THING_COLOUR_RED [(enum_value).value = "red"];',
        'THING_COLOUR_BLUE [(enum_value).value = "blue"];',
      ],
      New: ["Thing thing;"],
    });
  });
});

describe("names, types and members", () => {
  it("are those of the config", () => {
    const schemas = {
      Thing: object({
        inner: object({ x: text }),
        b: { allOf: [ref("Base")] },
        old: text,
        raw: {},
      }),
      Base: object({ id: text }),
      Derived: { allOf: [ref("Base"), object({ y: text })] },
      Raw: object({ z: text }),
    };
    const config = {
      schemas: {
        Thing: {
          name: "Item",
          schema_name: "ItemObject",
          identity: ["old"],
          repeats_fields: true,
          members: { old: { name: "former" }, raw: { skip: true } },
        },
        "/components/schemas/Thing/properties/inner": { name: "Core" },
        Base: { members: { id: { name: "identifier" } } },
        Raw: { type: "verbatim" },
      },
    };
    expect(declared(schemas, config)).toEqual({
      Item: [
        'option (message).schema_name = "ItemObject";',
        'option (identity) = "old";',
        "option (repeats_fields) = true;",
        "Core inner;",
        "Base b;",
        'optional string former [field.name = "old"];',
      ],
      Core: ["optional string x;"],
      Base: ['optional string identifier [field.name = "id"];'],
      Derived: ['optional string identifier [field.name = "id"];', "optional string y;"],
    });
  });

  it("of a skipped schema are left out, as members and as arms", () => {
    const skip = { schemas: { Gone: { skip: true } } };
    expect(
      declared(
        {
          Thing: object({ gone: ref("Gone"), either: { oneOf: [ref("Gone"), text] } }),
          Gone: object({ x: text }),
        },
        skip,
      ),
    ).toEqual({ Thing: ["optional string either;"] });
  });

  it("of the config go before those of the document", () => {
    const schemas = { A: object({ b: ref("B") }), B: object({ x: text }), C: object({}) };
    const config = { roots: ["A"], schemas: { B: { name: "C" } } };
    expect(Object.keys(declared(schemas, config))).toEqual(["A", "C"]);
    expect(mistakesOf(() => importOf(schemas, { schemas: { B: { name: "A" } } }))).toEqual([
      'ambiguous_name /components/schemas/A: a name that no other schema has; set schemas."A".name in the config / A, as for /components/schemas/B',
    ]);
  });
});

describe("an order", () => {
  const thing = object({ kind: { const: "thing" }, size: integer, name: text, id: text });
  const box = object({ kind: { const: "box" } });
  const schemas = { Thing: thing, Box: box, Any: { oneOf: [ref("Thing"), ref("Box"), text] } };

  it("puts members and arms first, before those that it does not name", () => {
    const result = declared(schemas, {
      roots: ["Any"],
      schemas: { Thing: { order: ["id", "kind"] }, Any: { order: ["string", "box"] } },
    });
    const lines = result["Thing"]?.filter((line) => line.startsWith("optional"));
    expect(lines?.map((line) => line.split(" ").at(-1))).toEqual(["id;", "size;", "name;"]);
    expect(result["Thing"]?.join(" ")).toContain('after: "id"');
    expect(result["Any"]?.slice(-3)).toEqual(["string text;", "Box box;", "Thing thing;"]);
  });

  it("names only what exists", () => {
    const mistakes = mistakesOf(() =>
      importOf(schemas, {
        schemas: { Thing: { order: ["id", "weight"] }, Any: { order: ["lid"] } },
      }),
    );
    expect(mistakes.map((mistake) => mistake.split(":")[0])).toEqual([
      "invalid_config /schemas/Thing/order/1",
      "invalid_config /schemas/Any/order/0",
    ]);
  });
});

describe("files", () => {
  const schemas = {
    Thing: object({ part: ref("Part"), inner: object({ x: text }) }),
    Part: object({ kind: { enum: ["a", "b"] } }),
    Rest: object({ x: text }),
  };

  function filesOf(files: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
    const { files: result } = importOf(schemas, { files });
    return Object.fromEntries(
      result.map(({ path, text: content }) => [
        path,
        [...content.matchAll(/^(?:message|enum) (\w+)/gm)].map(([, name = ""]) => name),
      ]),
    );
  }

  it("have the schemas of their patterns, and what is within them", () => {
    expect(filesOf({ "thing.proto": ["Thing"], parts: ["P*"] })).toEqual({
      "test/v1/thing.proto": ["Thing", "ThingInner"],
      "test/v1/parts.proto": ["Part", "PartKind"],
      "test/v1/test.proto": ["Rest"],
    });
    expect(filesOf({ enums: ["/components/schemas/Part/properties/kind"] })).toEqual({
      "test/v1/test.proto": ["Thing", "ThingInner", "Part", "Rest"],
      "test/v1/enums.proto": ["PartKind"],
    });
  });

  it("must not import each other", () => {
    const cyclic = { A: object({ b: ref("B") }), B: object({ a: ref("A") }) };
    expect(mistakesOf(() => importOf(cyclic, { files: { a: ["A"], b: ["B"] } }))).toEqual([
      "invalid_config /files/a.proto: files that do not import each other / A uses B (a.proto imports b.proto); B uses A (b.proto imports a.proto)",
    ]);
  });
});

describe("comments", () => {
  function commentsOf(comments?: string): string[] {
    const document = {
      openapi: "3.1.0",
      components: {
        schemas: {
          Thing: {
            description: "A\n thing.",
            ...object({ size: { ...integer, description: "How large." } }),
          },
        },
      },
    };
    const { files } = importSchemas({
      document: jsonFile(document),
      config: jsonFile({ package: "test.v1", ...(comments !== undefined && { comments }) }),
    });
    const [file] = files;
    return [...(file?.text ?? "").matchAll(/^ *\/\/ (.*)$/gm)].map(([, comment = ""]) => comment);
  }

  it("list the known strings of an open enum", () => {
    const strings = Array.from({ length: 22 }, (_, index) => `m${index}`);
    const { files } = importOf(
      {
        Thing: object({
          model: { anyOf: [text, { enum: ["a", "b"] }] },
          long: { anyOf: [text, { enum: strings }] },
        }),
      },
      { comments: "generated" },
    );
    const content = files[0]?.text ?? "";
    expect(content).toContain('// The member "model". Any string; the document names "a", "b".');
    expect(content.replaceAll(/\s*\/\/ /g, " ")).toContain('"m18", "m19" and 2 more.');
  });

  it("say what is known, or what the document says", () => {
    expect(commentsOf().slice(1, 3)).toEqual([
      'An object of the schema "Thing".',
      'The member "size".',
    ]);
    expect(commentsOf("descriptions").slice(1, 3)).toEqual(["A thing.", "How large."]);
    expect(commentsOf("none").slice(1)).toEqual([
      "Parts of the JSON object that this message does not hold.",
    ]);
  });

  it("of members with the same name, and of arms, need to be said only once", () => {
    const { files } = importOf(
      {
        Thing: object({ kind: { const: "thing" }, id: text, size: integer }),
        Box: object({ kind: { const: "box" }, id: text }),
        Any: { oneOf: [ref("Thing"), ref("Box")] },
      },
      {
        members: { id: "Identifies it." },
        schemas: {
          Thing: { comment: "A thing.", members: { id: { comment: "Identifies the thing." } } },
        },
      },
    );
    const written = files.map((file) => file.text).join("");
    expect(written).toContain("  // Identifies the thing.\n  optional string id");
    expect(written).toContain("  // Identifies it.\n  optional string id");
    expect(written).toContain("    // A thing.\n    Thing thing");
  });
});
