import {
  type Response,
  ResponseSchema,
  type ResponseStreamEvent,
  ResponseStreamEventSchema,
} from "@stepwire/core/responses";
import { compareJson } from "@stepwire/json";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { describeWithCorpus, responsesStreams } from "@stepwire/testing";
import { expect, it } from "vitest";
import { AccumulationError } from "../src/index.js";
import { createAccumulator } from "./both-engines.js";
import { keyOf, recordingsOf } from "./responses-recordings.js";

const schema = ResponseStreamEventSchema;

/** What only the last event of a response has; no other member may differ without a reason. */
const lastMembers = [
  "/status",
  "/completed_at",
  "/service_tier",
  "/usage",
  "/tool_usage/web_search/num_requests",
  "/moderation",
  "/error",
  "/incomplete_details",
];

/**
 * Where else the accumulated response differs from the one in the last event, and the events that are
 * refused, by their number.
 */
const deviations: Readonly<Record<string, readonly string[]>> = {
  // The server encrypts the reasoning again for each event.
  v011: encryptedAt(1),
  v024: encryptedAt(0),
  v032: [...encryptedAt(0), "/output/1/fingerprint"],
  w001: encryptedAt(0),
  w008: encryptedAt(0),
  w009: encryptedAt(0),
  w073: encryptedAt(0),
  w076: encryptedAt(1, 3),
  w077: encryptedAt(0, 2),
  w078: encryptedAt(0),
  w080: encryptedAt(0),
  w081: encryptedAt(0),
  w082: encryptedAt(0),
  // Other identifiers in each event (GitHub Copilot), or in the last one (OpenRouter).
  v005: ["/id", "/output/0/id", "/output/1/id"],
  w079: ["/output/0/id"],
  // The tools of a server are in the last event only.
  w075: [0, 1].flatMap((item) => [0, 1, 2].map((tool) => `/output/${item}/tools/${tool}`)),
  // Events that their tests cut down: without an item, without indexes, without a start.
  v023: [
    ...["id", "type", "role", "content", "phase", "status"].map((name) => `/output/1/${name}`),
    "/output/2",
  ],
  w061: [
    "9 invalid_index /output",
    "16 invalid_index /output",
    "/output/0/status",
    "/output/1/status",
  ],
  w101: [1, 2, 3, 4, 5, 6].map((event) => `${event} not_mergeable /output/0`),
};

function encryptedAt(...indexes: readonly number[]): string[] {
  return indexes.map((index) => `/output/${index}/encrypted_content`);
}

const streams = responsesStreams().map((stream) => ({ ...stream, key: keyOf(stream) }));

/** Accumulates events, and returns the codes of those that are refused. */
function accumulate(events: readonly ResponseStreamEvent[]) {
  const accumulator = createAccumulator(schema, { objects: [ResponseSchema] });
  const refused: string[] = [];
  for (const [index, event] of events.entries()) {
    try {
      accumulator.apply(event);
    } catch (reason) {
      if (!(reason instanceof AccumulationError)) {
        throw reason;
      }
      refused.push(`${index + 1} ${reason.code} ${reason.pointer}`);
    }
  }
  return { accumulator, refused };
}

function differencesOf(left: Response, right: Response): string[] {
  const [one, other] = [left, right].map((response) => stringifyOpenAI(ResponseSchema, response));
  return compareJson(one ?? "", other ?? "")
    .map(({ pointer }) => pointer)
    .filter((pointer) => !lastMembers.includes(pointer));
}

describeWithCorpus("the accumulated response", () => {
  it.each(streams)("of $name is that of its last event", async (stream) => {
    const found: string[] = [];
    for (const { events, last } of await recordingsOf(stream)) {
      const { accumulator, refused } = accumulate(last ? events.slice(0, -1) : events);
      found.push(...refused);
      const [response, ...others] = accumulator.objects(ResponseSchema);
      expect(others).toEqual([]);
      if (last === undefined) {
        expect(response).toBeUndefined();
        continue;
      }
      if (response !== undefined) {
        found.push(...differencesOf(last, response));
      }
      for (const event of events.slice(-1)) {
        accumulator.apply(event);
      }
      expect(accumulator.ended).toBe(events.some(isError) ? "error" : "done");
      expect(accumulator.objects(ResponseSchema)).toEqual([last]);
    }
    expect(found.toSorted()).toEqual(deviations[stream.key]?.toSorted() ?? []);
  });
});

function isError({ event }: ResponseStreamEvent): boolean {
  return event.case === "error";
}
