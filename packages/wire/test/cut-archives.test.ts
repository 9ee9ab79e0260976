import { describe, expect, it } from "vitest";
import {
  ArchiveError,
  archiveSizePrefix,
  findWholeDocuments,
  readArchive,
  readArchiveBlocks,
} from "../src/index.js";

/** Numbers below a bound, the same ones for the same seed (mulberry32). */
function seeded(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

async function* cutAt(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    yield bytes.subarray(start, cut);
    start = cut;
  }
  await Promise.resolve();
}

/** Returns all results of a reader, and the error that ends it. */
async function drain<Item>(items: AsyncIterable<Item>): Promise<unknown[]> {
  const found: unknown[] = [];
  try {
    for await (const item of items) {
      found.push(item);
    }
  } catch (error) {
    if (!(error instanceof ArchiveError)) {
      throw error;
    }
    found.push([error.code, error.offset, error.message]);
  }
  return found;
}

/** An archive whose documents hold archives, which must not come out; it may be damaged. */
function makeArchive(below: (bound: number) => number): Uint8Array {
  const planted = [2, 0x7a, 0, 1, 0];
  const parts: Uint8Array[] = [];
  const count = below(8);
  for (let index = 0; index < count; index++) {
    const size = below([2, 10, 400][below(3)] ?? 0);
    parts.push(archiveSizePrefix(size));
    parts.push(Uint8Array.from({ length: size }, (_, at) => planted[at % planted.length] ?? 0));
  }
  const damages = [[], [0x80, 0x80], new Uint8Array(11).fill(0x80), [5, 1]];
  return Buffer.concat([...parts, Uint8Array.from(damages[below(damages.length)] ?? [])]);
}

describe("an archive in pieces", () => {
  it("issue 11.21: is read the same for every cut and every bound", async () => {
    const below = seeded(1121);
    for (let round = 0; round < 200; round++) {
      const archive = makeArchive(below);
      const maxBytes = 1 + below(round % 2 === 0 ? 10 : 500);
      const whole = await drain(readArchive(cutAt(archive, []), { maxBytes }));
      const { documents, damage } = findWholeDocuments(archive, { maxBytes, last: true });
      expect(whole).toHaveLength(documents + (damage === undefined ? 0 : 1));
      for (let cut = 0; cut <= archive.length; cut += 1 + below(20)) {
        const cuts = [cut, Math.min(cut + below(5), archive.length)];
        expect(await drain(readArchive(cutAt(archive, cuts), { maxBytes }))).toEqual(whole);
        const blockBytes = 1 + below(300);
        const blocks = readArchiveBlocks(cutAt(archive, cuts), { maxBytes, blockBytes });
        expect((await drain(blocks)).filter(Array.isArray)).toEqual(whole.filter(Array.isArray));
      }
    }
  });
});
