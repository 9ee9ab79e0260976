import {
  ResponseSchema,
  type ResponseStreamEvent,
  ResponseStreamEventSchema,
} from "@stepwire/core/responses";
import { compareJson } from "@stepwire/json";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { describeWithCorpus, responsesStreams } from "@stepwire/testing";
import { accumulateResponse } from "openai/lib/responses/ResponseAccumulator";
import { expect, it } from "vitest";
import { AccumulationError } from "../src/index.js";
import { createAccumulator } from "./both-engines.js";
import { keyOf, type Recording, recordingsOf } from "./responses-recordings.js";

/**
 * Where the two differ, by the start of the stream's name; they differ in no other streams.
 * docs/accumulation.md has the reasons.
 */
const deviations: Readonly<Record<string, readonly string[]>> = {
  // The standard error output of a command, and its outcome, that no event has told yet.
  v026: ["/output/1/output/0/outcome", "/output/1/output/0/stderr"],
  v028: [1, 3].flatMap((item) =>
    ["outcome", "stderr"].map((name) => `/output/${item}/output/0/${name}`),
  ),
  // A part without probabilities, to which an event brings an empty list.
  w079: ["/output/1/content/0/logprobs"],
};

/** Streams that the package does not accumulate, with its error. */
const failures: Readonly<Record<string, string>> = {
  v005: "expected item_id 'capture-id-3', got 'capture-id-4'",
  v007: "Unhandled response stream event: unknown",
  v023: "missing output at index 2",
  w039: "duplicate output item identity 'id:rs_67ccf18ef5fc8190b16dbee19bc54e5f087bb177ab789d5c'",
  w040: "When snapshot hasn't been set yet, expected 'response.created' event, got response.failed",
  w041: "When snapshot hasn't been set yet, expected 'response.created' event, got response.in_progress",
  w061: "snapshot.output is not iterable",
  w070: "When snapshot hasn't been set yet, expected 'response.created' event, got response.queued",
  w101: "When snapshot hasn't been set yet, expected 'response.created' event, got response.reasoning_text.delta",
};

/** Both are compared after so many events of each type, and after the last event. */
const COMPARED_EVENTS = 3;

/** Accumulates a response in both ways. Returns where they differ, and the error of the package. */
function compare({ events }: Recording): { found: Set<string>; error: string | undefined } {
  const accumulator = createAccumulator(ResponseStreamEventSchema, { objects: [ResponseSchema] });
  const found = new Set<string>();
  const counts = new Map<string, number>();
  let theirs: ReturnType<typeof accumulateResponse> | undefined;
  for (const [index, event] of events.entries()) {
    const payload = payloadOf(event);
    if (payload === undefined) {
      continue;
    }
    accumulator.apply(event);
    try {
      theirs = accumulateResponse(payload, theirs);
    } catch (reason) {
      return { found, error: reason instanceof Error ? reason.message : "" };
    }
    const [ours] = accumulator.objects(ResponseSchema);
    const count = (counts.get(payload.type) ?? 0) + 1;
    counts.set(payload.type, count);
    const isCompared = count <= COMPARED_EVENTS || index === events.length - 1;
    if (isCompared && ours !== undefined) {
      // The package adds the text of all messages, which some servers write too.
      const json = JSON.stringify({ ...theirs, output_text: undefined });
      for (const { pointer } of compareJson(json, stringifyOpenAI(ResponseSchema, ours))) {
        found.add(pointer);
      }
    }
  }
  found.delete("/output_text");
  return { found, error: undefined };
}

function payloadOf(
  event: ResponseStreamEvent,
): Parameters<typeof accumulateResponse>[0] | undefined {
  const document: unknown = JSON.parse(stringifyOpenAI(ResponseStreamEventSchema, event));
  const payload: unknown = Object(document).data;
  return typeof payload === "object" ? Object(payload) : undefined;
}

const streams = responsesStreams().map((stream) => ({ ...stream, key: keyOf(stream) }));

describeWithCorpus("accumulateResponse of the openai package", () => {
  it.each(streams.filter(({ key }) => failures[key] === undefined))(
    "has the same response at each step of $name",
    async (stream) => {
      const found: string[] = [];
      for (const recording of await recordingsOf(stream)) {
        const compared = compare(recording);
        expect(compared.error).toBeUndefined();
        found.push(...compared.found);
      }
      expect(found.toSorted()).toEqual(deviations[stream.key] ?? []);
    },
  );

  it.each(streams.filter(({ key }) => failures[key] !== undefined))(
    "has none of $name",
    async (stream) => {
      const [recording = expect.unreachable()] = await recordingsOf(stream);
      const error = (() => {
        try {
          return compare(recording).error;
        } catch (reason) {
          // An event that we refuse too.
          return reason instanceof AccumulationError ? failures[stream.key] : String(reason);
        }
      })();
      expect(error).toBe(failures[stream.key]);
    },
  );
});
