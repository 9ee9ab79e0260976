import { jsonDifference } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { compareJson } from "../../src/json/compare.js";
import { minify } from "../../src/json/tokens.js";

const equal: readonly (readonly [string, string])[] = [
  ["null", " null "],
  ['{"a":1,"b":2}', '{ "b" : 2, "a" : 1 }'],
  ["[1.0,10,1e2,-0.50]", "[1,1e1,100,-5E-1]"],
  ["0", "-0.0e7"],
  ["90071992547409931234", "9.0071992547409931234e19"],
  ["1e400", "10e399"],
  ["1e-999999999999999999999", "10e-1000000000000000000000"],
  ['"\\u0041\\/\\ud83c\\udf5e"', '"A/🍞"'],
  ['"\\ud800"', '"\\uD800"'],
  ['{"":[]}', '{"":[]}'],
  ['{"__proto__":1,"constructor":2}', '{"constructor":2,"__proto__":1}'],
];

const different: readonly (readonly [string, string, string])[] = [
  ["null", "false", ""],
  ["1", '"1"', ""],
  ["9007199254740993", "9007199254740992", ""],
  ["0.1", "0.1000000000000000055511151231257827", ""],
  ['"\\ud800"', '"\\ud801"', ""],
  ["[]", "{}", ""],
  ["[1,2]", "[1]", "/1"],
  ["[1]", "[1,null]", "/1"],
  ['{"a":{"b":[0,1]}}', '{"a":{"b":[0,2]}}', "/a/b/1"],
  ['{"a":1}', "{}", "/a"],
  ["{}", '{"a/b~c":1}', "/a~1b~0c"],
  ['{"a":null}', "{}", "/a"],
];

describe("compareJson", () => {
  it.each(equal)("takes %s and %s for the same value", (first, second) => {
    expect(compareJson(first, second)).toBeUndefined();
    expect(jsonDifference(first, second)).toBeUndefined();
  });

  it.each(different)("tells %s from %s, at %j", (first, second, pointer) => {
    expect(compareJson(first, second)).toMatchObject({ pointer });
    expect(jsonDifference(first, second)).toBe(pointer);
  });

  it("says what is there and what should be", () => {
    expect(compareJson('{"a":[1]}', '{"a":{}}')).toEqual({
      pointer: "/a",
      expected: "an array",
      found: "an object",
    });
    expect(compareJson('{"a":"x"}', "{}")).toEqual({
      pointer: "/a",
      expected: '"x"',
      found: "nothing",
    });
  });

  it.each(['{"a":1,"a":1}', "[1", "{", '"', "nul", "1 2", "", "01", "+1"])(
    "refuses %j, which is no JSON",
    (text) => {
      expect(() => compareJson(text, text)).toThrow(SyntaxError);
    },
  );
});

describe("minify", () => {
  it("removes the white space between tokens and nothing else", () => {
    expect(minify(' {\n"a b" :\t[ 1.50 , "\\" c" ,\r\n true ] } ')).toBe(
      '{"a b":[1.50,"\\" c",true]}',
    );
  });
});
