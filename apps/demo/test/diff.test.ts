import { expect, it } from "vitest";
import { type DiffLine, diffLines } from "../src/view/diff.js";

const marks = { same: " ", removed: "-", added: "+" } as const;
const print = (lines: readonly DiffLine[] | undefined): string[] | undefined =>
  lines?.map(({ kind, text }) => `${marks[kind]}${text}`);

it.each([
  ["a", "a", [" a"]],
  ["a\nb\nc", "a\nc", [" a", "-b", " c"]],
  ["a\nc", "a\nb\nc", [" a", "+b", " c"]],
  ["a\nb", "b\na", ["-a", " b", "+a"]],
  ["x\nb\nc\nd", "y\nb\nd\ne", ["-x", "+y", " b", "-c", " d", "+e"]],
])("compares %j with %j", (before, after, expected) => {
  expect(print(diffLines(before, after))).toEqual(expected);
});

it("gives back both texts, whatever they are", () => {
  let seed = 1;
  const next = (limit: number): number => {
    seed = (seed * 48271) % 2147483647;
    return seed % limit;
  };
  for (let round = 0; round < 200; round++) {
    const text = (): string =>
      Array.from({ length: 1 + next(12) }, () => "abc"[next(3)]).join("\n");
    const [before, after] = [text(), text()];
    const lines = diffLines(before, after) ?? [];
    const without = (kind: DiffLine["kind"]): string =>
      lines.flatMap((line) => (line.kind === kind ? [] : [line.text])).join("\n");
    expect([without("added"), without("removed")]).toEqual([before, after]);
  }
});

it("gives up on texts with nothing in common", () => {
  const text = (name: string): string =>
    Array.from({ length: 2000 }, (_, line) => `${name} ${line}`).join("\n");
  expect(diffLines(text("a"), text("b"))).toBeUndefined();
});
