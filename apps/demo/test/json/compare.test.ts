import { expect, it } from "vitest";
import { compareJson } from "../../src/json/compare.js";

it.each([
  ['{"a":1,"b":[true,null,"x"]}', ' { "b" : [ true , null , "x" ] , "a" : 1.0 } '],
  ['{"n":12345678901234567890123}', '{"n":1.2345678901234567890123e22}'],
  ['{"s":"\\u00e9\\n","e":[],"o":{}}', '{"o":{},"e":[],"s":"é\\u000a"}'],
  ['{"\\u0061":1}', '{"a":1}'],
  ["-0", "0"],
])("finds %j and %j equal", (expected, found) => {
  expect(compareJson(expected, found)).toEqual([]);
});

it.each([
  ['{"a":1}', '{"a":2}', [{ pointer: "/a", expected: "1", found: "2" }]],
  ['{"n":9007199254740993}', '{"n":9007199254740992}', ["/n"]],
  ['{"a":{}}', '{"a":[]}', ["/a"]],
  ['{"a":1,"b":2,"c":3}', '{"c":3,"a":1}', [{ pointer: "/b", expected: "2", found: "no member" }]],
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
