import { describe, expect, it } from "vitest";
import type { InputForm } from "../src/model/conversion.js";
import { compareTexts } from "../src/view/compare.js";

interface Case {
  readonly form: InputForm;
  readonly given: string;
  readonly back: string;
}

describe("texts that differ only in white space", () => {
  it.each<Case>([
    { form: "json", given: '{ "a" :\t[1, 2]\r\n}', back: '{\n  "a": [\n    1,\n    2\n  ]\n}' },
    { form: "json", given: '\ufeff{"a":" b"}', back: '{"a": " b"}\n' },
    { form: "lines", given: '{"a": 1}\n\n  {"b": 2}', back: '{"a":1}\n{"b":2}\n' },
    {
      form: "events",
      given: 'event:done\r\ndata:{"a": 1}\r\n\r\n\r\ndata: [DONE]\r\n',
      back: 'event: done\ndata: {"a":1}\n\ndata: [DONE]\n\n',
    },
  ])("are equal except for it: $given", ({ form, given, back }) => {
    expect(compareTexts(given, back, form)).toEqual({ kind: "spaces" });
  });

  it("are identical if not even that differs", () => {
    expect(compareTexts('{"a":1}', '{"a":1}', "json")).toEqual({ kind: "identical" });
  });
});

describe("texts that differ in more", () => {
  it.each<Case & { readonly removed: string[] }>([
    { form: "json", given: '{"a":" b"}', back: '{"a":"b"}', removed: ['  "a": " b"'] },
    {
      form: "lines",
      given: '{"a": 1.0}\n{"b": 2}',
      back: '{"a":1}\n{"b":2}',
      removed: ['{"a":1.0}'],
    },
    { form: "events", given: ": hello\n\ndata: x", back: "data: x\n\n", removed: [": hello", ""] },
  ])("are shown without the white space: $given", ({ form, given, back, removed }) => {
    const comparison = compareTexts(given, back, form);
    expect(comparison.kind).toBe("different");
    const lines = comparison.kind === "different" ? comparison.lines : undefined;
    expect(lines?.filter(({ kind }) => kind === "removed").map(({ text }) => text)).toEqual(
      removed,
    );
  });
});
