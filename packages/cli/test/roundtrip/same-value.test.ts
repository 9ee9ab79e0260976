import { compareJson } from "@stepwire/json";
import { describe, expect, it } from "vitest";
import { isSurelyEqual } from "../../src/roundtrip/same-value.js";

const equal: readonly (readonly [string, string])[] = [
  ["{}", " { } "],
  ['{"a":1,"b":[true,null,"x"]}', '{"b":[true,null,"x"],"a":1.0}'],
  ['{"a":"\\u00fc\\/"}', '{"a":"ü/"}'],
  ['{"a":"\\ud800"}', '{"a":"\\uD800"}'],
  ['{"__proto__":{"a":1},"toString":2}', '{"toString":2,"__proto__":{"a":1}}'],
  ['{"a":123456789012345}', '{"a": 123456789012345}'],
  ['{"a":1.5}', '{"a":1.500}'],
  ['{"a":"5e3-12345678901234567890"}', '{ "a" : "5e3-12345678901234567890" }'],
];

const different: readonly (readonly [string, string])[] = [
  ["{}", "[]"],
  ["[]", '{"length":0}'],
  ['{"a":1}', '{"a":"1"}'],
  ['{"a":1}', "{}"],
  ["{}", '{"a":1}'],
  ['{"a":null}', '{"b":null}'],
  ['{"a":null}', '{"a":{}}'],
  ["[1,2]", "[2,1]"],
  ["[[1]]", '[["1"]]'],
  ['{"toString":1}', '{"valueOf":1}'],
  ['{"__proto__":1}', "{}"],
  ['{"__proto__":{}}', '{"__proto__":[]}'],
  ["[123456789012345]", "[123456789012344]"],
  ["[0.1]", "[0.10000000000000001]"],
  ["[1e400]", "[2e400]"],
  ["[1e-400]", "[0]"],
  ['{"a":12345678901234567890}', '{"a":12345678901234567891}'],
  ['{"a": -0.12345678901234567}', '{"a": -0.12345678901234568}'],
  ["[ 9007199254740993]", "[ 9007199254740992]"],
  ["[1", "[1"],
];

describe("what is surely equal", () => {
  it.each(equal)("%s and %s", (one, other) => {
    expect(isSurelyEqual(one, other)).toBe(true);
    expect(compareJson(one, other)).toEqual([]);
  });

  it.each(different)("not %s and %s", (one, other) => {
    expect(isSurelyEqual(one, other)).toBe(false);
    expect(isSurelyEqual(other, one)).toBe(false);
  });

  it.each([
    ["[0]", "[-0]"],
    ["[1e3]", "[1000]"],
    ["[123456789012345]", "[123456789012345.0]"],
    ['[" 12345678901234567890"]', '[" 12345678901234567890"]'],
    ["[100000000000000000]", "[100000000000000000]"],
  ])("left to compareJson: %s and %s", (one, other) => {
    expect(isSurelyEqual(one, other)).toBe(false);
  });
});
