import { describe, expect, it } from "vitest";
import { declared, object, ref, text } from "../support/declared.js";

const tagged = (value: string): string[] => [
  "option (message).constants = {",
  `name: "kind" value: "${value}" };`,
];

describe("a discriminator", () => {
  it("gives the arms of a union their constants, by its mapping", () => {
    expect(
      declared({
        Pet: {
          oneOf: [ref("Cat"), ref("Dog")],
          discriminator: {
            propertyName: "kind",
            mapping: { cat: "#/components/schemas/Cat", dog: "Dog", hound: "Dog" },
          },
        },
        Cat: object({ kind: text, lives: { type: "integer" } }, "kind"),
        Dog: object({ tricks: text, kind: text }, "kind"),
      }),
    ).toEqual({
      Pet: ["oneof value {", 'option (oneof).inline.tag = "kind";', "Cat cat;", "Dog dog;"],
      Cat: [...tagged("cat"), "optional int64 lives;"],
      Dog: ["optional string tricks;", "DogKind kind;"],
      DogKind: [
        "DOG_KIND_UNSPECIFIED;",
        'DOG_KIND_DOG [(enum_value).value = "dog"];',
        'DOG_KIND_HOUND [(enum_value).value = "hound"];',
      ],
    });
  });

  it("without a mapping has the names of the schemas, unless they have constants", () => {
    const union = { oneOf: [ref("Cat"), ref("Dog")], discriminator: { propertyName: "kind" } };
    const schemas = {
      Pet: union,
      Cat: object({ kind: text }, "kind"),
      Dog: object({ kind: { const: "d" } }, "kind"),
    };
    expect(declared(schemas)).toMatchObject({ Cat: tagged("Cat"), Dog: tagged("d") });
  });

  it("makes a union of a schema that others extend", () => {
    const discriminator = { propertyName: "kind", mapping: { cat: "Cat", dog: "Dog" } };
    const base = { ...object({ kind: text, name: text }, "kind"), discriminator };
    const expected = {
      Pet: ["oneof value {", 'option (oneof).inline.tag = "kind";', "Cat cat;", "Dog dog;"],
      Cat: [...tagged("cat"), "optional string name;", "optional int64 lives;"],
      Dog: [...tagged("dog"), "optional string name;"],
      Owner: ["repeated Pet pets;"],
    };
    const others = {
      Cat: { allOf: [ref("Pet"), object({ lives: { type: "integer" } })] },
      Dog: { allOf: [ref("Pet")] },
      Owner: object({ pets: { type: "array", items: ref("Pet") } }),
    };
    expect(declared({ Pet: base, ...others })).toEqual(expected);
    expect(declared({ Pet: { ...base, oneOf: [ref("Cat"), ref("Dog")] }, ...others })).toEqual(
      expected,
    );
  });
});
