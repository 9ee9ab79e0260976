import { describe, expect, test } from "vitest";
import { jsonDifference, jsonEqual, readJson, sameValue } from "../src/index.js";

describe("equal", () => {
  test.each([
    ["1", "1.0"],
    ["1e3", " 1000\n"],
    ["-0", "0"],
    ["123456789012345678901234567890.0", "1.2345678901234567890123456789e29"],
    ["100000000000000000000", "1e20"],
    ['{"a":1,"b":[true,null]}', '{ "b" : [true, null], "a" : 1.0 }'],
    ['"\\u0041\\/\\n"', '"A/\\u000a"'],
    ['"\\ud83d\\ude00"', '"😀"'],
    ['"\\ud800"', '"\\uD800"'],
    ['{"__proto__":{"a":1}}', '{"\\u005f_proto__":{"a":1}}'],
    ['{"1":1,"constructor":2,"":3}', '{"":3,"constructor":2,"1":1}'],
    ["[]", "[ ]"],
    ["{}", "{\n}"],
  ])("%s and %s", (left, right) => {
    expect(jsonDifference(left, right)).toBeUndefined();
    expect(jsonEqual(right, Buffer.from(left))).toBe(true);
  });
});

describe("different", () => {
  test.each([
    ["1", "2", ""],
    ["9007199254740992", "9007199254740993", ""],
    ["1", '"1"', ""],
    ["null", "0", ""],
    ["1000000000000000000000000000000", "1e+30", ""],
    ["[]", "{}", ""],
    ["{}", "[]", ""],
    ["[1,2]", "[1]", "/1"],
    ["[1]", "[1,2]", "/1"],
    ['{"a":{"b":[1,{"c/d~":2}]}}', '{"a":{"b":[1,{"c/d~":3}]}}', "/a/b/1/c~1d~0"],
    ['{"a":1}', '{"b":1}', "/a"],
    ['{"a":1}', '{"a":1,"b":null}', "/b"],
    ['{"__proto__":1}', "{}", "/__proto__"],
    ["{}", '{"toString":1}', "/toString"],
    ['"\\ud800"', '"\\ud801"', ""],
    ['"\\ud800"', '"\\ufffd"', ""],
  ])("%s and %s", (left, right, pointer) => {
    expect(jsonDifference(left, right)).toBe(pointer);
    expect(jsonEqual(left, right)).toBe(false);
  });
});

describe("what is no JSON", () => {
  test.each([
    "",
    " ",
    "nul",
    "truee",
    "01",
    "1.",
    ".1",
    "+1",
    "-",
    "1e",
    "NaN",
    "'a'",
    '"a',
    '"\n"',
    '"\\x"',
    '"\\u12g4"',
    "[1,]",
    "[1 2]",
    "[",
    "{",
    '{"a"}',
    '{"a":1,}',
    "{a:1}",
    "1 2",
    "\ufeff1",
    "\u00a01",
  ])("%j", (text) => {
    expect(() => readJson(text)).toThrow(SyntaxError);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  test("a member twice, however it is spelled", () => {
    expect(() => readJson('{"a":1,"\\u0061":1}')).toThrow("expected no second member");
  });

  test("bytes that are not UTF-8", () => {
    expect(() => readJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(TypeError);
  });
});

test("values are the same whatever the order of members and the sign of zero", () => {
  expect(sameValue(JSON.parse('{"a":[-0],"b":{}}'), { b: {}, a: [0] })).toBe(true);
  expect(sameValue(JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}'))).toBe(true);
});

test.each([
  [JSON.parse('{"__proto__":1}'), {}],
  [{}, { a: undefined }],
  [{ a: undefined }, { b: undefined }],
  [[], {}],
  [[1], [1, 2]],
  [1, 1n],
  [null, undefined],
  [{}, new Map()],
  ["a", "b"],
])("%j and %o are not the same", (left, right) => {
  expect(sameValue(left, right)).toBe(false);
  expect(sameValue(right, left)).toBe(false);
});
