import { describe, expect, it } from "vitest";
import { declared, importOf, integer, mistakesOf, object, ref, text } from "../support/declared.js";

function tagged(
  value: string | readonly string[],
  members: Readonly<Record<string, unknown>> = {},
) {
  const type = typeof value === "string" ? { const: value } : { type: "string", enum: value };
  return object({ type, ...members }, "type");
}

/** Returns the lines of the arms of a union. */
function armsOf(
  schema: object,
  others: Readonly<Record<string, unknown>> = {},
  config: Readonly<Record<string, unknown>> = {},
): readonly string[] | undefined {
  return declared({ Union: schema, ...others }, config)["Union"]?.slice(1);
}

describe("a union of objects", () => {
  it("is inline, by the member `type`", () => {
    expect(
      declared({
        Shape: { oneOf: [ref("Circle"), tagged("square", { size: integer })] },
        Circle: tagged("circle"),
      }),
    ).toEqual({
      Shape: [
        "oneof value {",
        'option (oneof).inline.tag = "type";',
        "Circle circle;",
        "ShapeSquare square;",
      ],
      Circle: ["option (message).constants = {", 'name: "type" value: "circle" };'],
      ShapeSquare: [
        "option (message).constants = {",
        'name: "type" value: "square" };',
        "optional int64 size;",
      ],
    });
  });

  it("is inline by the discriminator, or by the first member with constants", () => {
    const one = object({ role: { const: "a" }, kind: { const: "x" } }, "role", "kind");
    const two = object({ role: { const: "b" }, kind: { const: "y" } }, "role", "kind");
    expect(armsOf({ oneOf: [one, two] })?.[0]).toBe('option (oneof).inline.tag = "role";');
    expect(armsOf({ oneOf: [one, two], discriminator: { propertyName: "kind" } })?.[0]).toBe(
      'option (oneof).inline.tag = "kind";',
    );
    expect(armsOf({ oneOf: [one, two] }, {}, { schemas: { Union: { tag: "kind" } } })?.[0]).toBe(
      'option (oneof).inline.tag = "kind";',
    );
  });

  it("has an arm for several values of the tag", () => {
    expect(armsOf({ oneOf: [tagged(["search", "search_2"]), tagged("code")] })).toEqual([
      'option (oneof).inline.tag = "type";',
      "UnionSearch search;",
      "UnionCode code;",
    ]);
  });

  it("has one arm for objects with the same value of the tag", () => {
    const schemas = {
      Union: {
        oneOf: [tagged("m", { a: text, b: text }), tagged("m", { a: integer }), tagged("n")],
      },
    };
    expect(declared(schemas)).toMatchObject({
      Union: ["oneof value {", 'option (oneof).inline.tag = "type";', "UnionM m;", "UnionN n;"],
      UnionM: [
        "option (message).constants = {",
        'name: "type" value: "m" };',
        "UnionMA a;",
        "optional string b;",
      ],
      UnionMA: ["oneof value {", "option (oneof).kind = {};", "string text;", "int64 number;"],
    });
  });

  it("has an arm for objects without the tag", () => {
    const plain = object({ text }, "text");
    expect(armsOf({ oneOf: [plain, tagged("a"), tagged("b")] })).toEqual([
      'option (oneof).inline.tag = "type";',
      "UnionObject object [field.without_tag = true];",
      "UnionA a;",
      "UnionB b;",
    ]);
    const optional = object({ type: { const: "c" } });
    expect(armsOf({ oneOf: [tagged("a"), optional] })).toEqual([
      'option (oneof).inline.tag = "type";',
      "UnionA a;",
      "UnionC c [field.without_tag = true];",
    ]);
  });

  it("has no tag that an object requires but does not describe", () => {
    const undescribed = { type: "object", properties: { x: text }, required: ["type"] };
    expect(
      declared({ Union: { oneOf: [tagged("a"), tagged("b"), undescribed] } })["Union"],
    ).toEqual(["string type [field.verbatim = true];", "optional string x;"]);
  });

  it("has one arm for all objects that may be without the tag", () => {
    const optional = object({ type: { const: "c" }, x: text }, "x");
    const plain = object({ y: text }, "y");
    expect(declared({ Union: { oneOf: [tagged("a"), optional, plain] } })).toMatchObject({
      Union: [
        "oneof value {",
        'option (oneof).inline.tag = "type";',
        "UnionA a;",
        "UnionC c [field.without_tag = true];",
      ],
      UnionC: [
        "option (message).constants = {",
        'name: "type" value: "c" presence: PRESENCE_OPTIONAL };',
        "optional string x;",
        "optional string y;",
      ],
    });
  });

  it("is one message if nothing tells the objects apart, or if the config says so", () => {
    const one = object({ a: text, c: text }, "a", "c");
    const two = object({ b: text, c: text }, "b", "c");
    expect(declared({ Union: { oneOf: [one, two] } })).toEqual({
      Union: ["optional string a;", "string c;", "optional string b;"],
    });
    const merged = { schemas: { Union: { merge: true } } };
    expect(declared({ Union: { oneOf: [tagged("a"), tagged("b")] } }, merged)["Union"]).toEqual([
      "UnionType type;",
    ]);
  });

  it("contains the objects of the unions within it", () => {
    expect(
      armsOf(
        { anyOf: [ref("Other"), { oneOf: [tagged("c")] }, { type: "null" }] },
        { Other: { oneOf: [tagged("a"), ref("B")] }, B: tagged("b") },
      ),
    ).toEqual(['option (oneof).inline.tag = "type";', "OtherA a;", "B b;", "UnionC c;"]);
  });

  it("may contain itself", () => {
    const names = Object.keys(
      declared({
        Filter: { oneOf: [ref("And"), tagged("is", { value: text })] },
        And: tagged("and", { filters: { type: "array", items: ref("Filter") } }),
      }),
    );
    expect(names).toEqual(["Filter", "FilterIs", "And"]);
    expect(armsOf({ oneOf: [ref("Union"), tagged("a"), tagged("b")] })).toHaveLength(3);
  });
});

describe("a union by JSON type", () => {
  it("has an arm for each type", () => {
    expect(
      armsOf(
        {
          oneOf: [
            { type: "array", items: text },
            text,
            { type: "boolean" },
            object({ x: text }),
            { type: "null" },
            integer,
          ],
        },
        {},
      ),
    ).toEqual([
      "option (oneof).kind = {};",
      "string text;",
      "int64 number;",
      "bool boolean;",
      "UnionObject object;",
      "UnionList list;",
    ]);
  });

  it("has the tag of its objects", () => {
    expect(armsOf({ oneOf: [{ enum: ["auto", "none"] }, tagged("a"), tagged("b")] })).toEqual([
      'option (oneof).kind.tag = "type";',
      "UnionEnum keyword;",
      "UnionA a;",
      "UnionB b;",
    ]);
  });

  it("is no union if one type is left", () => {
    expect(
      declared({
        Thing: object({
          open: { anyOf: [text, { enum: ["a", "b"] }] },
          formats: { oneOf: [{ type: "string", format: "uri" }, text] },
          number: { oneOf: [integer, { type: "number" }] },
          enums: { anyOf: [{ enum: ["a", "b"] }, { enum: ["b", "c"] }] },
          lists: {
            oneOf: [
              { type: "array", items: text },
              { type: "array", items: integer },
            ],
          },
          any: { oneOf: [text, {}] },
          one: { oneOf: [{ type: "null" }, { oneOf: [ref("Other")] }] },
        }),
        Other: object({ x: text }),
      }),
    ).toMatchObject({
      Thing: [
        "optional string open;",
        "optional string formats;",
        "optional double number;",
        "optional ThingEnums enums;",
        "repeated ThingListsItem lists;",
        "optional string any [field.verbatim = true];",
        "Other one;",
      ],
      ThingEnums: [
        "THING_ENUMS_UNSPECIFIED;",
        'THING_ENUMS_A [(enum_value).value = "a"];',
        'THING_ENUMS_B [(enum_value).value = "b"];',
        'THING_ENUMS_C [(enum_value).value = "c"];',
      ],
    });
  });

  it("keeps an open enum apart if the config says so", () => {
    const model = { anyOf: [text, { enum: ["a", "b"] }] };
    expect(armsOf(model, {}, { schemas: { Union: { open_enum: true } } })).toEqual([
      "option (oneof).kind = {};",
      "UnionEnum keyword;",
      "string text;",
    ]);
  });

  it("is made of a list of types", () => {
    const both = { type: ["string", "object"], properties: { x: text }, enum: undefined };
    expect(armsOf(both)).toEqual([
      "option (oneof).kind = {};",
      "string text;",
      "UnionObject object;",
    ]);
  });

  it("is any object if one that is not described may be one that is", () => {
    const [one, two] = [tagged("a"), tagged("b")];
    const free = { type: "object" };
    const map = { type: "object", additionalProperties: text };
    expect(
      declared({
        Thing: object({
          a: { anyOf: [one, free] },
          b: { anyOf: [one, map] },
          c: { anyOf: [one, two, map] },
        }),
      }),
    ).toMatchObject({
      Thing: [
        "optional string a [field.verbatim = true];",
        "optional string b [field.verbatim = true];",
        "ThingC c;",
      ],
      ThingC: ["oneof value {", 'option (oneof).inline.tag = "type";', "ThingCA a;", "ThingCB b;"],
    });
  });

  it("keeps a map with its other values, and reports it", () => {
    const { report } = importOf({
      Thing: object({ a: { oneOf: [text, { type: "object", additionalProperties: text }] } }),
    });
    expect(report.members).toEqual({ typed: 0, byKind: 0, free: 0, verbatim: 1 });
    expect(report.verbatim).toEqual([
      {
        pointer: "/components/schemas/Thing/properties/a",
        reason: "a map within a list, a map or a union",
      },
    ]);
  });
});

describe("the config of a union", () => {
  it("names its arms, by the tag's value or the JSON type", () => {
    const schemas = { Union: { oneOf: [text, tagged("a"), tagged("b")] } };
    const members = { string: { name: "plain" }, a: { name: "first", comment: "The first." } };
    expect(declared(schemas, { schemas: { Union: { members } } })["Union"]?.slice(2)).toEqual([
      "string plain;",
      "UnionA first;",
      "UnionB b;",
    ]);
    expect(
      mistakesOf(() => importOf(schemas, { schemas: { Union: { members: { c: {} } } } })),
    ).toEqual([
      'invalid_config /schemas/Union/members/c: the tag\'s value or the JSON type of an arm of the union / "c"',
    ]);
  });

  it("makes the event message of a stream", () => {
    const schemas = {
      Event: { oneOf: [ref("Delta"), ref("Done")] },
      Delta: tagged("text.delta", { delta: text }),
      Done: tagged("done"),
      Failure: object({ message: text }),
    };
    const events = {
      name: "ThingStreamEvent",
      done_text: "[DONE]",
      arms: { error: "Failure" },
      members: {
        "text.delta": { options: { "stepwire.json.v1.event": "{effect: EFFECT_MERGE}" } },
      },
    };
    const names = declared(schemas, { roots: ["Event"], schemas: { Event: { events } } });
    expect(Object.keys(names).sort()).toEqual([
      "Delta",
      "Done",
      "Event",
      "Failure",
      "ThingOtherEvent",
      "ThingStreamEvent",
    ]);
    expect(names["ThingStreamEvent"]?.join("\n")).toMatchInlineSnapshot(`
      "oneof event {
      option (oneof).adjacent = {
      tag: "event" content: "data" };
      Delta text_delta [ field.tag_value = "text.delta", (event).effect = EFFECT_MERGE ];
      Done done;
      Failure error;
      string done_2 [ field = {
      tag_value: "[DONE]" presence: PRESENCE_OPTIONAL }, (sse) = {
      done_text: "[DONE]" done_unnamed: true }, (event).effect = EFFECT_END ];
      ThingOtherEvent other [field.any_other = true];
      optional string id [(sse).id = true];
      optional string data_text [(sse).text = true];
      optional bool unnamed [(sse).named_by = "type"];"
    `);
    expect(
      mistakesOf(() =>
        importOf(
          { ...schemas, List: object({ events: { type: "array", items: ref("Event") } }) },
          {
            schemas: {
              Event: { events: { arms: { error: "Unknown" }, members: { nothing: {} } } },
            },
          },
        ),
      ),
    ).toEqual([
      'invalid_config /schemas/Event/events/arms/error: the name of a schema of the document / "Unknown"',
      'invalid_config /schemas/Event/events/members/nothing: the name of an event of the union / "nothing"',
      "invalid_config /schemas/Event/events: a member `name`, because other schemas refer to this one / none",
    ]);
  });
});
