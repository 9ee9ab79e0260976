import { expect, it } from "vitest";
import { matchesPattern } from "../../src/map/pattern.js";

it.each([
  ["Lid", "Lid", true],
  ["Lid", "Lids", false],
  ["Lid*", "Lid", true],
  ["*Lid", "KettleLid", true],
  ["*Lid", "LidKettle", false],
  ["K*e*d", "KettleLid", true],
  ["K*e*d", "Kettle", false],
  ["ab*ba", "aba", false],
  ["ab*ba", "abba", true],
  ["*", "", true],
  ["**", "x\ny", true],
  ["/a.b/*", "/a.b/c", true],
  ["/a.b/*", "/axb/c", false],
  [`${"*a".repeat(40)}b`, "a".repeat(1000), false],
])("the pattern %j and the name %j: %j", (pattern, name, matches) => {
  expect(matchesPattern(pattern, name)).toBe(matches);
});
