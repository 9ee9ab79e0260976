import { describe, expect, it } from "vitest";
import { MergeContext } from "../src/context.js";
import { JsonText } from "../src/json-node.js";
import { resolveLimits } from "../src/limits.js";
import { mergeJson } from "../src/merge-json.js";

/** Merges two JSON texts that no member holds. */
function mergeTexts(before: string, said: string): string {
  const context = new MergeContext(resolveLimits({}), "stepwire.v1.RunStep", "step_1", 0);
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
