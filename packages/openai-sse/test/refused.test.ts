import { StreamEventSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { type EventStreamError, isEventMessage, splitEvents } from "../src/index.js";
import { chunksOf, collect, decodeAll, refusalOf } from "./streams.js";

const good = 'event: ping\ndata: {"a":1}\n\n';
const bad = 'event: thread.run.step.delta\ndata: {"id":7}\n\n';
const notJson = "event: ping\ndata: {\n\n";

describe("onRefused", () => {
  it("gets each refused event with its number, and reading continues", async () => {
    const refused: EventStreamError[] = [];
    const events = await decodeAll(good + bad + good + notJson + bad + good, {
      onRefused: (error) => refused.push(error),
    });
    expect(events).toHaveLength(3);
    expect(refused.map(({ event }) => event)).toEqual([1, 3, 4]);
    expect(refused[1]?.violations).toMatchObject([{ code: "not_json", pointer: "/data" }]);
  });

  it("does not get what ends the stream", async () => {
    const refused: EventStreamError[] = [];
    const onRefused = (error: EventStreamError) => refused.push(error);
    const large = `event: ping\ndata: "${"x".repeat(200)}"\n\n`;
    const error = await refusalOf(
      decodeAll(good + bad + large + good, { onRefused, maxEventBytes: 100 }),
    );
    expect(error).toMatchObject({ event: 2, violations: [{ code: "too_large" }] });
    expect(refused.map(({ event }) => event)).toEqual([1]);
  });

  it("may throw, which ends the stream", async () => {
    const onRefused = (): void => {
      throw new RangeError("enough");
    };
    await expect(decodeAll(good + bad + good, { onRefused })).rejects.toThrow("enough");
  });
});

describe("splitEvents", () => {
  it.each([1, 5, 1000])("splits as decodeEvents does, in chunks of %i", async (size) => {
    const stream = `\uFEFFid: 7\r\n${good}: hello\n\ndata: a\ndata: b\n\n${bad}event: done\n`;
    const options = { mode: "archive" } as const;
    const frames: (string | undefined)[][] = [];
    for await (const { name, data, id } of splitEvents(
      StreamEventSchema,
      chunksOf(stream, size),
      options,
    )) {
      // The bytes are only valid until the next event.
      frames.push([name, data, id].map((bytes) => bytes && Buffer.from(bytes).toString()));
    }
    expect(frames).toEqual([
      ["ping", '{"a":1}', "7"],
      ["", "a\nb", undefined],
      ["thread.run.step.delta", '{"id":7}', undefined],
      ["done", undefined, undefined],
    ]);
    expect(await decodeAll(stream, options, size)).toHaveLength(frames.length);
  });

  it("reads an array of chunks, and refuses events that are too large", async () => {
    const chunks = [Buffer.from(good), Buffer.from(`data: ${"x".repeat(200)}\n\n`)];
    const split = collect(splitEvents(StreamEventSchema, chunks, { maxEventBytes: 100 }));
    expect(await refusalOf(split)).toMatchObject({ event: 1 });
  });
});

describe("isEventMessage", () => {
  it("tells event messages from others, also from those without a JSON form", () => {
    const others = StreamEventSchema.file.dependencies.flatMap(({ messages }) => messages);
    expect(isEventMessage(StreamEventSchema)).toBe(true);
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter(isEventMessage)).toEqual([]);
  });
});
