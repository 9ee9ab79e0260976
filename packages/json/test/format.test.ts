import { describe, expect, it } from "vitest";
import { formatJson, minifyJson } from "../src/index.js";

describe("formatJson", () => {
  it("indents JSON text by itself", () => {
    const text = String.raw`{"a":[1,{},[]],"b":{"\"":"x"}}`;
    expect(formatJson(text, 0)).toBe(text);
    expect(formatJson(text, 2)).toBe(JSON.stringify(JSON.parse(text), undefined, 2));
    expect(() => formatJson(text, 11)).toThrow(RangeError);
  });

  it.each([
    ["an end within a string", '{"a":"b', '{\n "a": "b'],
    ["an end within an escape", '"\\', '"\\'],
    ["an end too many", "]]1", "\n]\n]1"],
  ])("comes to an end with %s", (_name, text, indented) => {
    expect(formatJson(text, 1)).toBe(indented);
  });

  it("indents no more levels than a document may have", () => {
    expect(formatJson("[".repeat(3_000), 1).length).toBeLessThan(3_000 * 1_002);
    expect(formatJson("[".repeat(1_200), 1).split("\n").at(-1)).toHaveLength(1_000);
  });

  it("takes text that has white space already", () => {
    const text = ' {\n"a b" :\t[ 1.50 , "\\" c" ,\r\n[ ] , { } ] } ';
    expect(formatJson(text)).toBe(
      '{\n  "a b": [\n    1.50,\n    "\\" c",\n    [],\n    {}\n  ]\n}',
    );
    expect(formatJson(text, 0)).toBe(minifyJson(text));
  });
});

describe("minifyJson", () => {
  it("removes the white space between tokens and nothing else", () => {
    expect(minifyJson(' {\n"a b" :\t[ 1.50 , "\\" c" ,\r\n true ] } ')).toBe(
      '{"a b":[1.50,"\\" c",true]}',
    );
  });
});
