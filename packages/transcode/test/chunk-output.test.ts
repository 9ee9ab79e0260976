import { describe, expect, it } from "vitest";
import { ChunkOutput } from "../src/chunk-output.js";

function gathered(into: Uint8Array<ArrayBuffer> | undefined, pieces: readonly string[]): string {
  const output = new ChunkOutput(into);
  for (const piece of pieces) {
    output.add(new TextEncoder().encode(piece));
  }
  return Buffer.from(output.join()).toString();
}

describe("ChunkOutput", () => {
  it.each([0, 1, 2, 3, 4, 5, 6])("keeps the order in a buffer of %i bytes", (size) => {
    expect(gathered(new Uint8Array(size), ["ab", "c", "", "de", "f"])).toBe("abcdef");
  });

  it("needs no buffer", () => {
    expect(gathered(undefined, ["ab", "c"])).toBe("abc");
    expect(gathered(undefined, [])).toBe("");
  });
});
