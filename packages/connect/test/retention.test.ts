import { Code, createClient } from "@connectrpc/connect";
import { RunStepService } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { createTransport } from "../src/index.js";
import { EventRing } from "../src/streams/event-ring.js";
import { PushedSource } from "./support/pushed-source.js";
import { serve, start } from "./support/server.js";

describe("the events that are held for a reader that comes back", () => {
  it.each([0, 1, 8, 100, 700, 5000])(
    "issue 11.25: count with their overhead (%i bytes)",
    (size) => {
      const maxBytes = 64 * 1024;
      const ring = new EventRing(maxBytes, 1);
      for (let number = 1; number <= 20_000; number++) {
        ring.add(new Uint8Array(size).fill(number));
      }
      const held = ring.next - ring.first;
      // An event is a slot of an array at least, and its bytes.
      expect(held * (size + 16)).toBeLessThanOrEqual(maxBytes);
      expect(ring.bytes).toBeLessThanOrEqual(maxBytes);
      // The bound is used: small events share their buffers.
      expect(held * (size + 32)).toBeGreaterThan(maxBytes / 2 - 5000 * 2);
      for (let number = ring.first; number < ring.next; number++) {
        expect(ring.get(number)).toEqual(new Uint8Array(size).fill(number));
      }
      expect(ring.get(ring.first - 1)).toBeUndefined();
      expect(ring.get(ring.next)).toBeUndefined();
    },
  );

  it("keep the newest, however large, and nothing else without a bound", () => {
    const ring = new EventRing(0, 5);
    ring.add(new Uint8Array([1]));
    ring.add(new Uint8Array(100).fill(2));
    expect([ring.first, ring.next]).toEqual([6, 7]);
    expect(ring.get(6)).toEqual(new Uint8Array(100).fill(2));
  });
});

describe("a stream without a reader", () => {
  const resumeWindow = { seconds: 20n, nanos: 0 };

  it("issue 11.25: gives its slot to a new stream, the one that waits longest first", async () => {
    const maxStreams = 5;
    const sources: PushedSource[] = [];
    const { url, server, connections } = await serve(
      {
        streamRunEvents: async (...call) => {
          const source = new PushedSource();
          sources.push(source);
          source.push(1);
          return await source.streamRunEvents(...call);
        },
      },
      { protocol: "connect", httpVersion: "1.1" },
      { maxStreams },
    );
    const transport = createTransport({ baseUrl: url, httpVersion: "1.1" });
    const client = createClient(RunStepService, transport);
    /** Opens a stream; leaves after its first event, or stays. */
    const open = async (stay: boolean): Promise<string> => {
      const left = new AbortController();
      const responses = client
        .streamRunEvents({ start, resumeWindow }, { signal: left.signal })
        [Symbol.asyncIterator]();
      const { value } = await responses.next();
      await responses.next();
      if (!stay) {
        left.abort();
        await responses.next().catch(() => {});
      }
      return value?.content.case === "opening" ? value.content.value.streamId : "";
    };
    await open(true);
    const abandoned: string[] = [];
    for (let count = 0; count < 3 * maxStreams; count++) {
      abandoned.push(await open(false));
      // The server has seen that the reader is gone before the next one comes.
      await expect.poll(connections).toBe(1);
      expect(server.streams).toBeLessThanOrEqual(maxStreams);
    }
    expect(server.streams).toBe(maxStreams);
    expect(sources.map(({ aborted }) => aborted)).toEqual(
      sources.map((_source, index) => index > 0 && index <= sources.length - maxStreams),
    );
    // Those that have ended are needed less than those that go on.
    for (const index of [2, 1]) {
      sources.at(-index)?.push(0, { end: true });
      const resume = { streamId: abandoned.at(-index) ?? "", after: 1 };
      const rest = client.streamRunEvents({
        start: { case: "resume", value: resume },
        resumeWindow,
      });
      for await (const { content } of rest) {
        expect(content.case).toBe("opening");
      }
    }
    const live = sources.map(({ aborted }) => aborted);
    await open(true);
    await open(true);
    expect(sources.slice(0, live.length).map(({ aborted }) => aborted)).toEqual(live);
    // Those with readers keep their slots.
    for (let count = 0; count < maxStreams - 3; count++) {
      await open(true);
    }
    await expect(open(true)).rejects.toMatchObject({ code: Code.ResourceExhausted });
    expect(sources[0]?.aborted).toBe(false);
  });
});
