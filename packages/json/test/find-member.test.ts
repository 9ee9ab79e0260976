import { describe, expect, it } from "vitest";
import { findStringMember } from "../src/internal.js";

const utf8 = new TextEncoder();

function find(json: string, name = "type"): string | undefined {
  const found = findStringMember(utf8.encode(json), utf8.encode(name));
  return found && new TextDecoder().decode(found);
}

describe("findStringMember", () => {
  it.each([
    ['{"type":"a.b"}', "a.b"],
    [' {\n"type" :\t"a" , "x": 1 } ', "a"],
    ['{"type":""}', ""],
    ['{"x":{"type":"no"},"type":"yes"}', "yes"],
    ['{"x":["type",{"type":"no"}],"y":"type","z":-1.5e3,"n":null,"type":"yes"}', "yes"],
    ['{"x":"}\\"","y":"\\\\","z":["]\\"",{}],"type":"yes"}', "yes"],
    ['{"\\"type":"no","types":"no","typ":"no","Type":"no","type":"yes"}', "yes"],
    ['{"\\u0074yp\\u0065":"yes","type":"no"}', "yes"],
    ['{"\\u0074ypo":"no","type":"yes"}', "yes"],
    ['{"type":"a\\n\\u00e9\\ud83d\\ude42é🙂"}', "a\né🙂é🙂"],
    ['{"type":"one","type":"two"}', "one"],
    ['{"type":"a"', "a"],
  ])("finds it in %s", (json, string) => {
    expect(find(json)).toBe(string);
  });

  it("finds it after strings of any length, with escapes at any place", () => {
    for (let length = 55; length < 75; length++) {
      for (const end of ["", "\\", '"', '\\"', '"\\', "\\\\", '","type":"no']) {
        const text = "a".repeat(length) + end;
        const json = JSON.stringify({ x: text, y: [text, { [text]: text }], type: text });
        expect(find(json)).toBe(text);
      }
    }
  });

  it("finds a name that has escapes in JSON", () => {
    expect(find('{"é":"1","a\\"b":"2"}', 'a"b')).toBe("2");
    expect(find('{"a":"1","\\u00e9":"2"}', "é")).toBe("2");
    expect(find('{"a":"1","é":"2"}', "é")).toBe("2");
  });

  it.each([
    "",
    " ",
    "1",
    '"type"',
    '["type","a"]',
    '[{"type":"a"}]',
    "{}",
    '{"x":1}',
    '{"type":1}',
    '{"type":null}',
    '{"type":["a"]}',
    '{"type":{"type":"a"}}',
    '{"x":"type"}',
    '{"type":"\\ud83d"}',
    '{"type":"a\\"}',
    '{"type"}',
    '{"type',
    "{type:1}",
    '{"x":[1,{"type":"a"}',
    '{"x":"',
    '{,"type":"a"}',
  ])("finds nothing in %s", (json) => {
    expect(find(json)).toBeUndefined();
  });
});
