import { expect, it } from "vitest";
import { findJsonPlaces } from "../src/index.js";

/** The text of each place, by its pointer. */
function textsIn(text: string): Record<string, string> {
  return Object.fromEntries(
    findJsonPlaces(text).map(({ pointer, start, end }) => [pointer, text.slice(start, end)]),
  );
}

it("finds values and names, the outer ones first", () => {
  expect(findJsonPlaces(' {"a/b" : [1, {}]}')).toEqual([
    { pointer: "", start: 1, end: 18 },
    { pointer: "/a~1b", start: 10, end: 17, name: { start: 2, end: 7 } },
    { pointer: "/a~1b/0", start: 11, end: 12 },
    { pointer: "/a~1b/1", start: 14, end: 16 },
  ]);
});

it.each<[string, Record<string, string>]>([
  ["", { "": "" }],
  [
    '{"a":1,"b":[2,"x',
    { "": '{"a":1,"b":[2,"x', "/a": "1", "/b": '[2,"x', "/b/0": "2", "/b/1": '"x' },
  ],
  ['{"a":1,"b"}', { "": '{"a":1,"b"', "/a": "1" }],
  ["[1,nul]", { "": "[1,", "/0": "1", "/1": "" }],
  ['{"a":1,"a":2}', { "": '{"a":1,"a":2}', "/a": "2" }],
])("finds what comes before the fault in %j", (text, places) => {
  expect(textsIn(text)).toEqual(places);
});
