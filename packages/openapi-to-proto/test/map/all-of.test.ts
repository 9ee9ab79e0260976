import { describe, expect, it } from "vitest";
import { declared, importOf, integer, mistakesOf, object, ref, text } from "../support/declared.js";

describe("allOf", () => {
  it("merges members, constants and what is required", () => {
    expect(
      declared({
        Thing: {
          allOf: [
            ref("Base"),
            object({ size: integer, id: { minLength: 1 }, kind: { const: "big" } }, "kind"),
            { required: ["name"] },
          ],
        },
        Base: object({ id: text, name: text, kind: text }, "id"),
      })["Thing"],
    ).toEqual([
      "option (message).constants = {",
      'name: "kind" value: "big" after: "name" };',
      "string id;",
      "string name;",
      "optional int64 size;",
    ]);
  });

  it("is the only schema of it that says something", () => {
    expect(
      declared({
        Thing: object({
          a: { allOf: [ref("Base"), { description: "A base." }] },
          b: { allOf: [{ type: "object" }, ref("Base")] },
          c: { ...ref("Base"), description: "A base.", deprecated: true },
        }),
        Base: object({ id: text }),
      })["Thing"],
    ).toEqual(["Base a;", "Base b;", "Base c;"]);
  });

  it("merges what is beside it, and unions", () => {
    expect(
      declared({
        Thing: {
          properties: { id: text },
          required: ["id"],
          anyOf: [{ required: ["a"] }, { required: ["b"] }],
        },
        Either: {
          type: "object",
          properties: { id: text },
          oneOf: [
            object({ type: { const: "a" } }, "type"),
            object({ type: { const: "b" }, x: integer }, "type"),
          ],
        },
      }),
    ).toMatchObject({
      Thing: ["string id;"],
      Either: ["oneof value {", 'option (oneof).inline.tag = "type";', "EitherA a;", "EitherB b;"],
      EitherB: [
        "option (message).constants = {",
        'name: "type" value: "b" };',
        "optional int64 x;",
        "optional string id;",
      ],
    });
  });

  it("has the strings that all enums have", () => {
    expect(
      declared({
        Thing: object({ a: { allOf: [{ enum: ["a", "b", "c"] }, { enum: ["c", "b"] }] } }),
      })["ThingA"],
    ).toEqual([
      "THING_A_UNSPECIFIED;",
      'THING_A_C [(enum_value).value = "c"];',
      'THING_A_B [(enum_value).value = "b"];',
    ]);
  });

  it.each([
    ["enums without a common string", { enum: ["a", "b"] }, { enum: ["c"] }, '"a", "b"', '"c"'],
    ["different types", text, integer, "a string", "a int64"],
    ["an object and a list", object({ x: text }), { type: "array" }, "an object", "an array"],
  ])("is refused for %s", (_, one, other, expected, found) => {
    const [mistake, ...others] = mistakesOf(() =>
      importOf({ Thing: object({ a: { allOf: [one, other] } }) }),
    );
    expect(others).toEqual([]);
    expect(mistake).toContain("contradiction /components/schemas/Thing/properties/a/allOf/1: ");
    expect(mistake).toContain(
      `${expected}, as at /components/schemas/Thing/properties/a/allOf/0; change one of them by a \`patch\` in the config / `,
    );
    expect(mistake).toMatch(new RegExp(`${found}$`));
  });

  it("is refused for members that contradict each other", () => {
    const mistakes = mistakesOf(() =>
      importOf({ Thing: { allOf: [object({ a: text }), object({ a: object({ x: text }) })] } }),
    );
    expect(mistakes).toEqual([
      "contradiction /components/schemas/Thing/allOf/1/properties/a: a string, as at /components/schemas/Thing/allOf/0/properties/a; change one of them by a `patch` in the config / an object",
    ]);
  });

  it("leaves out a member that one part forbids", () => {
    const forbidden = { type: "string", minLength: 1, maxLength: 0 };
    const allOf = [object({ a: forbidden, b: text }), object({ a: integer, c: text })];
    const { Thing } = declared({ Thing: { allOf } });
    expect(Thing).toEqual(["optional string b;", "optional string c;"]);
  });

  it("is refused if it contains itself", () => {
    expect(
      mistakesOf(() =>
        importOf({
          A: { allOf: [ref("B")] },
          B: { allOf: [ref("C"), object({ x: text })] },
          C: ref("A"),
        }),
      ),
    ).toEqual([
      "circular_all_of /components/schemas/B/allOf/0: a schema that does not contain itself by `allOf` or `$ref` alone / a cycle",
    ]);
    expect(mistakesOf(() => importOf({ A: ref("A") }))).toEqual([
      "circular_all_of /components/schemas/A: a schema that does not contain itself by `allOf` or `$ref` alone / a cycle",
    ]);
  });
});
