import { describe, expect, it } from "vitest";
import { checkOptions, fieldOptions, formatOption } from "../../src/print/options.js";
import { parseOptionValue, stringLiteral } from "../../src/print/text-format.js";

function print(name: string, text: string): string {
  return fieldOptions({ further: new Map([[name, text]]) })
    .map((option) => formatOption(option, ""))
    .join("\n");
}

describe("Options that a config gives", () => {
  it("are laid out as buf format does", () => {
    expect(print("stepwire.json.v1.merge", " MERGE_APPEND ")).toBe(
      "(stepwire.json.v1.merge) = MERGE_APPEND",
    );
    expect(print("deprecated", "true")).toBe("deprecated = true");
    expect(print("stepwire.json.v1.event", '{effect: EFFECT_END unnamed_with: "a" "b\'"}')).toBe(
      '(stepwire.json.v1.event) = {\n  effect: EFFECT_END\n  unnamed_with: "ab\'"\n}',
    );
    expect(print("stepwire.json.v1.event", "{path < member: 'a\"'; > # a comment\n}")).toBe(
      '(stepwire.json.v1.event).path = {member: "a\\""}',
    );
    expect(print("stepwire.json.v1.event", "{path: [{}, {member: 'a'}]}")).toBe(
      '(stepwire.json.v1.event) = {\n  path: [\n    {},\n    {member: "a"}\n  ]\n}',
    );
    expect(print("stepwire.json.v1.event", "{[acme.more] { a: -1.5e3 }}")).toBe(
      "(stepwire.json.v1.event) = {\n  [acme.more]: {a: -1.5e3}\n}",
    );
    expect(print("stepwire.json.v1.event", "{}")).toBe("");
  });

  it("are several options, if they are a list", () => {
    expect(print("stepwire.json.v1.identity", '["id", "name"]')).toBe(
      '(stepwire.json.v1.identity) = "id"\n(stepwire.json.v1.identity) = "name"',
    );
  });

  it("are added to those of the import", () => {
    const further = new Map([["stepwire.json.v1.field", "{schema_name: 'S'}"]]);
    const [option, ...others] = fieldOptions({ name: "a", further });
    expect(others).toEqual([]);
    expect(option && formatOption(option, "")).toBe(
      '(stepwire.json.v1.field) = {\n  name: "a"\n  schema_name: "S"\n}',
    );
  });

  it.each([
    ["stepwire.json.v1.event", "{effect: EFFECT_END", "the value is incomplete"],
    ["stepwire.json.v1.event", "{effect EFFECT_END}", "expected : after effect, found EFFECT_END"],
    ["stepwire.json.v1.event", "{1: 2}", "expected the name of a field, found 1"],
    ["stepwire.json.v1.event", "{a: [1 2]}", "expected , or ] in a list, found 2"],
    ["stepwire.json.v1.event", "{a: }", "expected a value, found }"],
    ["stepwire.json.v1.event", "{} {}", "expected the end of the value, found {"],
    ["stepwire.json.v1.event", "", "the value is incomplete"],
    ["stepwire.json.v1.event", '{a: "b', "unexpected character at offset 4"],
    ["stepwire.json.v1.event", "{a: $}", "unexpected character at offset 4"],
    ["stepwire.json.v1.event", "{a:".repeat(40), "nested deeper than 32 levels"],
    ["acme.option", "true", "acme.option"],
  ])("are refused: %s %s", (option, text, found) => {
    expect(checkOptions(new Map([[option, text]]))).toEqual([
      { option, expected: expect.any(String), found },
    ]);
  });

  it("are long", () => {
    const text = `{${"a: 1 ".repeat(100_000)}}`;
    expect(parseOptionValue(text)).toMatchObject({ fields: { length: 100_000 } });
  });
});

it("A string literal has escapes for what Protobuf does not allow in it", () => {
  expect(stringLiteral('a"\\\n\r\t\u0000\u007fé')).toBe('"a\\"\\\\\\n\\r\\t\\000\\177é"');
});
