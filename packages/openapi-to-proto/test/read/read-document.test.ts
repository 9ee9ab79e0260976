import { describe, expect, it } from "vitest";
import { type ReadLimits, readDocument } from "../../src/read/read-document.js";
import { mistakesOf } from "../support/declared.js";

function read(text: string | Uint8Array, limits?: ReadLimits): object {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return readDocument({ name: "test", bytes }, limits);
}

describe("readDocument", () => {
  it("reads YAML and JSON", () => {
    const value = { a: [1, "x", null, true], "200": { b: 1.5 } };
    expect(read(JSON.stringify(value))).toEqual(value);
    expect(read("a: [1, x, null, true]\n200: {b: 1.5}\n")).toEqual(value);
    expect(read("{a: [1, x, null, true], 200: {b: 1.5}}")).toEqual(value);
    expect(read(`\uFEFF  ${JSON.stringify(value)}`)).toEqual(value);
  });

  it("reads YAML as of version 1.2: dates, `yes` and octal numbers are not special", () => {
    expect(read("date: 2020-01-01\nyes: no\nmode: 010\nlong: 12345678901234567890\n")).toEqual({
      date: "2020-01-01",
      yes: "no",
      mode: 10,
      long: 12345678901234567000,
    });
  });

  it("follows aliases and merges", () => {
    expect(read("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\n")).toEqual({
      a: { x: 1 },
      b: { x: 1 },
      c: { x: 1, y: 2 },
    });
  });

  it("reads a member __proto__ as any other", () => {
    for (const text of ['{"__proto__": {"x": 1}}', "__proto__: {x: 1}\n"]) {
      const value = read(text);
      expect(Object.keys(value)).toEqual(["__proto__"]);
      expect("x" in value).toBe(false);
    }
  });

  it.each([
    ["just a text", "an object, in YAML or JSON / string"],
    ["", "an object, in YAML or JSON / nothing"],
    ["- a\n- b\n", "an object, in YAML or JSON / a list"],
    ["[1]", "an object, in YAML or JSON / a list"],
    ["a: 1\n---\nb: 2\n", "one document / several"],
    ["a: [1\nb: 2\n", "YAML or JSON / "],
    ['{"a": 1', '"," or "}" / the end of the text at line 1, column 8'],
    ['{"a": [1, "x" 2]}', "/a: "],
    ["{a: [1 2", "YAML or JSON / "],
    ["a: *unknown\n", 'an alias of an anchor before it / "*unknown" at line 1, column 4'],
    ["a: [*b]\nb: &b 1\n", "an alias of an anchor before it / "],
    ["a: &a {b: [*a]}\n", "an alias of an anchor that does not contain it / "],
    ["a: &a {<<: *a}\n", "an alias of an anchor that does not contain it / "],
    ["a: {b: 1, c: 2, b: 3}\n", 'members with different names / "b" twice, at line 1, column 17'],
    ["200: x\n'200': y\n", 'members with different names / "200" twice, at line 2, column 1'],
    ['{"a": {"b": 1, "b": 2}}', "/a/b: one member of this name / another one"],
  ])("refuses %j", (text, mistake) => {
    const [line, ...others] = mistakesOf(() => read(text));
    expect(others).toEqual([]);
    expect(line).toMatch(/^not_a_document /);
    expect(line).toContain(mistake);
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(mistakesOf(() => read(new Uint8Array([0x61, 0x3a, 0x20, 0xff])))).toEqual([
      "not_a_document : text in UTF-8 / other bytes",
    ]);
  });

  it("refuses what exceeds a limit, and says which", () => {
    expect(mistakesOf(() => read(new Uint8Array(30_000_000)))).toEqual([
      "too_large : at most 16777216 bytes (the limit `maxBytes`) / 30000000 bytes",
    ]);
    expect(mistakesOf(() => read("a: 12345", { maxBytes: 7 }))).toHaveLength(1);
    expect(mistakesOf(() => read("a: 12345", { maxBytes: 8 }))).toEqual([]);
    const levels = (count: number) => `{"a": ${"[".repeat(count - 1)}${"]".repeat(count - 1)}}`;
    const flow = (count: number) => levels(count).replace('"a"', "a");
    for (const nested of [levels, flow]) {
      expect(mistakesOf(() => read(nested(256)))).toEqual([]);
      expect(mistakesOf(() => read(nested(257)))).toEqual([
        "too_deep : at most 256 levels (the limit `maxDepth`) / more",
      ]);
      expect(mistakesOf(() => read(nested(300), { maxDepth: 300 }))).toEqual([]);
      expect(mistakesOf(() => read(nested(100_000)))).toEqual([
        "too_deep : at most 256 levels (the limit `maxDepth`) / more",
      ]);
    }
  });

  it("refuses aliases that multiply", () => {
    const lines = ["a0: &a0 [x, x]"];
    for (let index = 1; index < 40; index++) {
      lines.push(`a${index}: &a${index} [*a${index - 1}, *a${index - 1}]`);
    }
    expect(mistakesOf(() => read(lines.join("\n")))).toEqual([
      expect.stringContaining("at most 100000 values (the limit `maxAliases`)"),
    ]);
    const many = `a: &a [${"x, ".repeat(99)}]\nb: [${"*a, ".repeat(10)}]`;
    expect(mistakesOf(() => read(many, { maxAliases: 1000 }))).toEqual([]);
    expect(mistakesOf(() => read(many, { maxAliases: 999 }))).toHaveLength(1);
  });

  it("follows many aliases of many anchors quickly", () => {
    const lines = Array.from({ length: 5000 }, (_, index) => [
      `a${index}: &a${index} x`,
      `b${index}: *a${index}`,
    ]);
    expect(read(lines.flat().join("\n"))).toMatchObject({ b4999: "x" });
  });

  it("compares 20,000 names quickly", () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `name${index}: x`);
    expect(Object.keys(read(names.join("\n")))).toHaveLength(20_000);
  });
});
