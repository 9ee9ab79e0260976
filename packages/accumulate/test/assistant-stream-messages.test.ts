import {
  RunSchema,
  type StreamEvent,
  StreamEventSchema,
  ThreadMessageSchema,
} from "@stepwire/core";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { corpusStreams, describeWithCorpus } from "@stepwire/testing";
import { AssistantStream } from "openai/lib/AssistantStream";
import { expect, it } from "vitest";
import { createAccumulator } from "./both-engines.js";
import { decodeAll } from "./decode-all.js";

/** The messages after each delta, and the run at the end. */
interface Reading {
  readonly messages: readonly unknown[];
  readonly run: unknown;
}

async function readWithPackage(events: readonly StreamEvent[]): Promise<Reading> {
  // The package handles `done` itself, before its events get here.
  const lines = events
    .filter(({ event }) => event.case !== "done")
    .map((event) => `${stringifyOpenAI(StreamEventSchema, event)}\n`);
  const stream = AssistantStream.fromReadableStream(new Blob(lines).stream());
  const messages: unknown[] = [];
  stream.on("messageDelta", (_, snapshot) => messages.push(withoutIndexes(snapshot)));
  const run = await stream.finalRun();
  return { messages, run };
}

function readWithAccumulator(events: readonly StreamEvent[]): Reading {
  const accumulator = createAccumulator(StreamEventSchema);
  const messages: unknown[] = [];
  for (const event of events) {
    const snapshot = accumulator.apply(event);
    if (event.event.case === "messageDelta") {
      const message = accumulator.get(ThreadMessageSchema, event.event.value.id);
      expect(message).toBe(snapshot);
      messages.push(
        JSON.parse(stringifyOpenAI(ThreadMessageSchema, message ?? expect.unreachable())),
      );
    }
  }
  const [run = expect.unreachable()] = accumulator.objects(RunSchema);
  return { messages, run: JSON.parse(stringifyOpenAI(RunSchema, run)) };
}

/** A snapshot of the package without the indexes that it leaves in its lists. */
function withoutIndexes(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, held: unknown) => (name === "index" ? undefined : held)),
  );
}

/** Streams that the package reads to their end, and the number of their message deltas. */
const agreed: Record<string, number> = {
  "014": 3,
  "015": 114,
  "016": 164,
  "017": 16,
  "019": 0,
  "020": 83,
  "021": 183,
  "022": 15,
  "023": 15,
  "024": 25,
  "025": 27,
  "026": 24,
  "027": 24,
  "028": 25,
  "029": 25,
  "030": 9,
};

/** The other streams, and why. */
const unfinished: Record<string, string> = {
  "001": "the payloads of its runs are not JSON",
  "002": "the payloads of its runs are not JSON",
  "003": "the last event of its run has no payload",
  "004": "the payloads of its runs are not JSON",
  "005": "the payloads of its runs are not JSON",
  "018": "ends with an error",
  "031": "is one delta",
  "032": "is one step",
};

describeWithCorpus("AssistantStream of the openai package", () => {
  it.each(Object.entries(agreed))(
    "has the same messages and the same run in stream %s",
    async (number, count) => {
      const stream = corpusStreams().find(({ name }) => name.includes(`/${number}-`));
      const events = await decodeAll(stream?.bytes ?? expect.unreachable(), {
        mode: "archive",
        framing: number === "030" ? "lenient" : "standard",
      });
      const ours = readWithAccumulator(events);
      expect(ours.messages).toHaveLength(count);
      expect(ours).toEqual(await readWithPackage(events));
    },
  );

  it("is compared in all other streams that it reads", () => {
    const numbers = corpusStreams().map(({ name }) => /\/(\d+)-/.exec(name)?.[1]);
    expect(numbers).toEqual([...Object.keys(agreed), ...Object.keys(unfinished)].sort());
  });
});
