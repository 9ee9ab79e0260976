import { equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ResponseStreamEvent, ResponseStreamEventSchema } from "@stepwire/core/responses";
import { stringifyOpenAI } from "@stepwire/openai-json";
import {
  type CorpusStream,
  describeWithCorpus,
  jsonEqual,
  responsesStreams,
} from "@stepwire/testing";
import { countVerbatim } from "@stepwire/wire";
import { expect, it } from "vitest";
import {
  decodeEvents,
  decodeEventsToBinary,
  type EventDecodeOptions,
  encodeEventFromBinary,
  encodeEvents,
  splitEvents,
} from "../src/index.js";
import { countDocuments } from "../src/internal.js";
import { binaryOf, chunksOf, collect, refusalOf } from "./streams.js";

const schema = ResponseStreamEventSchema;
const keyOf = ({ name }: CorpusStream) =>
  name.slice("responses_sse/".length, "responses_sse/".length + 4);

/** Streams without blank lines between their events. */
const unframed: readonly string[] = [
  ...["w002", "w003", "w004", "w005", "w006", "w007", "w010", "w011", "w012", "w013", "w014"],
  ...["w015", "w016", "w036", "w037", "w038"],
];

/** What `preserve` refuses, by the start of the stream's name; it refuses no other stream. */
const refused: Readonly<Record<string, string>> = {
  // Events that their tests cut down.
  w040: "missing_member /data/response/model",
  w061: "missing_member /data/response/output",
};

const framingOf = (stream: CorpusStream) =>
  unframed.includes(keyOf(stream)) ? "lenient" : "standard";

/** One of so many events is compared with what the reference engine has. */
const COMPARED = 10;

const streams = responsesStreams();
const withoutNames = responsesStreams("unnamed").filter(({ name }) => name.endsWith(".jsonl"));

function decodeAll(
  stream: CorpusStream,
  options?: EventDecodeOptions,
): Promise<ResponseStreamEvent[]> {
  const framing = framingOf(stream);
  return collect(decodeEvents(schema, chunksOf(stream.bytes), { ...options, framing }));
}

/** Returns the names and payloads of a stream. */
async function linesOf(
  bytes: Uint8Array,
  options?: EventDecodeOptions,
): Promise<{ name: string; data: string | undefined }[]> {
  const lines: { name: string; data: string | undefined }[] = [];
  for await (const { name, data } of splitEvents(schema, [bytes], options)) {
    lines.push({
      name: Buffer.from(name).toString(),
      data: data && Buffer.from(data).toString(),
    });
  }
  return lines;
}

describeWithCorpus("streams of responses of the corpus", () => {
  it.each([...streams, ...withoutNames])("$name comes back equal", async (stream) => {
    const events = await decodeAll(stream, { mode: "archive" });
    const transported = events.map((event) => fromBinary(schema, toBinary(schema, event)));
    const written = Buffer.concat(await collect(encodeEvents(schema, transported)));
    const before = await linesOf(stream.bytes, { mode: "archive", framing: framingOf(stream) });
    const after = await linesOf(written, { mode: "archive" });
    expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    for (const [index, { data = "" }] of before.entries()) {
      const again = after[index]?.data ?? "";
      expect(again === data || jsonEqual(again, data)).toBe(true);
    }
  });

  it.each(streams)("$name is the same in binary, in any chunks", async (stream) => {
    const options = { mode: "archive", framing: framingOf(stream) } as const;
    const events = await decodeAll(stream, options);
    const binaries = await collect(
      decodeEventsToBinary(schema, chunksOf(stream.bytes, 997), options),
    );
    expect(binaries).toHaveLength(events.length);
    for (const [index, binary] of binaries.entries()) {
      const event = events[index] ?? expect.unreachable();
      expect(equals(schema, fromBinary(schema, binary), event)).toBe(true);
      if (index % COMPARED === 0) {
        // The reference engine has the same bytes for the event's document.
        const hex = binaryOf(schema, stringifyOpenAI(schema, event));
        expect(Buffer.from(binary).toString("hex")).toBe(hex);
      }
    }
    const written = binaries.map((binary) => encodeEventFromBinary(schema, binary));
    const texts = await collect(encodeEvents(schema, events));
    expect(Buffer.concat(written).equals(Buffer.concat(texts))).toBe(true);
  });

  it.each(streams)("$name in preserve is the same, or refused", async (stream) => {
    const reason = refused[keyOf(stream)];
    if (reason !== undefined) {
      const { violations } = await refusalOf(decodeAll(stream));
      expect(violations.map(({ code, pointer }) => `${code} ${pointer}`)).toContain(reason);
      return;
    }
    expect(await decodeAll(stream)).toEqual(await decodeAll(stream, { mode: "archive" }));
  });

  it("have the same events without lines `event:`, but for a mark", async () => {
    for (const stream of withoutNames) {
      const named = streams.find(({ name }) => name === stream.name) ?? expect.unreachable();
      const [events = [], others = []] = await Promise.all(
        [named, stream].map((each) => decodeAll(each, { mode: "archive" })),
      );
      expect(others.every(({ unnamed }) => unnamed === true)).toBe(true);
      expect(others.map(({ unnamed: _, ...event }) => event)).toEqual(events);
    }
  });

  it("have no event that the schema does not describe, and little residue", async () => {
    let [size, unknown, residue] = [0, 0, 0];
    for (const stream of streams) {
      const options = { mode: "archive", framing: framingOf(stream) } as const;
      const events = decodeEventsToBinary(schema, [stream.bytes], options);
      for await (const binary of events) {
        const counts = countVerbatim(schema, binary);
        size += binary.length;
        unknown += counts.other + counts.text;
        residue += counts.residue;
      }
    }
    expect(unknown).toBe(0);
    expect(residue / size).toBeLessThan(0.005);
  });

  it("pass whole with events and members that nobody knows", async () => {
    const stream = streams.find((each) => keyOf(each) === "v010") ?? expect.unreachable();
    const text = Buffer.from(stream.bytes).toString();
    const event =
      '{"type":"response.dream.delta","sequence_number":7,"dream":{"depth":[1.0,null]}}';
    const added = text
      .replaceAll('"item_id"', '"item_mood":{"is":[1.50]},"item_id"')
      .replaceAll("\n\n", `\n\nevent: response.dream.delta\ndata: ${event}\n\ndata: ${event}\n\n`);
    const before = await linesOf(Buffer.from(added));
    const binaries = await collect(decodeEventsToBinary(schema, chunksOf(added, 999)));
    const written = binaries.map((binary) => encodeEventFromBinary(schema, binary));
    const after = await linesOf(Buffer.concat(written));
    expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    expect(after.every(({ data = "" }, index) => jsonEqual(data, before[index]?.data ?? ""))).toBe(
      true,
    );
    const [, dream] = binaries.map((binary) => stringifyOpenAI(schema, fromBinary(schema, binary)));
    expect(dream).toBe(`{"event":"response.dream.delta","data":${event}}`);
  });

  it("are converted without a detour over documents", async () => {
    const before = countDocuments(schema);
    for (const key of ["v010", "v031", "w090"]) {
      const stream = streams.find((each) => keyOf(each) === key) ?? expect.unreachable();
      await decodeAll(stream, { mode: "archive" });
    }
    for (const stream of withoutNames) {
      await decodeAll(stream, { mode: "archive" });
    }
    expect(countDocuments(schema)).toBe(before);
  });
});
