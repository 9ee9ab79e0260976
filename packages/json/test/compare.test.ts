import { jsonDifference } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { compareJson, JsonError } from "../src/index.js";

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
    expect(compareJson(first, second)).toEqual([]);
    expect(jsonDifference(first, second)).toBeUndefined();
  });

  it.each(different)("tells %s from %s, at %j", (first, second, pointer) => {
    expect(compareJson(first, second)[0]).toMatchObject({ pointer });
    expect(jsonDifference(first, second)).toBe(pointer);
  });

  it("says what is there and what should be", () => {
    expect(compareJson('{"a":[1]}', '{"a":{}}')).toEqual([
      { pointer: "/a", expected: "an array", found: "an object" },
    ]);
    expect(compareJson('{"a":"x"}', "{}")).toEqual([
      { pointer: "/a", expected: '"x"', found: "nothing" },
    ]);
  });

  it.each([
    ['{"a":1,"b":[true,null,"x"]}', ' { "b" : [ true , null , "x" ] , "a" : 1.0 } '],
    ['{"n":123456789012345678901}', '{"n":1.23456789012345678901e20}'],
    ['{"s":"\\u00e9\\n","e":[],"o":{}}', '{"o":{},"e":[],"s":"é\\u000a"}'],
    ['{"\\u0061":1}', '{"a":1}'],
    ["-0", "0"],
  ])("finds %j and %j equal", (expected, found) => {
    expect(compareJson(expected, found)).toEqual([]);
  });

  it.each([
    ['{"a":1}', '{"a":2}', [{ pointer: "/a", expected: "1", found: "2" }]],
    ['{"n":9007199254740993}', '{"n":9007199254740992}', ["/n"]],
    // A conversion must not add an exponent to an integer literal.
    ['{"n":12345678901234567890123}', '{"n":1.2345678901234567890123e22}', ["/n"]],
    ['{"a":{}}', '{"a":[]}', ["/a"]],
    ['{"a":1,"b":2,"c":3}', '{"c":3,"a":1}', [{ pointer: "/b", expected: "2", found: "nothing" }]],
    ['{"c":[3]}', '{"a":1,"c":[3,4]}', ["/c/1", "/a"]],
    ['{"a/b~":"1"}', '{"a/b~":1}', ["/a~1b~0"]],
    ['[[1,[2]],{"x":"\\ud800"}]', '[[1,[3]],{"x":"\\ud801"}]', ["/0/1/0", "/1/x"]],
  ])("finds what differs between %j and %j", (expected, found, differences) => {
    expect(compareJson(expected, found)).toEqual(
      differences.map((each) =>
        expect.objectContaining(typeof each === "string" ? { pointer: each } : each),
      ),
    );
  });

  it("lists no more differences than asked for", () => {
    const [zeros, ones] = ["0", "1"].map((digit) => `[${Array(200).fill(digit).join(",")}]`);
    expect(compareJson(zeros ?? "", ones ?? "")).toHaveLength(100);
    expect(compareJson(zeros ?? "", ones ?? "", { maxDifferences: 1 })).toEqual([
      { pointer: "/0", expected: "0", found: "1" },
    ]);
  });

  it("compares long documents, in whatever order their members are", () => {
    const members = Array.from(
      { length: 5_000 },
      (_, index) => `"m${index}":{"text":"${"x".repeat(240)}","values":[${index},{"a":1,"b":2}]}`,
    );
    const reversed = members
      .toReversed()
      .map((member) => member.replace('"a":1,"b":2', '"b":2,"a":1.0'));
    const [text, other] = [members, reversed].map((each) => `{"all":{${each.join(",")}}}`);
    const offsets: number[] = [];
    const onProgress = (offset: number): void => {
      offsets.push(offset);
    };
    expect(compareJson(text ?? "", other ?? "", { onProgress })).toEqual([]);
    expect(offsets).toHaveLength(1);
    const changed = other?.replace("[77,", "[78,") ?? "";
    expect(compareJson(text ?? "", changed)).toEqual([
      { pointer: "/all/m77/values/0", expected: "77", found: "78" },
    ]);
  });

  it("refuses documents with more levels than asked for", () => {
    expect(compareJson("[[1]]", "[[1]]", { maxDepth: 2 })).toEqual([]);
    expect(() => compareJson("[[1]]", "[[1]]", { maxDepth: 1 })).toThrow(JsonError);
  });

  it.each(['{"a":1,"a":1}', "[1", "{", '"', "nul", "1 2", "", "01", "+1"])(
    "refuses %j, which is no JSON",
    (text) => {
      expect(() => compareJson(text, text)).toThrow(SyntaxError);
    },
  );
});
