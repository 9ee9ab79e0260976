import type { Message } from "@bufbuild/protobuf";
import { parseOpenAI } from "@stepwire/openai-json";
import { describe, it } from "vitest";
import { createAccumulator } from "../src/index.js";
import { expectRatio, processorTime } from "./expect-ratio.js";
import { schemaOf } from "./response-schema.js";

const schema = schemaOf("acme.response.Event");

const FACTOR = 10;

/** Linear is a factor of 10, quadratic one of 100. */
const MOST = 4 * FACTOR;

function event(name: string, data: unknown): Message {
  return parseOpenAI(schema, JSON.stringify({ event: `response.${name}`, data }), {
    mode: "archive",
  });
}

const created = event("created", { response: { id: "r_1", output: [] } });
const item = { type: "message", id: "m", content: [{ type: "text", text: "" }] };

function items(count: number): Message[] {
  return Array.from({ length: count }, (_, index) =>
    event("output_item.added", { output_index: index, item }),
  );
}

function texts(count: number, indexes: number): Message[] {
  return Array.from({ length: count }, (_, index) =>
    event("output_text.delta", { output_index: index % indexes, content_index: 0, delta: "a" }),
  );
}

/** How long events take, after others that are not counted, in milliseconds. */
function timeOf(events: readonly Message[], before: readonly Message[] = []): number {
  const accumulator = createAccumulator(schema, { maxElements: 1_000_000 });
  for (const each of [created, ...before]) {
    accumulator.apply(each);
  }
  return processorTime(() => {
    for (const each of events) {
      accumulator.apply(each);
    }
  });
}

describe("the cost of an event that changes a part", () => {
  it("is linear for elements one by one", () => {
    const [few, many] = [items(1000), items(1000 * FACTOR)];
    expectRatio(
      () => timeOf(few),
      () => timeOf(many),
      MOST,
    );
  }, 60_000);

  it("is linear for texts", () => {
    const before = items(1);
    const [few, many] = [texts(1000, 1), texts(1000 * FACTOR, 1)];
    expectRatio(
      () => timeOf(few, before),
      () => timeOf(many, before),
      MOST,
    );
  }, 60_000);

  it("does not depend on what is there", () => {
    const [few, many] = [items(100), items(100 * FACTOR)];
    const events = texts(2000, 100);
    expectRatio(
      () => timeOf(events, few),
      () => timeOf(events, many),
      FACTOR / 2,
    );
  }, 60_000);
});
