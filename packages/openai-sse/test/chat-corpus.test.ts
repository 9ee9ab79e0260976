import { equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type ChatCompletionStreamEvent,
  ChatCompletionStreamEventSchema,
} from "@stepwire/core/chat";
import { stripResidue } from "@stepwire/openai-json";
import { type CorpusStream, chatStreams, describeWithCorpus, jsonEqual } from "@stepwire/testing";
import { expect, it } from "vitest";
import {
  decodeEvents,
  decodeEventsToBinary,
  type EventDecodeOptions,
  encodeEventFromBinary,
  encodeEvents,
} from "../src/index.js";
import { countDocuments } from "../src/internal.js";
import { chunksOf, collect, refusalOf } from "./streams.js";

const schema = ChatCompletionStreamEventSchema;

/** What `preserve` refuses, by the start of the stream's name; it refuses no other stream. */
const refused: Record<string, string> = {
  // A payload that is not JSON.
  w020: "not_json /data",
  // A space after "[DONE]".
  w031: "not_json /data/0",
  // The arguments of a call are null in a whole message.
  w064: "wrong_type /data/choices/0/message/tool_calls/0/function/arguments",
};

/** Streams without blank lines between their events. */
const unframed = ["w001", "w002", "w003", "w004", "w005", "w006", "w007", "w008", "w025", "w026"];

/** The percentage of the binary that is residue, for streams with more than 15. */
const explained: Record<string, number> = {
  // Writer has the whole message beside its change, with members for its own tools.
  w064: 74,
  // `sla_metrics` of Hugging Face.
  w048: 44,
  // `"service_tier": ""` in each chunk of Snowflake.
  w046: 42,
  w047: 40,
  // `"object": "text_completion"` in each chunk.
  w005: 31,
  w006: 31,
  // `"object": ""` in the results of Azure's filter.
  w017: 22,
  // Short chunks without the `usage` and `logprobs` that OpenAI's servers write as null.
  w025: 20,
  v008: 16,
};

const keyOf = ({ name }: CorpusStream) => name.slice("chat_sse/".length, "chat_sse/".length + 4);

const streams = chatStreams();

const framingOf = (stream: CorpusStream) =>
  unframed.includes(keyOf(stream)) ? "lenient" : "standard";

function decodeAll(
  stream: CorpusStream,
  options?: EventDecodeOptions,
): Promise<ChatCompletionStreamEvent[]> {
  const framing = framingOf(stream);
  return collect(decodeEvents(schema, chunksOf(stream.bytes), { ...options, framing }));
}

/** Returns the payloads, by a reading that only fits the corpus. */
function payloadsOf(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length).trim());
}

describeWithCorpus("streams of completions of the corpus", () => {
  it.each(streams)("$name comes back equal", async (stream) => {
    const events = await decodeAll(stream, { mode: "archive" });
    const transported = events.map((event) => fromBinary(schema, toBinary(schema, event)));
    const written = Buffer.concat(await collect(encodeEvents(schema, transported)));
    const before = payloadsOf(Buffer.from(stream.bytes).toString());
    const after = payloadsOf(written.toString());
    expect(after).toHaveLength(before.length);
    for (const [index, payload] of before.entries()) {
      const again = after[index] ?? "";
      expect(again === payload || jsonEqual(again, payload)).toBe(true);
    }
  });

  it.each(streams)("$name is the same in binary, in any chunks", async (stream) => {
    const events = await decodeAll(stream, { mode: "archive" });
    const binaries = await collect(
      decodeEventsToBinary(schema, chunksOf(stream.bytes, 50), {
        mode: "archive",
        framing: framingOf(stream),
      }),
    );
    expect(binaries).toHaveLength(events.length);
    for (const [index, binary] of binaries.entries()) {
      const event = events[index] ?? expect.unreachable();
      expect(equals(schema, fromBinary(schema, binary), event)).toBe(true);
    }
    const written = binaries.map((binary) => encodeEventFromBinary(schema, binary));
    const texts = await collect(encodeEvents(schema, events));
    expect(Buffer.concat(written).toString()).toBe(Buffer.concat(texts).toString());
  });

  it.each(streams)("$name in preserve is the same, or refused", async (stream) => {
    const reason = refused[keyOf(stream)];
    if (reason !== undefined) {
      const { violations } = await refusalOf(decodeAll(stream));
      expect(violations.map(({ code, pointer }) => `${code} ${pointer}`)).toContain(reason);
      return;
    }
    const events = await decodeAll(stream);
    expect(events).toEqual(await decodeAll(stream, { mode: "archive" }));
  });

  it("have little residue, but where it is explained", async () => {
    const shares: Record<string, number> = {};
    let [sse, binary, residue] = [0, 0, 0];
    for (const stream of streams) {
      let [size, stripped] = [0, 0];
      for (const event of await decodeAll(stream, { mode: "archive" })) {
        size += toBinary(schema, event).length;
        stripped += toBinary(schema, stripResidue(schema, event)).length;
      }
      sse += stream.bytes.length;
      binary += size;
      residue += size - stripped;
      const share = Math.round((100 * (size - stripped)) / size);
      if (share > 15) {
        shares[keyOf(stream)] = share;
      }
    }
    expect(shares).toEqual(explained);
    expect(binary / sse).toBeLessThan(0.46);
    expect(residue / binary).toBeLessThan(0.05);
  });

  it("are converted without a detour over documents", async () => {
    const stream = streams.find((each) => keyOf(each) === "v012") ?? expect.unreachable();
    const before = countDocuments(schema);
    expect(await decodeAll(stream)).toHaveLength(303);
    expect(countDocuments(schema)).toBe(before);
  });
});
