import { describe, expect, it } from "vitest";
import { MergeContext } from "../src/accumulate/context.js";
import { JsonText } from "../src/accumulate/json-node.js";
import { resolveLimits } from "../src/accumulate/limits.js";
import { mergeJson } from "../src/accumulate/merge-json.js";
import { jsonValueEnd, parseJsonString, splitJsonObject } from "../src/index.js";

describe("jsonValueEnd", () => {
  it.each([
    ['{"a":[1,{}]}', 12],
    ['"a\\"b" , 1', 6],
    ['"a\\\\","', 5],
    ["[[]] ]", 4],
    ['{"}":"]"}}', 9],
    ["-1.5e+3,", 7],
    ["true}", 4],
    ['{"a', undefined],
    ['"\\"', undefined],
    ["", undefined],
    [",1", undefined],
  ])("finds that of %s", (text, end) => {
    expect(jsonValueEnd(text, 0)).toBe(end);
  });
});

describe("splitJsonObject", () => {
  it.each([
    ["{}", {}],
    [' { "a" : 1.50 , "b\\u0063":[ 1 ] } ', { a: "1.50", bc: "[ 1 ]" }],
    ['{"a":{"b":"}"}}', { a: '{"b":"}"}' }],
  ])("gives the members of %s", (text, members) => {
    expect(Object.fromEntries(splitJsonObject(text) ?? expect.unreachable())).toEqual(members);
  });

  it.each([
    "",
    "[]",
    "{",
    '{"a"}',
    '{"a":}',
    '{"a":1',
    '{"a":1}}',
    '{"a":1,"a":2}',
    "{a:1}",
    "{,}",
  ])("gives nothing for %j", (text) => {
    expect(splitJsonObject(text)).toBeUndefined();
  });
});

describe("parseJsonString", () => {
  it.each([
    ['"a\\n"', "a\n"],
    ['"\\ud83d"', "\ud83d"],
    ["1", undefined],
    ['"a', undefined],
    ['"a" ', "a"],
  ])("reads %s", (text, string) => {
    expect(parseJsonString(text)).toBe(string);
  });
});

/** Merges two JSON texts that no member holds. */
function mergeTexts(before: string, said: string): string {
  const context = new MergeContext(resolveLimits({}), "step_1", 0);
  return mergeJson(new JsonText(before), new JsonText(said), undefined, context).text;
}

describe("mergeJson", () => {
  it.each([
    ['{"a":1,"b":{"c":2}}', '{"b":{"d":3},"e":4}', '{"a":1,"b":{"c":2,"d":3},"e":4}'],
    ['{"a":{"b":1}}', '{"a":[1]}', '{"a":[1]}'],
    ['{"a":1e400}', '{"b":0.10}', '{"a":1e400,"b":0.10}'],
    ['{"a', '{"b":1}', '{"b":1}'],
    ['{"b":1}', '{"a', '{"a'],
    ['{"__proto__":{"x":1}}', '{"__proto__":{"y":2}}', '{"__proto__":{"x":1,"y":2}}'],
  ])("makes one of %s and %s", (before, said, after) => {
    expect(mergeTexts(before, said)).toBe(after);
  });

  it("sets what is too deep as a whole", () => {
    const nested = (name: string) => `${'{"x":'.repeat(5000)}{"${name}":1}${"}".repeat(5000)}`;
    expect(mergeTexts(nested("a"), nested("b"))).toBe(nested("b"));
  });
});
