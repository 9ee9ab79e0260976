import { StreamEventSchema } from "@stepwire/core";
import { corpusStreams, describeWithCorpus } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import {
  decodeEventBlocks,
  decodeEventsToBinary,
  encodeEventFromBinary,
  encodeEventsFromBinary,
} from "../src/index.js";
import { chunksOf, collect, refusalOf } from "./streams.js";

const archive = { mode: "archive" } as const;
const good = 'event: ping\ndata: {"a":1}\n\n';
const bad = 'event: thread.run.step.delta\ndata: {"id":7}\n\n';

describe("blocks of events", () => {
  it("hold what a chunk completes, and nothing waits", async () => {
    const blocks = await collect(
      decodeEventBlocks(StreamEventSchema, [
        Buffer.from(good + good + good.slice(0, 9)),
        Buffer.from(good.slice(9, 12)),
        Buffer.from(good.slice(12) + good),
        Buffer.from(": nothing\n\n"),
        Buffer.from(good.trimEnd()),
      ]),
    );
    // The blank line after the last event is missing; the end of the input completes it.
    expect(blocks.map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it("end at their limit, although the chunk has more", async () => {
    const event = `event: ping\ndata: ${JSON.stringify("x".repeat(10_000))}\n\n`;
    const blocks = await collect(
      decodeEventBlocks(StreamEventSchema, [Buffer.from(event.repeat(20))]),
    );
    expect(blocks.map(({ length }) => length)).toEqual([7, 7, 6]);
  });

  it("come before the error of a refused event", async () => {
    const source = [Buffer.from(good + good + bad + good)];
    const blocks = decodeEventBlocks(StreamEventSchema, source);
    expect((await blocks.next()).value).toHaveLength(2);
    expect(await refusalOf(blocks.next())).toMatchObject({ event: 2 });
    expect((await blocks.next()).done).toBe(true);
  });

  it("are written as the text of all their events", async () => {
    const [block = []] = await collect(
      decodeEventBlocks(StreamEventSchema, [Buffer.from(good.repeat(3))]),
    );
    expect(Buffer.from(encodeEventsFromBinary(StreamEventSchema, block)).toString()).toBe(
      good.repeat(3),
    );
    expect(encodeEventsFromBinary(StreamEventSchema, [])).toHaveLength(0);
  });

  it("are refused with the number of the event that cannot be written", async () => {
    const [block = []] = await collect(
      decodeEventBlocks(StreamEventSchema, [Buffer.from(good.repeat(2))]),
    );
    const events = [...block, Uint8Array.of(0xff)];
    const write = async (): Promise<Uint8Array> =>
      await Promise.resolve().then(() => encodeEventsFromBinary(StreamEventSchema, events));
    expect(await refusalOf(write())).toMatchObject({ event: 2 });
  });
});

describeWithCorpus("blocks of recorded streams", () => {
  it.each(corpusStreams())("have the events in order: $name", async ({ bytes }) => {
    const events = await collect(decodeEventsToBinary(StreamEventSchema, [bytes], archive));
    for (const size of [1, 7, 300, bytes.length]) {
      const chunks = chunksOf(bytes, size);
      const blocks = await collect(decodeEventBlocks(StreamEventSchema, chunks, archive));
      expect(blocks.flat()).toEqual(events);
    }
    expect(Buffer.from(encodeEventsFromBinary(StreamEventSchema, events))).toEqual(
      Buffer.concat(events.map((event) => encodeEventFromBinary(StreamEventSchema, event))),
    );
  });
});
