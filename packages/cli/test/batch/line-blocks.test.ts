import { describe, expect, it } from "vitest";
import { BufferPool } from "../../src/batch/buffer-pool.js";
import { readLineBlocks } from "../../src/batch/line-blocks.js";
import type { Source } from "../../src/files/source.js";

function sourceOf(text: string): Source {
  const bytes = Buffer.from(text);
  let at = 0;
  return {
    name: "a text",
    read(buffer) {
      const size = bytes.copy(buffer, 0, at);
      at += size;
      return Promise.resolve(size);
    },
    close: () => Promise.resolve(),
  };
}

/** The blocks as texts; `…` stands for a line that was left out. */
async function blocks(
  text: string,
  { maxBytes = 100, blockBytes = 4 }: { maxBytes?: number; blockBytes?: number } = {},
): Promise<string[]> {
  const buffers = new BufferPool(blockBytes);
  const found: string[] = [];
  for await (const { bytes, beforeTooLong } of readLineBlocks(sourceOf(text), buffers, maxBytes)) {
    found.push(Buffer.from(bytes).toString() + (beforeTooLong ? "…" : ""));
    buffers.give(bytes.fill(0));
  }
  return found;
}

describe("readLineBlocks", () => {
  it("cuts behind the last line feed that has room in a block", async () => {
    expect(await blocks("a\n\nb\nc\nd\ne")).toEqual(["a\n\n", "b\nc\n", "d\ne"]);
    expect(await blocks("abc\nabc\n")).toEqual(["abc\n", "abc\n"]);
  });

  it("makes a block larger for a longer line", async () => {
    expect(await blocks("a\nbcdefghijk\nl\nm\n")).toEqual(["a\n", "bcdefghijk\nl\nm\n"]);
    expect(await blocks("abcdefghijk")).toEqual(["abcdefghijk"]);
  });

  it("has the same lines, whatever the size of blocks", async () => {
    const text = Array.from({ length: 60 }, (_, index) => "x".repeat((index * 7) % 23)).join("\n");
    for (let blockBytes = 1; blockBytes < 40; blockBytes++) {
      const found = await blocks(text, { blockBytes });
      expect(found.join("")).toBe(text);
      expect(found.slice(0, -1).every((block) => block.endsWith("\n"))).toBe(true);
    }
  });

  it("has no block where there is nothing", async () => {
    expect(await blocks("")).toEqual([]);
  });

  it("keeps nothing of a line that goes on beyond the limit", async () => {
    const text = "a\nabcdefghijk\nb\nabcdefghijkl";
    expect(await blocks(text, { maxBytes: 3 })).toEqual(["a\n", "…", "b\n", "…"]);
    expect(await blocks(`${text}\nc`, { maxBytes: 3 })).toEqual(["a\n", "…", "b\n", "…", "c"]);
  });
});
