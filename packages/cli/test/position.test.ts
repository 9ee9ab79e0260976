import { Random } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { locate } from "../src/position.js";
import { describeViolations } from "../src/refusal.js";

/** Line and column as an editor counts them, by decoding what comes before. */
function counted(text: Buffer, offset: number): { line: number; column: number } {
  const lines = text.subarray(0, offset).toString("utf8").split("\n");
  return { line: lines.length, column: [...(lines.at(-1) ?? "")].length + 1 };
}

describe("locate", () => {
  it("counts lines and characters, wherever the places are and in any order", () => {
    const random = new Random(1132);
    for (let round = 0; round < 500; round++) {
      const characters = Array.from({ length: random.below(60) }, () =>
        random.pick(["a", "\n", "\r", "é", "字", "😀"]),
      );
      const text = Buffer.from(characters.join(""));
      // Places are between characters.
      const offsets = characters.map((_, index) =>
        Buffer.byteLength(characters.slice(0, index).join("")),
      );
      random.shuffle(offsets);
      const places = offsets.map((offset) => ({ offset }));
      expect(locate(text, places)).toEqual(offsets.map((offset) => counted(text, offset)));
    }
  });

  it("has no position for a place without an offset", () => {
    expect(locate(Buffer.from("a\nb"), [{}, { offset: 2 }, {}])).toEqual([
      undefined,
      { line: 2, column: 1 },
      undefined,
    ]);
  });

  it("ends with the text", () => {
    expect(locate(Buffer.from("a\nb"), [{ offset: 100 }])).toEqual([{ line: 2, column: 2 }]);
  });

  it("issue 11.32: reads each byte once, however many violations there are", () => {
    let read = 0;
    const counting = new Proxy(Buffer.alloc(100_000, "x"), {
      get(target, name) {
        if (name === "subarray") {
          return (start: number, end: number) => {
            const part = target.subarray(start, end);
            read += part.length;
            return part;
          };
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const violations = Array.from({ length: 20 }, (_, index) => ({
      code: "wrong_type" as const,
      pointer: "",
      path: "",
      expected: "a string",
      found: "a number",
      offset: 99_000 + index,
    }));
    const problems = describeViolations(violations, counting);
    expect(problems.map(({ position }) => position?.column)).toEqual(
      violations.map(({ offset }) => offset + 1),
    );
    expect(read).toBeLessThanOrEqual(100_000);
  });
});
