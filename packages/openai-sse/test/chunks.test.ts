import { equals } from "@bufbuild/protobuf";
import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { corpusStreams, describeWithCorpus, printedSeed, Random } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { decodeEvents } from "../src/index.js";
import { collect, decodeAll, encodeAll } from "./streams.js";

const random = new Random(printedSeed());

/** A stream with all that a boundary can tear apart. */
const delicate = [
  '\uFEFFevent: ping\r\nid: é🙂\r\ndata: {\r\ndata: "日": [1, 2]}\r\n\r\n',
  ": comment é\r\revent: b\rdata: 1\r\r",
  "data: [DONE]\n\r\nevent: done\ndata:[DONE]\n\nretry: 10\n\n",
  'event: thread.run.step.delta\ndata: {"id":"s","object":"thread.run.step.delta","delta":{}}',
].join("");

function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const bounds = [0, ...cuts, bytes.length];
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
}

async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  // A source may use its buffer again once the next chunk is asked for.
  const buffer = new Uint8Array(Math.max(0, ...chunks.map(({ length }) => length)));
  for (const chunk of chunks) {
    buffer.fill(0x21).set(chunk);
    yield await Promise.resolve(buffer.subarray(0, chunk.length));
  }
}

function same(actual: readonly StreamEvent[], expected: readonly StreamEvent[]): boolean {
  return (
    actual.length === expected.length &&
    expected.every((event, index) => {
      const other = actual[index];
      return other !== undefined && equals(StreamEventSchema, other, event);
    })
  );
}

async function wrongCuts(bytes: Uint8Array, all: Iterable<readonly number[]>): Promise<number[][]> {
  const expected = await decodeAll(bytes, { mode: "archive" });
  const wrong: number[][] = [];
  for (const cuts of all) {
    const chunks = iterate(pieces(bytes, cuts));
    if (
      !same(await collect(decodeEvents(StreamEventSchema, chunks, { mode: "archive" })), expected)
    ) {
      wrong.push([...cuts]);
    }
  }
  return wrong;
}

describe("chunks", () => {
  const bytes = Buffer.from(delicate);

  it("are cut anywhere, once and twice", async () => {
    expect(await decodeAll(bytes)).toHaveLength(5);
    const cuts: number[][] = [];
    for (let first = 0; first <= bytes.length; first++) {
      cuts.push([first]);
      for (let second = first; second <= Math.min(bytes.length, first + 12); second++) {
        cuts.push([first, second]);
      }
    }
    expect(await wrongCuts(bytes, cuts)).toEqual([]);
  });
});

describeWithCorpus("chunks of a stream of the corpus", () => {
  it("are cut anywhere", async () => {
    const stream = corpusStreams().find(({ name }) => name.includes("/032-"));
    const bytes = stream?.bytes ?? expect.unreachable();
    expect(
      await wrongCuts(
        bytes,
        Array.from(bytes, (_, cut) => [cut]),
      ),
    ).toEqual([]);
  });

  it("are cut anywhere in a longer one, at random", async () => {
    const stream = corpusStreams().find(({ name }) => name.includes("/014-"));
    const bytes = stream?.bytes ?? expect.unreachable();
    const cuts = Array.from({ length: 40 }, () =>
      Array.from({ length: random.below(200) }, () => random.below(bytes.length)).sort(
        (left, right) => left - right,
      ),
    );
    expect(await wrongCuts(bytes, cuts)).toEqual([]);
  });
});

describe("any bytes", () => {
  const fragments = [
    "event: ",
    "event:",
    "data: ",
    "data:",
    "id: 1",
    ": c",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "[DONE]",
    "done",
    "thread.run.step.delta",
    '{"id":"s","object":"thread.run.step.delta","delta":{}}',
    "{",
    "}",
    '"',
    "\\",
    "1",
    ",",
    "é",
    "🙂",
    "\uFEFF",
    "\0",
    " ",
    "null",
    "error",
    "retry: 1",
    "x",
  ];

  it("that an archive takes come back, in whatever chunks they came", async () => {
    let taken = 0;
    for (let round = 0; round < 1500; round++) {
      const length = 1 + random.below(24);
      const text = Array.from({ length }, () => random.pick(fragments) ?? "").join("");
      const framing = random.chance(0.5) ? "standard" : "lenient";
      const options = { mode: "archive", framing } as const;
      const events = await decodeAll(text, options);
      const context = JSON.stringify(text);
      expect(same(await decodeAll(text, options, 1 + random.below(7)), events), context).toBe(true);
      const written = await encodeAll(events);
      expect(same(await decodeAll(written, { mode: "archive" }), events), context).toBe(true);
      taken += events.length;
    }
    expect(taken).toBeGreaterThan(300);
  });
});
