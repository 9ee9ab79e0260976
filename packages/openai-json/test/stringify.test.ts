import { RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { fromOpenAI, parseOpenAI, stringifyOpenAI } from "../src/index.js";
import { messageStep } from "./run-steps.js";

const odd = {
  ...messageStep,
  metadata: {},
  text: 'a "b" \\ {c: [d, e]}, \u2028 é😀\n',
  empty: [[], {}, [{}], { a: [] }],
  nested: { a: { b: [1, [2, { c: null }]] } },
};

describe("stringifyOpenAI", () => {
  it("writes no white space by default", () => {
    const message = fromOpenAI(RunStepSchema, messageStep);
    expect(stringifyOpenAI(RunStepSchema, message)).toBe(JSON.stringify(messageStep));
    expect(stringifyOpenAI(RunStepSchema, message, { space: undefined })).toBe(
      JSON.stringify(messageStep),
    );
  });

  it.each([0, 1, 2, 4, 10])("indents by %i spaces as JSON.stringify does", (space) => {
    const message = fromOpenAI(RunStepSchema, odd);
    const value: unknown = JSON.parse(stringifyOpenAI(RunStepSchema, message));
    expect(value).toEqual(odd);
    expect(stringifyOpenAI(RunStepSchema, message, { space })).toBe(
      JSON.stringify(value, undefined, space),
    );
  });

  it.each([-1, 11, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d spaces", (space) => {
    const message = fromOpenAI(RunStepSchema, messageStep);
    expect(() => stringifyOpenAI(RunStepSchema, message, { space })).toThrow(RangeError);
    expect(() => stringifyOpenAI(RunStepSchema, message, { space })).toThrow(
      `space is an integer from 0 to 10, not ${space}`,
    );
  });

  it("indents an empty document", () => {
    const message = parseOpenAI(RunStepListSchema, "{}", { mode: "archive" });
    expect(stringifyOpenAI(RunStepListSchema, message, { space: 2 })).toBe("{}");
  });

  it("keeps numbers and escapes that the residue holds, indented or not", () => {
    const text = String.raw`{"n":[1.50,1E+2,12345678901234567890],"s":"\u0041\/ : , [ ] { }"}`;
    const message = parseOpenAI(RunStepListSchema, text, { mode: "archive" });
    expect(stringifyOpenAI(RunStepListSchema, message)).toBe(text);
    expect(stringifyOpenAI(RunStepListSchema, message, { space: 1 })).toBe(
      [
        "{",
        ' "n": [',
        "  1.50,",
        "  1E+2,",
        "  12345678901234567890",
        " ],",
        String.raw` "s": "\u0041\/ : , [ ] { }"`,
        "}",
      ].join("\n"),
    );
  });
});
