import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readLineBlocks } from "../../src/batch/line-blocks.js";

/** The blocks as texts; `…` stands for a line that was left out. */
async function blocks(
  chunks: readonly string[],
  { maxBytes = 100, blockBytes = 1 }: { maxBytes?: number; blockBytes?: number } = {},
): Promise<string[]> {
  const found: string[] = [];
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const { bytes, beforeTooLong } of readLineBlocks(stream, { maxBytes, blockBytes })) {
    found.push(Buffer.from(bytes).toString() + (beforeTooLong ? "…" : ""));
  }
  return found;
}

describe("readLineBlocks", () => {
  it("cuts behind the last line feed of what is there", async () => {
    expect(await blocks(["a\n\nb\nc", "d\n", "e"])).toEqual(["a\n\nb\n", "cd\n", "e"]);
  });

  it("gathers lines until a block is large enough", async () => {
    expect(await blocks(["a\n", "b\n", "c\n", "d"], { blockBytes: 4 })).toEqual(["a\nb\n", "c\nd"]);
  });

  it("joins what chunks tear apart", async () => {
    expect(await blocks(["a", "b", "", "c\nd", "\n", "e"])).toEqual(["abc\n", "d\n", "e"]);
  });

  it("has no block where there is nothing", async () => {
    expect(await blocks([])).toEqual([]);
    expect(await blocks(["", ""])).toEqual([]);
  });

  it("keeps nothing of a line that goes on beyond the limit", async () => {
    const chunks = ["abc\nab", "cd", "e", "f\nabc", "\nab", "cd", "ef"];
    expect(await blocks(chunks, { maxBytes: 3, blockBytes: 100 })).toEqual(["abc\n…", "abc\n…"]);
  });
});
