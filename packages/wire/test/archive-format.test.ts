import { crc32 as zlibCrc32, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crc32 } from "../src/archive/crc32.js";
import { writePart } from "../src/archive/parts.js";
import { zstdCodec } from "../src/compressed.js";
import {
  type ArchiveDamage,
  ArchiveError,
  type ArchiveFile,
  type ArchiveReadOptions,
  ArchiveWriter,
  readArchive,
  readArchiveBlocks,
  readArchiveIndex,
} from "../src/index.js";

const codecs = [zstdCodec];

/** A document that tells its number. */
const documentOf = (number: number): Uint8Array => Uint8Array.of(8, number);

/** An archive of documents with the numbers from 1, some in each block. */
function archiveOf(blocks: readonly number[], codec?: typeof zstdCodec): Buffer {
  const writer = new ArchiveWriter("a.B", { codec });
  const parts: Uint8Array[] = [];
  let number = 1;
  for (const count of blocks) {
    const documents = Array.from({ length: count }, () => documentOf(number++));
    parts.push(writer.write(documents), writer.flush());
  }
  return Buffer.concat([...parts, writer.end()]);
}

async function* chunksOf(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
  await Promise.resolve();
}

interface Read {
  /** The numbers of the documents, and what their content says. */
  readonly numbers: readonly (readonly [number: number, content: number])[];
  readonly damages: readonly ArchiveDamage[];
  readonly error: ArchiveError | undefined;
}

async function read(bytes: Uint8Array, options: ArchiveReadOptions = {}): Promise<Read> {
  const numbers: [number, number][] = [];
  const damages: ArchiveDamage[] = [];
  let error: ArchiveError | undefined;
  try {
    for await (const document of readArchive(chunksOf(bytes), {
      codecs,
      format: "archive",
      ...options,
      ...(options.onDamage && { onDamage: (damage) => damages.push(damage) }),
    })) {
      numbers.push([document.number, document.bytes[1] ?? -1]);
    }
  } catch (thrown) {
    if (!(thrown instanceof ArchiveError)) {
      throw thrown;
    }
    error = thrown;
  }
  return { numbers, damages, error };
}

const skipping: ArchiveReadOptions = { onDamage: () => {} };
const upTo = (count: number): [number, number][] =>
  Array.from({ length: count }, (_, index) => [index + 1, index + 1]);

describe("crc32", () => {
  it("is that of zlib, for all sizes and alignments", () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 7919) >> 3);
    for (let start = 0; start < 9; start++) {
      for (let end = start; end < bytes.length; end++) {
        const part = bytes.subarray(start, end);
        expect(crc32(part)).toBe(zlibCrc32(part));
      }
    }
  });
});

describe("ArchiveWriter", () => {
  it("ends a block with the document that makes it large enough", async () => {
    const writer = new ArchiveWriter("a.B", { blockBytes: 10 });
    const parts = [writer.write(Array.from({ length: 9 }, () => documentOf(1))), writer.end()];
    const counts: number[] = [];
    for await (const { documents } of readArchiveBlocks(chunksOf(Buffer.concat(parts)))) {
      counts.push(documents);
    }
    expect(counts).toEqual([4, 4, 1]);
  });

  it("refuses sizes that readers cannot read, and keeps what is before", async () => {
    const blockBytes = 64 * 1024 * 1024;
    expect(() => new ArchiveWriter("a.B", { blockBytes: blockBytes + 1 })).toThrow(RangeError);
    expect(new ArchiveWriter("a.B", { blockBytes })).toBeInstanceOf(ArchiveWriter);
    const writer = new ArchiveWriter("a.B", { blockBytes: 3 });
    // Its memory is never touched.
    const tooLarge = new Uint8Array(2 ** 31);
    expect(() => writer.write([documentOf(1), documentOf(2), tooLarge])).toThrow(RangeError);
    const written = Buffer.concat([writer.write([documentOf(3)]), writer.end()]);
    const { numbers, error } = await read(written);
    expect(error).toBeUndefined();
    expect(numbers).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it("has another identifier each time", () => {
    expect(archiveOf([1]).equals(archiveOf([1]))).toBe(false);
  });

  it("refuses documents after its end, and what the header cannot have", () => {
    const writer = new ArchiveWriter("a.B");
    writer.end();
    expect(() => writer.write([])).toThrow("has ended");
    expect(() => writer.end()).toThrow("has ended");
    expect(() => new ArchiveWriter("a.B", { id: new Uint8Array(7) })).toThrow(RangeError);
    expect(() => new ArchiveWriter("a".repeat(1025))).toThrow(RangeError);
  });
});

describe.each([
  ["as it is", undefined],
  ["with zstd", zstdCodec],
])("an archive %s", (_, codec) => {
  const counts = [3, 1, 2];
  const archive = archiveOf(counts, codec);
  const all = upTo(6);

  /** The parts of the archive, from the header to the trailer. */
  async function parts(): Promise<{ start: number; end: number; first: number; last: number }[]> {
    const { blocks } = await readArchiveIndex(fileOf(archive));
    const header = { start: 0, end: blocks[0]?.offset ?? 0, first: 1, last: 0 };
    const found = blocks.map(({ offset, size, number, documents }) => ({
      start: offset,
      end: offset + size,
      first: number,
      last: number + documents - 1,
    }));
    const index = { start: found.at(-1)?.end ?? 0, end: archive.length - 32, first: 7, last: 6 };
    const trailer = { start: index.end, end: archive.length, first: 7, last: 6 };
    return [header, ...found, index, trailer];
  }

  it("comes back equal, in chunks of any size", async () => {
    expect((await read(archive)).numbers).toEqual(all);
    for (const size of [1, 3, 50]) {
      const numbers: number[] = [];
      for await (const { number } of readArchive(chunksOf(archive, size), { codecs })) {
        numbers.push(number);
      }
      expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  it("gives back what is before a cut, wherever it is", async () => {
    for (let length = 1; length < archive.length; length++) {
      const cut = archive.subarray(0, length);
      const { numbers, error } = await read(cut);
      expect([length, error?.code]).toEqual([length, "cut_off"]);
      expect(numbers).toEqual(all.slice(0, numbers.length));
      expect(error?.document).toBe(numbers.length + 1);
      const complete = (await parts()).filter(({ end }) => end <= length).at(-1);
      expect(numbers.length).toBeGreaterThanOrEqual(complete?.last ?? 0);
      const skipped = await read(cut, skipping);
      expect([skipped.numbers, skipped.error]).toEqual([numbers, undefined]);
      expect(skipped.damages).toHaveLength(1);
      expect(skipped.damages[0]?.end).toBe(length);
    }
  });

  it("loses at most the block with a wrong byte, and names it", async () => {
    for (const { start, end, first, last } of await parts()) {
      for (let offset = start; offset < end; offset++) {
        const spoiled = Uint8Array.from(archive);
        spoiled[offset] = (spoiled[offset] ?? 0) ^ (1 << (offset % 8));
        const { numbers, error } = await read(spoiled);
        expect([offset, error?.offset, error?.document]).toEqual([offset, start, first]);
        expect(numbers).toEqual(all.slice(0, first - 1));
        const skipped = await read(spoiled, skipping);
        const rest = all.filter(([number]) => number < first || number > last);
        expect([offset, skipped.numbers]).toEqual([offset, rest]);
        expect(skipped.damages).toEqual([
          expect.objectContaining({ start, end, firstDocument: first, lastDocument: last }),
        ]);
      }
    }
  });

  it("never gives a document a wrong number, whichever bytes are missing or twice", async () => {
    for (let start = 0; start < archive.length; start += 5) {
      for (let end = start + 1; end <= archive.length; end += 17) {
        const without = Buffer.concat([archive.subarray(0, start), archive.subarray(end)]);
        const once = await read(without, skipping);
        expect(once.error).toBeUndefined();
        const isKnown = isChecked(once);
        expect(once.numbers).toEqual(
          once.numbers.map(([number, content]) => [number, isKnown ? number : content]),
        );
        const twice = Buffer.concat([archive.subarray(0, end), archive.subarray(start)]);
        const again = await read(twice, skipping);
        expect(again.error).toBeUndefined();
        // If its header comes again, an archive counts as another one.
        const isAnother = start === 0 || end === archive.length || !isChecked(again);
        const numbers = again.numbers.map(([number]) => number);
        expect(again.numbers).toEqual(
          isAnother ? again.numbers : numbers.map((number) => [number, number]),
        );
        expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
      }
    }
  });

  /** Documents of a block that is cut off are given back without a check. */
  function isChecked({ damages }: Read): boolean {
    return codec !== undefined || damages.every(({ error }) => error.code !== "cut_off");
  }

  it("has an index of its blocks", async () => {
    const { blocks, archives, documents } = await readArchiveIndex(fileOf(archive));
    expect(documents).toBe(6);
    expect(archives).toMatchObject([{ type: "a.B", documents: 6, size: archive.length }]);
    expect(blocks.map(({ number, documents: count }) => [number, count])).toEqual([
      [1, 3],
      [4, 1],
      [5, 2],
    ]);
    for (const from of blocks) {
      const rest: number[] = [];
      const chunks = chunksOf(archive.subarray(from.offset), 20);
      for await (const document of readArchive(chunks, { codecs, from })) {
        expect(document.bytes[1]).toBe(document.number);
        rest.push(document.number);
      }
      expect(rest).toEqual([1, 2, 3, 4, 5, 6].slice(from.number - 1));
    }
  });

  it("has an index over several archives", async () => {
    const both = Buffer.concat([archive, archiveOf([]), archiveOf([2])]);
    const { blocks, archives, documents } = await readArchiveIndex(fileOf(both));
    expect([archives.length, documents]).toEqual([3, 8]);
    expect(blocks.at(-1)).toMatchObject({ number: 7, documents: 2 });
    const from = blocks.at(-1);
    const chunks = chunksOf(both.subarray(from?.offset));
    const numbers: number[] = [];
    for await (const { number } of readArchive(chunks, { from })) {
      numbers.push(number);
    }
    expect(numbers).toEqual([7, 8]);
  });

  it("has no index if it is damaged there", async () => {
    const [header, ...others] = await parts();
    const damageable = [header, ...others.slice(-2)];
    for (const part of damageable) {
      for (let offset = part?.start ?? 0; offset < (part?.end ?? 0); offset++) {
        const spoiled = Uint8Array.from(archive);
        spoiled[offset] = (spoiled[offset] ?? 0) ^ 4;
        await expect(readArchiveIndex(fileOf(spoiled))).rejects.toBeInstanceOf(ArchiveError);
      }
    }
    for (let length = 1; length < archive.length; length++) {
      const cut = fileOf(archive.subarray(0, length));
      await expect(readArchiveIndex(cut)).rejects.toBeInstanceOf(ArchiveError);
    }
  });
});

function fileOf(bytes: Uint8Array): ArchiveFile {
  return {
    size: bytes.length,
    read: (position, size) => Promise.resolve(bytes.subarray(position, position + size)),
  };
}

describe("limits", () => {
  it("are for blocks before they are read", async () => {
    const id = new Uint8Array(8);
    const head = { kind: "block", id, before: 0, documents: 1, codec: 1, checksum: 0 } as const;
    const bytes = Buffer.concat([
      writePart({ kind: "header", id, type: "" }),
      writePart({ ...head, size: 2 ** 32 - 1, stored: 10 }),
    ]);
    const { error } = await read(bytes);
    expect(error).toMatchObject({ code: "too_large", offset: 20 });
  });

  it("are for all blocks together", async () => {
    const documents = Array.from({ length: 30 }, () => new Uint8Array(100_000));
    const writer = new ArchiveWriter("", { codec: zstdCodec, blockBytes: 100_000 });
    const bytes = Buffer.concat([writer.write(documents), writer.end()]);
    const limits = { maxBlockBytes: 200_000, maxExpansion: 100 };
    const { numbers, error } = await read(bytes, limits);
    expect(error).toMatchObject({ code: "too_large" });
    expect(numbers.length).toBeLessThan(30);
    expect((await read(bytes, { ...limits, maxExpansion: 100_000 })).numbers).toHaveLength(30);
  });

  it("are for what zstd expands to", async () => {
    const id = new Uint8Array(8);
    const payload = zstdCompressSync(new Uint8Array(50_000_000));
    const head = {
      kind: "block",
      id,
      before: 0,
      documents: 1,
      size: 1000,
      stored: payload.length,
      codec: 1,
      checksum: zlibCrc32(payload),
    } as const;
    const bytes = Buffer.concat([
      writePart({ kind: "header", id, type: "" }),
      writePart(head),
      payload,
    ]);
    expect((await read(bytes)).error).toMatchObject({ code: "malformed" });
  });

  it.each([undefined, zstdCodec])("give back what is before a large document", async (codec) => {
    const writer = new ArchiveWriter("a.B", { codec });
    const large = new Uint8Array(50);
    const archive = Buffer.concat([
      writer.write([documentOf(1), documentOf(2), large, documentOf(4)]),
      writer.flush(),
      writer.write([large, documentOf(6)]),
      writer.flush(),
      writer.write([documentOf(7)]),
      writer.end(),
    ]);
    const { numbers, error } = await read(archive, { maxBytes: 40 });
    expect(numbers.map(([number]) => number)).toEqual([1, 2]);
    expect(error).toMatchObject({ code: "too_large", document: 3 });
    const recovered = await read(archive, { maxBytes: 40, onDamage: () => undefined });
    expect(recovered.numbers).toEqual([
      [1, 1],
      [2, 2],
      [7, 7],
    ]);
    expect(recovered.damages).toMatchObject([
      { firstDocument: 3, lastDocument: 4, error: { code: "too_large", document: 3 } },
      { firstDocument: 5, lastDocument: 6, error: { code: "too_large", document: 5 } },
    ]);
  });

  it("are for documents", async () => {
    expect((await read(archiveOf([2]), { maxBytes: 1 })).error).toMatchObject({
      code: "too_large",
      document: 1,
    });
  });
});

describe("a block with zstd", () => {
  it("needs the codec", async () => {
    const { error } = await read(archiveOf([1], zstdCodec), { codecs: [], ...skipping });
    expect(error).toMatchObject({
      code: "unknown_codec",
      message: "a block is compressed with codec 1 (zstd)",
    });
  });
});

describe("the format", () => {
  it("may be given", async () => {
    const documents = Buffer.from("020801", "hex");
    expect((await read(documents, { format: "delimited" })).numbers).toEqual([[1, 1]]);
    expect((await read(documents, { format: "archive" })).error).toMatchObject({
      code: "bad_magic",
    });
    expect((await read(archiveOf([1]), { format: "delimited" })).error).toBeDefined();
  });
});
