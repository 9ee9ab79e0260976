import { StreamEventSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { decodeEvents } from "../src/index.js";
import { chunksOf, collect, decodeAll, refusalOf } from "./streams.js";

/** Bytes without end, of one line or of many, and a count of what was taken. */
function endless(line: string): { source: AsyncIterable<Uint8Array>; taken: () => number } {
  const chunk = Buffer.from(line);
  let bytes = 0;
  async function* generate(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("data: 1\n\ndata: ");
    for (;;) {
      bytes += chunk.length;
      yield await Promise.resolve(chunk);
    }
  }
  return { source: generate(), taken: () => bytes };
}

describe("the bound on one event", () => {
  it.each([
    ["a line", "x".repeat(1000)],
    ["many lines of data", "x\ndata: "],
    ["many empty lines of data", "\ndata:"],
    ["many identifiers", "\nid: 1\ndata: "],
  ])("holds while %s is arriving", async (_, piece) => {
    const { source, taken } = endless(piece);
    const refusal = await refusalOf(
      collect(decodeEvents(StreamEventSchema, source, { maxEventBytes: 10_000 })),
    );
    expect(refusal).toMatchObject({ event: 1, violations: [{ code: "too_large" }] });
    expect(taken()).toBeLessThan(25_000);
  });

  it("is exact", async () => {
    const stream = 'data: "1234"\n\n'.repeat(3);
    const length = 'data: "1234"'.length;
    for (const size of [1, 5, 100]) {
      expect(await decodeAll(stream, { maxEventBytes: length }, size)).toHaveLength(3);
      expect(await refusalOf(decodeAll(stream, { maxEventBytes: length - 1 }, size))).toMatchObject(
        {
          event: 0,
        },
      );
    }
  });

  it("does not count comments between the lines of an event", async () => {
    const stream = `event: a\n${": still here\n".repeat(1000)}data: 1\n\n`;
    expect(await decodeAll(stream, { maxEventBytes: 100 })).toHaveLength(1);
  });

  it("is 16 MiB by default", async () => {
    const size = 16 * 1024 * 1024;
    const payload = (length: number) => `data: "${"x".repeat(length - 'data: ""'.length)}"\n\n`;
    expect(await decodeAll(payload(size), {}, 65_536)).toHaveLength(1);
    expect(await refusalOf(decodeAll(payload(size + 1), {}, 65_536))).toMatchObject({ event: 0 });
  });

  it("takes one byte at a time in linear time", async () => {
    const time = async (length: number): Promise<number> => {
      const stream = Buffer.from(`data: "${"x".repeat(length)}"\n\n`);
      // Time of this process: other programs may keep the processors busy.
      const start = process.cpuUsage();
      await decodeAll(stream, {}, 1);
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    let smallest = Number.POSITIVE_INFINITY;
    // Collecting garbage and compiling make single measurements longer.
    for (let attempt = 0; attempt < 5 && smallest >= 40; attempt++) {
      await time(20_000);
      smallest = Math.min(smallest, (await time(200_000)) / (await time(20_000)));
    }
    expect(smallest).toBeLessThan(40);
  });

  it.each([{ maxEventBytes: 0 }, { maxEventBytes: 1.5 }, { maxDepth: 0 }, { maxDepth: 1000 }])(
    "is refused as %o",
    (options) => {
      expect(() => decodeEvents(StreamEventSchema, chunksOf(""), options)).toThrow(RangeError);
    },
  );
});

describe("the bound on the depth", () => {
  it("is that of the payload", async () => {
    const nested = (depth: number) => `data: ${"[".repeat(depth)}${"]".repeat(depth)}\n\n`;
    expect(await decodeAll(nested(99))).toHaveLength(1);
    expect(await decodeAll(nested(3), { maxDepth: 3 })).toHaveLength(1);
    for (const mode of ["preserve", "archive"] as const) {
      expect(await refusalOf(decodeAll(nested(4), { maxDepth: 3, mode }))).toMatchObject({
        violations: [{ code: "too_deep" }],
      });
    }
  });
});
