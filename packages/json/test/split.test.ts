import { describe, expect, it } from "vitest";
import { jsonValueEnd, parseJsonString, splitJsonObject } from "../src/internal.js";

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
