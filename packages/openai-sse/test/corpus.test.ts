import { equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { type CorpusStream, corpusStreams, describeWithCorpus, jsonEqual } from "@stepwire/testing";
import { expect, it } from "vitest";
import { decodeEventsToBinary, encodeEventFromBinary } from "../src/index.js";
import { chunksOf, collect, decodeAll, encodeAll, refusalOf } from "./streams.js";

/** Streams without blank lines between their events. */
const unframed = ["sse/030-openai-php-threadrunstreamresponse.sse"];

/** Which payloads are not JSON, by the number of the event; no stream else has such. */
const broken: Record<string, number[]> = {
  "sse/001-openai-openapi-createrun-streaming.sse": [0, 1, 2, 12],
  "sse/002-openai-openapi-createrun-streaming-with-functions.sse": [0, 1, 2, 12],
  "sse/004-openai-openapi-createthreadandrun-streaming-with-functions.sse": [1, 2, 3, 11],
  "sse/005-openai-openapi-submittooloutputs-streaming.sse": [1, 2, 14],
};

/** The event without a payload, by number; no other stream has one without a reason. */
const withoutPayload: Record<string, number> = {
  "sse/003-openai-openapi-createthreadandrun-streaming.sse": 13,
};

const framingOf = ({ name }: CorpusStream) => (unframed.includes(name) ? "lenient" : "standard");

type Line = [name: string, payload: string | undefined];

/** Names and payloads, by a reading that only fits the corpus. */
function linesOf({ bytes }: CorpusStream): Line[] {
  const events: Line[] = [];
  for (const line of Buffer.from(bytes).toString().split("\n")) {
    if (line.startsWith("event: ")) {
      events.push([line.slice("event: ".length), undefined]);
    } else if (line.startsWith("data: ")) {
      const [event = ""] = events.pop() ?? [];
      events.push([event, line.slice("data: ".length)]);
    }
  }
  return events;
}

describeWithCorpus("streams of the corpus", () => {
  it.each(corpusStreams())("$name comes back equal", async (stream) => {
    const options = { mode: "archive", framing: framingOf(stream) } as const;
    const events = await decodeAll(stream.bytes, options);
    const transported = events.map((event) =>
      fromBinary(StreamEventSchema, toBinary(StreamEventSchema, event)),
    );
    const written = await encodeAll(transported);
    expectSamePayloads(linesOf(stream), linesOf({ name: "", bytes: Buffer.from(written) }));
    const again = await decodeAll(written, { mode: "archive" });
    expectSameEvents(again, events);
  });

  it.each(corpusStreams())("$name is the same by bytes", async (stream) => {
    const options = { mode: "archive", framing: framingOf(stream) } as const;
    expectSameEvents(
      await decodeAll(stream.bytes, options, 1),
      await decodeAll(stream.bytes, options),
    );
  });

  it.each(corpusStreams())("$name is the same in binary", async (stream) => {
    const options = { mode: "archive", framing: framingOf(stream) } as const;
    const events = await decodeAll(stream.bytes, options);
    const binaries = await collect(
      decodeEventsToBinary(StreamEventSchema, chunksOf(stream.bytes, 64), options),
    );
    expectSameEvents(
      binaries.map((binary) => fromBinary(StreamEventSchema, binary)),
      events,
    );
    const written = binaries.map((binary) => encodeEventFromBinary(StreamEventSchema, binary));
    expect(Buffer.concat(written).toString()).toBe(await encodeAll(events));
  });

  it.each(corpusStreams())("$name as JSON documents is the same", async (stream) => {
    const options = { mode: "archive", framing: framingOf(stream) } as const;
    const events = await decodeAll(stream.bytes, options);
    const texts = events.flatMap(({ dataText }, index) => (dataText === undefined ? [] : [index]));
    expect(texts).toEqual(broken[stream.name] ?? []);
    for (const [index, [name, payload]] of linesOf(stream).entries()) {
      const event = events[index] ?? expect.unreachable();
      if (payload === undefined) {
        const json = `{"event":${JSON.stringify(name)}}`;
        expect(stringifyOpenAI(StreamEventSchema, event)).toBe(json);
      } else if (payload === "[DONE]") {
        expect(event.event).toEqual({ case: "done", value: payload });
      } else if (event.dataText === undefined) {
        const json = `{"event":${JSON.stringify(name)},"data":${payload}}`;
        expect(jsonEqual(stringifyOpenAI(StreamEventSchema, event), json)).toBe(true);
      } else {
        expect(event.dataText).toBe(payload);
      }
    }
  });

  it.each(corpusStreams())(
    "$name is refused only for a payload that is not JSON or is missing",
    async (stream) => {
      const decoded = decodeAll(stream.bytes, { framing: framingOf(stream) });
      const lines = linesOf(stream);
      const missing = withoutPayload[stream.name];
      if (missing !== undefined) {
        const { event, violations } = await refusalOf(decoded);
        expect(violations).toMatchObject([{ code: "missing_member", pointer: "/data" }]);
        expect(event).toBe(missing);
        return;
      }
      if (broken[stream.name] === undefined) {
        expect(await decoded).toHaveLength(lines.length);
        return;
      }
      const { event, violations } = await refusalOf(decoded);
      expect(violations).toMatchObject([{ code: "not_json", pointer: "/data" }]);
      expect(event).toBe(broken[stream.name]?.[0]);
    },
  );

  it.each(unframed)("%s is one broken event otherwise", async (name) => {
    const stream = corpusStreams().find((each) => each.name === name) ?? expect.unreachable();
    expect(await refusalOf(decodeAll(stream.bytes))).toMatchObject({ event: 0 });
  });
});

function expectSamePayloads(before: Line[], after: Line[]): void {
  expect(after.map(([name]) => name)).toEqual(before.map(([name]) => name));
  for (const [index, [, payload]] of before.entries()) {
    const written = after[index]?.[1];
    const same = written === payload || jsonEqual(written ?? "", payload ?? "");
    expect(same).toBe(true);
  }
}

function expectSameEvents(actual: StreamEvent[], expected: StreamEvent[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, event] of expected.entries()) {
    expect(equals(StreamEventSchema, actual[index] ?? expect.unreachable(), event)).toBe(true);
  }
}
