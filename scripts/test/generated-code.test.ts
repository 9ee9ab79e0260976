import { expect, it } from "vitest";
import { difference } from "../library/generated-code.ts";

it("names the files that were added, changed or removed", () => {
  const before = new Map([
    ["same", "1"],
    ["removed", "1"],
    ["changed", "1"],
  ]);
  const after = new Map([
    ["same", "1"],
    ["changed", "2"],
    ["added", "1"],
  ]);
  expect(difference(before, after)).toEqual(["added", "changed", "removed"]);
});
