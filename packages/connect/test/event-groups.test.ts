import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { RunStepService, type StreamRunEventsResponse } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import {
  createTransport,
  type EventGroup,
  OpenAIHttpError,
  type OpenedStream,
} from "../src/index.js";
import { all, event, rpcs, serve, start, type Wire, wires } from "./support/server.js";

function group(size: number, first = 1): EventGroup {
  return Array.from({ length: size }, (_, index) => event(first + index));
}

/** A source of two groups, of 50 events and of one. */
async function opened(): Promise<OpenedStream> {
  async function* events(): AsyncGenerator<EventGroup, void> {
    yield await Promise.resolve(group(50));
    yield group(1, 51);
  }
  return await Promise.resolve({ events: events() });
}

const grouped = { headers: { "stepwire-event-groups": "1" } };

/** The numbers of the events in each response, after the opening. */
function numbersIn([, ...responses]: StreamRunEventsResponse[]): number[][] {
  return responses.map(({ number, content, following }) => {
    expect(content.case).toBe("event");
    return [number, ...following.map((_, index) => number + 1 + index)];
  });
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe.each(wires.filter(({ protocol }) => protocol !== "stream"))(
  "events that came together, over $protocol, HTTP/$httpVersion",
  (wire: Wire) => {
    it("are in one response for a caller that asks for it, and alone for others", async () => {
      const { url } = await serve({ streamRunEvents: opened }, wire);
      const client = createClient(RunStepService, createTransport({ baseUrl: url, ...wire }));
      const alone = await all(client.streamRunEvents({ start }));
      expect(numbersIn(alone)).toEqual(range(1, 51).map((number) => [number]));
      const together = await all(client.streamRunEvents({ start }, grouped));
      expect(numbersIn(together)).toEqual([range(1, 50), [51]]);
      const events = ([, ...responses]: StreamRunEventsResponse[]): unknown[] =>
        responses.flatMap(({ content, following }) => [content.value, ...following]);
      expect(events(together)).toEqual(events(alone));
    });

    it("come as a block, each with its number", async () => {
      const { client } = await serve({ streamRunEvents: opened }, wire);
      const stream = await client.open(rpcs.streamRunEvents, { start });
      const blocks = await all(stream.blocks());
      expect(blocks.map((block) => block.map(({ number }) => number))).toEqual([
        range(1, 50),
        [51],
      ]);
      expect(blocks.flat().map((each) => each.event)).toEqual([...group(50), ...group(1, 51)]);
    });
  },
);

describe("events that came together", () => {
  const wire: Wire = { protocol: "connect", httpVersion: "1.1" };

  it("are in one response as JSON too", async () => {
    const { url } = await serve({ streamRunEvents: opened }, wire);
    const client = createClient(
      RunStepService,
      createConnectTransport({ baseUrl: url, httpVersion: "1.1", useBinaryFormat: false }),
    );
    const together = await all(client.streamRunEvents({ start }, grouped));
    expect(numbersIn(together)).toEqual([range(1, 50), [51]]);
    expect(together[1]?.following[48]?.event.value).toMatchObject({ event: "test" });
  });

  it("are sent before the error that follows them", async () => {
    async function* events(): AsyncGenerator<EventGroup, void> {
      yield await Promise.resolve(group(3));
      throw OpenAIHttpError.create(502, { message: "broken" });
    }
    const { url } = await serve(
      { streamRunEvents: () => Promise.resolve({ events: events() }) },
      wire,
    );
    const client = createClient(RunStepService, createTransport({ baseUrl: url, ...wire }));
    const seen: StreamRunEventsResponse[] = [];
    const read = (async () => {
      for await (const response of client.streamRunEvents({ start }, grouped)) {
        seen.push(response);
      }
    })();
    await expect(read).rejects.toMatchObject({ code: Code.Unavailable });
    expect(numbersIn(seen)).toEqual([[1, 2, 3]]);
  });
});
