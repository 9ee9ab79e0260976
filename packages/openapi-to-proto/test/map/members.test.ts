import { describe, expect, it } from "vitest";
import { declared, importOf, integer, mistakesOf, object, ref, text } from "../support/declared.js";

function fieldsOf(
  properties: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>> = {},
): readonly string[] | undefined {
  const schemas = { Thing: object(properties, ...Object.keys(properties)) };
  return declared(schemas, config)["Thing"];
}

describe("presence", () => {
  it("is required, nullable or optional", () => {
    const schema = object(
      {
        id: text,
        note: { type: ["string", "null"] },
        size: { type: "integer", nullable: true },
        list: { type: "array", items: text },
        inner: object({ x: text }),
        name: text,
        nickname: { anyOf: [text, { type: "null" }] },
        tags: { type: "array", items: text },
        more: ref("More"),
      },
      "id",
      "note",
      "size",
      "list",
      "inner",
    );
    expect(declared({ Thing: schema, More: object({}) })["Thing"]).toEqual([
      "string id;",
      "optional string note [field.presence = PRESENCE_NULLABLE];",
      "optional int64 size [field.presence = PRESENCE_NULLABLE];",
      "repeated string list [field.presence = PRESENCE_REQUIRED];",
      "ThingInner inner [field.presence = PRESENCE_REQUIRED];",
      "optional string name;",
      "optional string nickname;",
      "repeated string tags;",
      "optional string more [field.verbatim = true];",
    ]);
  });

  it("is nullable if `nullable` is beside a reference or `allOf`", () => {
    expect(
      declared({
        Thing: object(
          {
            one: { ...ref("More"), nullable: true },
            two: { allOf: [ref("More"), { nullable: true }] },
            three: { allOf: [ref("More")], nullable: true },
            four: { anyOf: [ref("More"), { type: "null" }] },
            five: { type: "string", enum: ["a", "b", null] },
          },
          "one",
          "two",
          "three",
          "four",
          "five",
        ),
        More: object({ x: text }),
      })["Thing"],
    ).toEqual([
      "More one [field.presence = PRESENCE_NULLABLE];",
      "More two [field.presence = PRESENCE_NULLABLE];",
      "More three [field.presence = PRESENCE_NULLABLE];",
      "More four [field.presence = PRESENCE_NULLABLE];",
      "optional ThingFive five [field.presence = PRESENCE_NULLABLE];",
    ]);
  });

  it("is that of the config", () => {
    expect(
      fieldsOf(
        { a: text, b: text, c: { type: "array", items: text } },
        {
          schemas: {
            Thing: {
              members: {
                a: { presence: "nullable" },
                b: { presence: "optional" },
                c: { presence: "empty" },
              },
            },
          },
        },
      ),
    ).toEqual([
      "optional string a [field.presence = PRESENCE_NULLABLE];",
      "optional string b;",
      "repeated string c [field.presence = PRESENCE_EMPTY];",
    ]);
  });

  it("counts for members that only `required` names", () => {
    expect(
      declared({ Thing: { type: "object", properties: { a: text }, required: ["b"] } }),
    ).toEqual({
      Thing: ["optional string a;", "string b [field.verbatim = true];"],
    });
  });
});

describe("scalars", () => {
  it("have the type of their format and bounds", () => {
    expect(
      fieldsOf({
        none: integer,
        from_zero: { type: "integer", minimum: 0 },
        small: { type: "integer", minimum: 0, maximum: 4294967295 },
        large: { type: "integer", minimum: 0, maximum: 4294967296 },
        negative: { type: "integer", minimum: -1, maximum: 1 },
        exclusive: { type: "integer", exclusiveMinimum: -1, exclusiveMaximum: 4294967296 },
        old_exclusive: {
          type: "integer",
          minimum: -1,
          exclusiveMinimum: true,
          maximum: 4294967296,
          exclusiveMaximum: true,
        },
        i32: { type: "integer", format: "int32" },
        i64: { type: "integer", format: "int64", minimum: 0, maximum: 9 },
        time: { type: "integer", format: "unixtime" },
        listed: { type: "integer", enum: [1, 2] },
        number: { type: "number", format: "float" },
        yes: { type: "boolean" },
        file: { type: "string", format: "binary" },
        base64: { type: "string", format: "byte" },
        encoded: { type: "string", contentEncoding: "base64" },
        date: { type: "string", format: "date-time" },
      }),
    ).toEqual([
      "int64 none;",
      "int64 from_zero;",
      "uint32 small;",
      "int64 large;",
      "int64 negative;",
      "uint32 exclusive;",
      "uint32 old_exclusive;",
      "int32 i32;",
      "int64 i64;",
      "int64 time;",
      "int64 listed;",
      "double number;",
      "bool yes;",
      "string file;",
      "bytes base64;",
      "bytes encoded;",
      "string date;",
    ]);
  });

  it("have the integer type of the config, if nothing contradicts it", () => {
    expect(
      fieldsOf(
        {
          none: integer,
          from_zero: { type: "integer", minimum: 0 },
          negative: { type: "integer", minimum: -1 },
          time: { type: "integer", format: "unixtime" },
        },
        { integers: "uint32" },
      ),
    ).toEqual(["uint32 none;", "uint32 from_zero;", "int64 negative;", "int64 time;"]);
  });

  it("have the type of the config, also in lists and maps", () => {
    const types = { a: "uint32", b: "uint32", c: "double", d: "verbatim", e: "value", f: "string" };
    expect(
      fieldsOf(
        {
          a: integer,
          b: { type: "array", items: integer },
          c: { type: "object", additionalProperties: integer },
          d: { type: "array", items: integer },
          e: { type: "object" },
          f: { type: "string", enum: ["only"] },
        },
        {
          schemas: {
            Thing: {
              members: Object.fromEntries(
                Object.entries(types).map(([name, type]) => [name, { type }]),
              ),
            },
          },
        },
      ),
    ).toEqual([
      "uint32 a;",
      "repeated uint32 b [field.presence = PRESENCE_REQUIRED];",
      "map<string, double> c [field.presence = PRESENCE_REQUIRED];",
      "string d [field.verbatim = true];",
      "google.protobuf.Value e [field.presence = PRESENCE_REQUIRED];",
      "string f;",
    ]);
  });
});

describe("constants and enums", () => {
  it("are constants of the message if they have one string", () => {
    const properties = {
      object: { type: "string", enum: ["thing"] },
      id: text,
      kind: { const: "big" },
      colour: { enum: ["red", "green"] },
      size: { const: 3 },
    };
    expect(declared({ Thing: object(properties, "object", "id", "colour", "size") })).toEqual({
      Thing: [
        "option (message) = {",
        "constants: {",
        'name: "object" value: "thing" } constants: {',
        'name: "kind" value: "big" after: "id" presence: PRESENCE_OPTIONAL } };',
        "string id;",
        "ThingColour colour;",
        "int64 size;",
      ],
      ThingColour: [
        "THING_COLOUR_UNSPECIFIED;",
        'THING_COLOUR_RED [(enum_value).value = "red"];',
        'THING_COLOUR_GREEN [(enum_value).value = "green"];',
      ],
    });
  });

  it("are enums if they have one string and may be null", () => {
    const kind = { type: ["string", "null"], enum: ["big", null] };
    expect(declared({ Thing: object({ kind }, "kind") })["Thing"]).toEqual([
      "optional ThingKind kind [field.presence = PRESENCE_NULLABLE];",
    ]);
  });

  it("are strings if one of several is empty, which the options cannot say", () => {
    const properties = { a: { enum: ["x", ""] }, b: { enum: ["x", "", null] }, c: { enum: [""] } };
    expect(declared({ Thing: object(properties, "a", "b") })).toEqual({
      Thing: [
        "option (message).constants = {",
        'name: "c" after: "b" presence: PRESENCE_OPTIONAL };',
        "string a;",
        "optional string b [field.presence = PRESENCE_NULLABLE];",
      ],
    });
  });

  it("are strings if one has half of a surrogate pair, which a file cannot hold", () => {
    const properties = { a: { const: "\ud800" }, b: { enum: ["x", "\udc00y"] } };
    expect(declared({ Thing: object(properties, "a", "b") })).toEqual({
      Thing: ["string a;", "string b;"],
    });
    const arm = { ...object({ a: { const: "\ud800" }, c: text }, "a") };
    expect(declared({ Thing: { oneOf: [arm, object({ a: { const: "x" } }, "a")] } })).toEqual({
      Thing: ["string a;", "optional string c;"],
    });
  });

  it("have the names of the config for strings that give none", () => {
    const schemas = { Operator: { type: "string", enum: ["+", "minus", "Minus"] } };
    expect(mistakesOf(() => importOf(schemas))).toEqual([
      'invalid_name /components/schemas/Operator/enum: a string that gives an identifier; set schemas."Operator".values."+".name in the config / "+"',
      'ambiguous_name /components/schemas/Operator/enum: strings that give different names; set schemas."Operator".values."Minus".name in the config / MINUS for "minus" too',
    ]);
    const values = { "+": { name: "PLUS" }, Minus: { name: "CAPITAL_MINUS" } };
    expect(declared(schemas, { schemas: { Operator: { values } } })["Operator"]).toEqual([
      "OPERATOR_UNSPECIFIED;",
      'OPERATOR_PLUS [(enum_value).value = "+"];',
      'OPERATOR_MINUS [(enum_value).value = "minus"];',
      'OPERATOR_CAPITAL_MINUS [(enum_value).value = "Minus"];',
    ]);
  });
});

describe("objects, lists and maps", () => {
  it("are messages, repeated fields and maps; an array within another one is a message", () => {
    expect(
      declared({
        Thing: object({
          rows: { type: "array", items: { type: "array", items: { type: "number" } } },
          lists: { type: "object", additionalProperties: { type: "array", items: text } },
          maybe: { type: "array", items: { type: ["integer", "null"] } },
          parts: { type: "array", items: object({ x: text }) },
          closed: { type: "object", additionalProperties: false },
          patterns: { type: "object", patternProperties: { "^a": integer } },
          tuple: { type: "array", prefixItems: [text, integer], items: false },
        }),
      }),
    ).toEqual({
      Thing: [
        "repeated ThingRow rows;",
        "map<string, ThingList> lists;",
        "repeated NullableInt64 maybe;",
        "repeated ThingPart parts;",
        "ThingClosed closed;",
        "map<string, int64> patterns;",
        "repeated ThingTupleItem tuple;",
      ],
      ThingRow: ["option (message).array = true;", "repeated double items;"],
      ThingList: ["option (message).array = true;", "repeated string items;"],
      NullableInt64: [
        "oneof value {",
        "option (oneof).kind = {};",
        "int64 number;",
        "google.protobuf.NullValue null;",
      ],
      ThingPart: ["optional string x;"],
      ThingClosed: [],
      ThingTupleItem: [
        "oneof value {",
        "option (oneof).kind = {};",
        "string text;",
        "int64 number;",
      ],
    });
  });

  it("are verbatim if the document does not describe them", () => {
    const { report } = importOf({
      Thing: object({
        any: {},
        yes: true,
        free: { type: "object" },
        open: { type: "object", additionalProperties: {} },
        list: { type: "array" },
        described: { description: "Anything." },
      }),
    });
    expect(report.members).toEqual({ typed: 0, byKind: 0, free: 6, verbatim: 0 });
  });

  it("are verbatim and in the report if no expression fits", () => {
    const map = { type: "object", additionalProperties: text };
    const { report } = importOf({
      Thing: object({ maps: { type: "array", items: map }, name: text }),
    });
    expect(report.members).toEqual({ typed: 1, byKind: 0, free: 0, verbatim: 1 });
    expect(report.verbatim).toEqual([
      {
        pointer: "/components/schemas/Thing/properties/maps/items",
        reason: "a map within a list, a map or a union",
      },
    ]);
  });
});

describe("names", () => {
  it("of fields are in snake case; the member keeps its name", () => {
    expect(
      fieldsOf({ createdAt: text, "content-type": text, "user.id": text, HTTPCode: text }),
    ).toEqual([
      'string created_at [field.name = "createdAt"];',
      'string content_type [field.name = "content-type"];',
      'string user_id [field.name = "user.id"];',
      'string http_code [field.name = "HTTPCode"];',
    ]);
  });

  it("of inline schemas are made of the names around them", () => {
    const names = Object.keys(
      declared({
        order: object({
          lines: { type: "array", items: object({ price: object({ amount: text }) }) },
          status: { enum: ["a", "b"] },
        }),
        "order-status": object({}),
        OrderStatus2: object({ x: text }),
      }),
    );
    expect(names).toEqual([
      "Order",
      "OrderLine",
      "OrderStatusEnum",
      "OrderLinePrice",
      "OrderStatus2",
    ]);
  });

  it("that are the same are mistakes", () => {
    expect(
      mistakesOf(() =>
        importOf({ Thing: object({ userId: text, userID: text, json_residue: text }) }),
      ),
    ).toEqual([
      'ambiguous_name /components/schemas/Thing/properties/userID: a name unlike those of other members; set schemas."Thing".members."userID".name in the config / user_id, as for "userId"',
      'ambiguous_name /components/schemas/Thing/properties/json_residue: a name unlike those of other members; set schemas."Thing".members."json_residue".name in the config / json_residue, which every message of an object has',
    ]);
    expect(
      mistakesOf(() => importOf({ Thing: object({ x: text }), thing: object({ x: text }) })),
    ).toEqual([
      'ambiguous_name /components/schemas/thing: a name that no other schema has; set schemas."thing".name in the config / Thing, as for /components/schemas/Thing',
    ]);
  });

  it("that give no identifier are mistakes", () => {
    expect(mistakesOf(() => importOf({ "3D": object({ "1st": text, 名前: text }) }))).toEqual([
      'invalid_name /components/schemas/3D: a name that gives an identifier in PascalCase; set schemas."3D".name in the config / "3D"',
      'invalid_name /components/schemas/3D/properties/1st: a name that gives an identifier in lower snake case; set schemas."3D".members."1st".name in the config / "1st"',
      'invalid_name /components/schemas/3D/properties/名前: a name that gives an identifier in lower snake case; set schemas."3D".members."名前".name in the config / "名前"',
    ]);
    const members = { "1st": { name: "first" }, 名前: { name: "name" } };
    expect(
      declared(
        { "3D": object({ "1st": text, 名前: text }) },
        { schemas: { "3D": { name: "Volume", members } } },
      ),
    ).toEqual({
      Volume: [
        'optional string first [field.name = "1st"];',
        'optional string name [field.name = "名前"];',
      ],
    });
  });
});
