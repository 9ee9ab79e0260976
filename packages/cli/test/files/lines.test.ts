import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readLines } from "../../src/files/lines.js";

async function lines(
  chunks: readonly string[],
  maxBytes = 100,
): Promise<(readonly [number, string | undefined])[]> {
  const found: (readonly [number, string | undefined])[] = [];
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const { number, bytes } of readLines(stream, maxBytes)) {
    found.push([number, bytes && Buffer.from(bytes).toString()]);
  }
  return found;
}

describe("readLines", () => {
  it("numbers lines from 1, with the blank ones", async () => {
    expect(await lines(["a\n\nb\n"])).toEqual([
      [1, "a"],
      [2, ""],
      [3, "b"],
    ]);
  });

  it("joins what chunks tear apart", async () => {
    expect(await lines(["a", "b", "", "c\nd", "\n", "e"])).toEqual([
      [1, "abc"],
      [2, "d"],
      [3, "e"],
    ]);
  });

  it("has no line where there is nothing", async () => {
    expect(await lines([])).toEqual([]);
    expect(await lines(["", ""])).toEqual([]);
  });

  it("gives only the number of a line that is too long", async () => {
    expect(await lines(["abc\nab", "cd\nabc", "\nabcd", "ef"], 3)).toEqual([
      [1, "abc"],
      [2, undefined],
      [3, "abc"],
      [4, undefined],
    ]);
  });
});
