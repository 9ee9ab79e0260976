import { DocumentSchema } from "@stepwire/core";
import { Random } from "@stepwire/testing";
import { archiveSizePrefix } from "@stepwire/wire";
import { describe, expect, it } from "vitest";
import { createTranscoder, type Transcoder } from "../src/index.js";

/** The result for each message, by its offset in the archive. */
type Outcome = readonly [start: number, result: string];

/** A document that consists of bytes which are an archive themselves. */
const planted = packed("planted");

function packed(id: string): Buffer {
  const transcoder = createTranscoder(DocumentSchema, { mode: "archive" });
  return Buffer.from(transcoder.packLines(Buffer.from(JSON.stringify({ id }))).output);
}

function record(content: Uint8Array): Buffer {
  return Buffer.concat([archiveSizePrefix(content.length), content]);
}

/** Reads an archive in pieces, as documented. */
function readInPieces(
  transcoder: Transcoder,
  archive: Uint8Array,
  cuts: readonly number[],
): Outcome[] {
  const outcomes: Outcome[] = [];
  let at = 0;
  for (const cut of [...cuts, archive.length]) {
    for (let stopped = true; stopped && at < cut; ) {
      const last = cut === archive.length;
      const chunk = archive.subarray(at, cut);
      const { output, documents, consumed, refused } = transcoder.unpackLines(chunk, { last });
      const lines = Buffer.from(output).toString().split("\n").slice(0, -1);
      expect(lines).toHaveLength(documents);
      outcomes.push(...lines.map((line) => [-1, line] as const));
      stopped = refused !== undefined;
      if (refused === undefined) {
        at += consumed;
      } else {
        const [violation] = refused.error.violations;
        expect(refused.start).toBe(consumed);
        outcomes.push([at + refused.start, `${violation?.code} ${violation?.found}`]);
        at += refused.end;
      }
    }
  }
  return outcomes;
}

describe("unpackLines", () => {
  it("issue 11.21: keeps its place when a chunk cuts a message above maxBytes", () => {
    const transcoder = createTranscoder(DocumentSchema, { mode: "archive", maxBytes: 1000 });
    const large = Buffer.concat(Array.from({ length: 200 }, () => planted)).subarray(0, 2000);
    const archive = Buffer.concat([record(large), packed("after")]);
    expect(readInPieces(transcoder, archive, [500])).toEqual([
      [0, "too_large 2000 bytes"],
      [-1, '{"id":"after"}'],
    ]);
    const first = transcoder.unpackLines(archive.subarray(0, 500), { last: false });
    expect(first.refused).toMatchObject({ start: 0, end: 2002 });
  });

  it("issue 11.21: finds no message behind what is not a size", () => {
    const transcoder = createTranscoder(DocumentSchema);
    const archive = Buffer.concat([Buffer.alloc(10, 0x80), planted, planted]);
    for (let cut = 10; cut <= archive.length; cut++) {
      const outcomes = readInPieces(transcoder, archive, [cut]);
      expect(outcomes).toHaveLength(1);
      expect(outcomes[0]).toEqual([0, expect.stringMatching(/^malformed_binary/)]);
    }
  });

  it("issue 11.21: takes a size beyond 64 bits for too large, as the archive reader does", () => {
    const transcoder = createTranscoder(DocumentSchema);
    const size = Buffer.from("80808080808080808002", "hex");
    const { refused } = transcoder.unpackLines(Buffer.concat([size, planted]));
    expect(refused?.error.violations[0]?.code).toBe("too_large");
    expect(refused?.end).toBeGreaterThan(2 ** 63);
  });

  it("issue 11.21: gives the same for every cut and every bound", () => {
    const random = new Random(1121);
    for (let round = 0; round < 300; round++) {
      const records = Array.from({ length: 1 + random.below(8) }, (_, index) => {
        const size = random.below(random.pick([3, 40, 300]));
        const inner = Buffer.concat(Array.from({ length: 30 }, () => planted));
        return random.chance(0.5)
          ? packed(`${index}`.repeat(size))
          : record(inner.subarray(0, size));
      });
      const archive = Buffer.concat(records);
      const maxBytes = 1 + random.below(random.pick([10, 100, 1000]));
      const transcoder = createTranscoder(DocumentSchema, { mode: "archive", maxBytes });
      const whole = readInPieces(transcoder, archive, []);
      expect(whole).toHaveLength(records.length);
      for (let cut = 1; cut < archive.length; cut += 1 + random.below(40)) {
        expect(readInPieces(transcoder, archive, [cut])).toEqual(whole);
      }
      const step = 1 + random.below(30);
      const cuts = Array.from({ length: Math.ceil(archive.length / step) - 1 }, (_, index) =>
        Math.min((index + 1) * step, archive.length - 1),
      );
      expect(readInPieces(transcoder, archive, cuts)).toEqual(whole);
    }
  }, 60_000);
});
