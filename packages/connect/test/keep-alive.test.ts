import { createClient } from "@connectrpc/connect";
import { RunStepService } from "@stepwire/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTransport } from "../src/index.js";
import { keepAlive } from "../src/streams/keep-alive.js";
import { PushedSource } from "./support/pushed-source.js";
import { all, rpcs, serve, start, wires } from "./support/server.js";

/** A source whose elements a test gives one by one. */
function pushed(): {
  source: AsyncIterableIterator<string, undefined>;
  push: (result: Promise<IteratorResult<string, undefined>>) => void;
  asked: () => number;
  returned: () => boolean;
} {
  const waiting: ((result: Promise<IteratorResult<string, undefined>>) => void)[] = [];
  let asked = 0;
  let returned = false;
  const source: AsyncIterableIterator<string, undefined> = {
    next: () => {
      asked++;
      return new Promise((resolve) => waiting.push(resolve));
    },
    return: async () => {
      returned = true;
      return await Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => source,
  };
  return {
    source,
    push: (result) => waiting.shift()?.(result),
    asked: () => asked,
    returned: () => returned,
  };
}

const value = (text: string): Promise<IteratorResult<string, undefined>> =>
  Promise.resolve({ done: false, value: text });

describe("keep-alives of a source", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const options = { interval: 1000, element: () => "alive" };

  it("come after each time of silence; no element is lost or asked for twice", async () => {
    const { source, push, asked } = pushed();
    const kept = keepAlive(source, options);
    for (let count = 0; count < 3; count++) {
      const next = kept.next();
      await vi.advanceTimersByTimeAsync(999);
      await expect(Promise.race([next, value("waiting")])).resolves.toMatchObject({
        value: "waiting",
      });
      await vi.advanceTimersByTimeAsync(1);
      await expect(next).resolves.toEqual({ done: false, value: "alive" });
    }
    expect(asked()).toBe(1);
    // The element arrives while nobody waits.
    push(value("one"));
    await vi.advanceTimersByTimeAsync(5000);
    await expect(kept.next()).resolves.toEqual({ done: false, value: "one" });
    expect(asked()).toBe(1);
    const second = kept.next();
    push(value("two"));
    await expect(second).resolves.toEqual({ done: false, value: "two" });
  });

  it("do not pile up while nobody reads", async () => {
    const { source, push } = pushed();
    const kept = keepAlive(source, options);
    const first = kept.next();
    push(value("one"));
    await first;
    await vi.advanceTimersByTimeAsync(60_000);
    const second = kept.next();
    push(value("two"));
    await expect(second).resolves.toEqual({ done: false, value: "two" });
    expect(vi.getTimerCount()).toBe(1);
  });

  it("stop at the end, at an error, and when the reader leaves", async () => {
    const end = pushed();
    const ending = keepAlive(end.source, options);
    const last = ending.next();
    end.push(Promise.resolve({ done: true, value: undefined }));
    await expect(last).resolves.toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);

    const failed = pushed();
    const failing = keepAlive(failed.source, options);
    const silent = failing.next();
    await vi.advanceTimersByTimeAsync(1000);
    await silent;
    const error = new Error("broken");
    failed.push(Promise.reject(error));
    await expect(failing.next()).rejects.toBe(error);
    expect(vi.getTimerCount()).toBe(0);

    const left = pushed();
    const leaving = keepAlive(left.source, options);
    await leaving.return?.();
    expect(left.returned()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are off with an interval of 0", () => {
    const { source } = pushed();
    expect(keepAlive(source, { ...options, interval: 0 })).toBe(source);
  });
});

describe.each(wires)("a silent stream over $protocol, HTTP/$httpVersion", (wire) => {
  it("gets empty responses, which no reader sees as events", async () => {
    // A source for each of the two streams.
    const sources = [new PushedSource(), new PushedSource()];
    const opening = sources.values();
    const streamRunEvents = async (...call: Parameters<PushedSource["streamRunEvents"]>) =>
      await (opening.next().value ?? new PushedSource()).streamRunEvents(...call);
    const service = await serve({ streamRunEvents }, wire);
    const events = await service.client.open(
      rpcs.streamRunEvents,
      { start },
      { keepAliveInterval: 30 },
    );
    const read = all(events);
    const transport = createTransport({ baseUrl: service.url, ...wire });
    let empty = 0;
    const messages = createClient(RunStepService, transport).streamRunEvents(
      { start },
      { headers: { "stepwire-keep-alive": "30" } },
    );
    for await (const { content } of messages) {
      empty += content.case === undefined ? 1 : 0;
      if (empty === 3) {
        break;
      }
    }
    sources[0]?.push(2, { end: true });
    expect((await read).map(({ number }) => number)).toEqual([1, 2]);
  });
});
