import { setTimeout as delay } from "node:timers/promises";
import { fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { RunStepService, StoredEventsSchema, StreamEventSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import {
  createTransport,
  OpenAIHttpError,
  type OpenedStream,
  type ServiceServerOptions,
} from "../src/index.js";
import { BlockWriter } from "../src/streams/block-writer.js";
import { PushedSource } from "./support/pushed-source.js";
import { event, serve, start, type TestService } from "./support/server.js";
import { SharedMemory, TestStore } from "./support/shared-store.js";

const resumeWindow = { seconds: 20n, nanos: 0 };

/** What a call received: the events' numbers and texts, and the error at the end. */
interface Received {
  streamId: string;
  readonly numbers: number[];
  readonly events: unknown[];
  error?: ConnectError;
}

/** Reads a stream of a server, up to an event if a number is given. */
async function read(
  { url }: TestService,
  from: { streamId: string; after: number } | undefined,
  { until, key = "a" }: { until?: number; key?: string } = {},
): Promise<Received> {
  const client = createClient(
    RunStepService,
    createTransport({ baseUrl: url, httpVersion: "1.1" }),
  );
  const received: Received = { streamId: "", numbers: [], events: [] };
  const request =
    from === undefined
      ? { start, resumeWindow }
      : { start: { case: "resume", value: from } as const, resumeWindow };
  try {
    const headers = { authorization: `Bearer ${key}` };
    for await (const { content, number } of client.streamRunEvents(request, { headers })) {
      if (content.case === "opening") {
        received.streamId = content.value.streamId;
      } else if (content.case === "event") {
        received.numbers.push(number);
        const { event: arm } = content.value;
        received.events.push(arm.case === "other" ? JSON.parse(arm.value.data ?? "") : undefined);
      }
      if (number === until) {
        break;
      }
    }
  } catch (error) {
    received.error = ConnectError.from(error);
  }
  return received;
}

/** Two servers with a store in common, of which the first has the source. */
async function serveTwo(
  source: PushedSource | { streamRunEvents: () => Promise<OpenedStream> },
  options: ServiceServerOptions = {},
): Promise<{ a: TestService; b: TestService; memory: SharedMemory; storeOfA: TestStore }> {
  const memory = new SharedMemory();
  const wire = { protocol: "connect", httpVersion: "1.1" } as const;
  const storeOfA = new TestStore(memory);
  const streamRunEvents = source.streamRunEvents.bind(source);
  const a = await serve({ streamRunEvents }, wire, { ...options, store: storeOfA });
  const b = await serve({}, wire, { ...options, store: new TestStore(memory) });
  return { a, b, memory, storeOfA };
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("a stream in a store", () => {
  it("is resumed at another server, while its own goes on without a reader", async () => {
    const source = new PushedSource();
    const { a, b } = await serveTwo(source);
    source.push(40);
    const { streamId } = await read(a, undefined, { until: 30 });
    const rest = read(b, { streamId, after: 30 });
    source.push(60, { end: true });
    const { numbers, events, error } = await rest;
    expect(error).toBeUndefined();
    expect(numbers).toEqual(range(31, 100));
    expect(events).toMatchObject(numbers.map((number) => ({ number })));
    expect(source.opened).toBe(1);
    // Several readers, and also at the server that has the stream.
    const readers = [read(b, { streamId, after: 0 }), read(b, { streamId, after: 99 })];
    expect((await Promise.all(readers)).map((each) => each.numbers)).toEqual([
      range(1, 100),
      [100],
    ]);
    expect((await read(a, { streamId, after: 0 })).numbers).toEqual(range(1, 100));
    expect(await read(b, { streamId, after: 101 })).toMatchObject({
      error: { code: Code.OutOfRange },
    });
  });

  it("is read from the store where its own server no longer holds the event", async () => {
    const source = new PushedSource();
    const { a } = await serveTwo(source, { maxResumeBytes: 2000 });
    source.push(200, { end: true, size: 100 });
    const { streamId } = await read(a, undefined, { until: 150 });
    expect((await read(a, { streamId, after: 5 })).numbers).toEqual(range(6, 200));
  });

  it("is read from the block that has the next event", async () => {
    const source = new PushedSource();
    const { a, b, memory } = await serveTwo(source);
    source.push(1);
    const whole = read(a, undefined);
    for (let count = 2; count <= 60; count += 3) {
      await delay(25);
      source.push(3, { end: count + 3 > 60 });
    }
    const { streamId, numbers } = await whole;
    expect(numbers).toEqual(range(1, 61));
    await expect.poll(() => storedEvents(memory, streamId)).toBe(61);
    expect(memory.appended).toBeGreaterThan(10);
    expect((await read(b, { streamId, after: 58 })).numbers).toEqual([59, 60, 61]);
    expect(memory.read).toBeLessThanOrEqual(3);
    expect((await read(b, { streamId, after: 61 })).numbers).toEqual([]);
  });

  it("has several readers: one that is far behind misses nothing", async () => {
    const source = new PushedSource();
    const { a, b } = await serveTwo(source, { maxResumeBytes: 100_000 });
    source.push(1000, { end: true, size: 20_000 });
    const client = createClient(
      RunStepService,
      createTransport({ baseUrl: a.url, httpVersion: "1.1" }),
    );
    const headers = { authorization: "Bearer a" };
    const slow = client.streamRunEvents({ start, resumeWindow }, { headers });
    const numbers: number[] = [];
    let streamId = "";
    for await (const { content, number } of slow) {
      if (content.case === "opening") {
        streamId = content.value.streamId;
      } else {
        numbers.push(number);
      }
      if (number === 1) {
        // Its buffers are full before the other reader has everything.
        expect((await read(b, { streamId, after: 0 })).numbers).toEqual(range(1, 1000));
      }
    }
    expect(numbers).toEqual(range(1, 1000));
  });

  it("ends at another server with the error that ended it", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(event(1));
      throw OpenAIHttpError.create(502, { message: "broken", code: "upstream_interrupted" });
    }
    const opened = async (): Promise<OpenedStream> => await Promise.resolve({ events: failing() });
    const { a, b } = await serveTwo({ streamRunEvents: opened });
    const { streamId, error } = await read(a, undefined);
    const other = await read(b, { streamId, after: 0 });
    expect(other.numbers).toEqual([1]);
    expect(OpenAIHttpError.from(other.error)).toMatchObject({ status: 502 });
    expect(OpenAIHttpError.from(other.error).body).toEqual(OpenAIHttpError.from(error).body);
  });

  it("of a server that is gone: all that was stored, and then an error that says so", async () => {
    const source = new PushedSource();
    const { a, b, storeOfA, memory } = await serveTwo(source);
    source.push(40);
    const { streamId } = await read(a, undefined, { until: 30 });
    await expect.poll(() => storedEvents(memory, streamId)).toBe(40);
    storeOfA.isGone = true;
    const { numbers, error } = await read(b, { streamId, after: 30 });
    expect(numbers).toEqual(range(31, 40));
    const answer = OpenAIHttpError.from(error);
    expect(Buffer.from(answer.body).toString()).toContain('"code":"upstream_lost"');
    expect(Buffer.from(answer.body).toString()).toContain("after event 40");
    // A reader that had more than was stored gets nothing twice.
    const ahead = await read(b, { streamId, after: 45 });
    expect(ahead.numbers).toEqual([]);
    expect(Buffer.from(OpenAIHttpError.from(ahead.error).body).toString()).toContain(
      "after event 45",
    );
  });

  it("of a server that is gone, without its beginning: the error says so", async () => {
    const { b, memory } = await serveTwo(new PushedSource());
    const streamId = "10000000-2000-4000-8000-300000000000";
    memory.lost.add(streamId);
    const { error } = await read(b, { streamId, after: 3 });
    const answer = OpenAIHttpError.from(error);
    expect(answer.status).toBe(502);
    expect(Buffer.from(answer.body).toString()).toContain('"code":"upstream_lost"');
    expect(Buffer.from(answer.body).toString()).toContain("after event 3");
    const transport = createTransport({ baseUrl: b.url, httpVersion: "1.1" });
    const closing = createClient(RunStepService, transport);
    await closing.closeRunEvents({ streamId }, { headers: { authorization: "Bearer a" } });
  });

  it("belongs to the caller that opened it", async () => {
    const source = new PushedSource();
    const { a, b, memory } = await serveTwo(source);
    source.push(10, { end: true });
    const { streamId } = await read(a, undefined, { until: 5 });
    const refused = await read(b, { streamId, after: 0 }, { key: "b" });
    const unknown = await read(b, { streamId: "stepwire.>", after: 0 });
    expect(refused.error).toMatchObject({ code: Code.NotFound });
    expect(refused.error?.rawMessage).toBe(unknown.error?.rawMessage);
    const { url } = b;
    const transport = createTransport({ baseUrl: url, httpVersion: "1.1" });
    const closing = createClient(RunStepService, transport);
    await closing.closeRunEvents({ streamId }, { headers: { authorization: "Bearer b" } });
    expect(memory.streams.has(streamId)).toBe(true);
    await closing.closeRunEvents({ streamId }, { headers: { authorization: "Bearer a" } });
    expect(memory.streams.has(streamId)).toBe(false);
    expect(a.server.streams).toBe(0);
    // What is stored does not contain the credentials.
    expect(streamId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is stored in blocks, not event by event", async () => {
    const source = new PushedSource();
    const { a, memory } = await serveTwo(source);
    source.push(2000, { end: true });
    const { numbers } = await read(a, undefined);
    expect(numbers).toHaveLength(2000);
    expect(memory.appended).toBeLessThan(200);
  });
});

function storedEvents({ streams }: SharedMemory, id: string): number {
  const blocks = streams.get(id)?.blocks ?? [];
  return blocks
    .map(({ block }) => fromBinary(StoredEventsSchema, block).events.length)
    .reduce((sum, count) => sum + count, 0);
}

describe("a store that fails", () => {
  it("in a stream: the stream goes on, and another server says that the rest is missing", async () => {
    const source = new PushedSource();
    const failures: unknown[] = [];
    const { a, b, memory } = await serveTwo(source, {
      onStoreFailure: (error) => failures.push(error),
    });
    source.push(20);
    const { streamId } = await read(a, undefined, { until: 20 });
    await expect.poll(() => storedEvents(memory, streamId)).toBe(20);
    memory.failure = new Error("full");
    const rest = read(a, { streamId, after: 20 });
    source.push(20, { end: true });
    expect((await rest).numbers).toEqual(range(21, 40));
    expect(failures).toEqual([memory.failure]);
    memory.failure = undefined;
    const other = await read(b, { streamId, after: 10 });
    expect(other.numbers).toEqual(range(11, 20));
    expect(Buffer.from(OpenAIHttpError.from(other.error).body).toString()).toContain(
      '"code":"stream_not_stored"',
    );
    // Its own server still has it.
    expect((await read(a, { streamId, after: 10 })).numbers).toEqual(range(11, 40));
  });

  it("to answer: the opening waits a moment, and what follows is stored later", async () => {
    const source = new PushedSource();
    const { a, b, memory } = await serveTwo(source);
    let release = (): void => {};
    memory.creation = new Promise((resolve) => {
      release = resolve;
    });
    source.push(20);
    const { streamId, numbers } = await read(a, undefined, { until: 20 });
    expect(numbers).toEqual(range(1, 20));
    expect(memory.streams.size).toBe(0);
    release();
    source.push(20, { end: true });
    await expect.poll(() => storedEvents(memory, streamId)).toBe(40);
    expect((await read(b, { streamId, after: 20 })).numbers).toEqual(range(21, 40));
  });

  it("while it is read: the client resumes when it is back", async () => {
    const source = new PushedSource();
    const { a, b, memory } = await serveTwo(source);
    source.push(20);
    const { streamId } = await read(a, undefined, { until: 20 });
    await expect.poll(() => storedEvents(memory, streamId)).toBe(20);
    memory.readFailure = new DOMException("no answer", "TimeoutError");
    const failed = await read(b, { streamId, after: 10 });
    expect(failed).toMatchObject({ numbers: [], error: { code: Code.Unavailable, details: [] } });
    // An error without details is one of the connection.
    memory.readFailure = undefined;
    source.push(0, { end: true });
    expect((await read(b, { streamId, after: 10 })).numbers).toEqual(range(11, 20));
  });

  it.each([
    ["in a stream", 20],
    ["at its start", 0],
  ])("%s: ends the stream if so configured", async (_name, count) => {
    const source = new PushedSource();
    const { a, memory } = await serveTwo(source, { storeFailure: "end" });
    if (count === 0) {
      memory.failure = new Error("gone");
    }
    const reading = read(a, undefined);
    if (count > 0) {
      source.push(count);
      await expect.poll(() => memory.appended).toBeGreaterThan(0);
      memory.failure = new Error("gone");
      source.push(count);
    }
    const { numbers, error } = await reading;
    expect(numbers).toEqual(range(1, numbers.length));
    expect(OpenAIHttpError.from(error)).toMatchObject({ status: 503 });
    expect(source.aborted).toBe(true);
  });

  it("by being too slow: writing stops, and the source waited no longer than allowed", async () => {
    let release = (): void => {};
    const failures: unknown[] = [];
    const blocks: Uint8Array[] = [];
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const writer = new BlockWriter(
      Promise.resolve({
        append: async (block) => {
          blocks.push(block);
          await slow;
        },
        remove: async () => await Promise.resolve(),
      }),
      { maxBlockBytes: 10_000, maxPendingBytes: 1000, maxWait: 50 },
      (error) => failures.push(error),
    );
    for (let number = 1; number <= 30; number++) {
      await writer.room();
      writer.add(event(number, 100));
    }
    expect(failures).toHaveLength(1);
    expect(writer.isOpen).toBe(false);
    expect(writer.room()).toBeUndefined();
    release();
    expect(blocks.length).toBeLessThanOrEqual(1);
  });

  it("for an event larger than a block; an error gets a block of its own", async () => {
    const failures: unknown[] = [];
    const blocks: Uint8Array[] = [];
    const create1 = (): BlockWriter =>
      new BlockWriter(
        Promise.resolve({
          append: async (block) => {
            blocks.push(block);
            await Promise.resolve();
          },
          remove: async () => await Promise.resolve(),
        }),
        { maxBlockBytes: 1000, maxPendingBytes: 100_000, maxWait: 1000 },
        (error) => failures.push(error),
      );
    const writer = create1();
    for (let number = 1; number <= 20; number++) {
      writer.add(event(number, 100));
    }
    writer.end(OpenAIHttpError.create(503, { message: "x".repeat(500) }));
    await expect
      .poll(() => fromBinary(StoredEventsSchema, blocks.at(-1) ?? new Uint8Array()).end)
      .toBeDefined();
    let next = 1;
    for (const block of blocks) {
      expect(block.length).toBeLessThanOrEqual(1000);
      const { first, events } = fromBinary(StoredEventsSchema, block);
      expect(first).toBe(next);
      for (const bytes of events) {
        expect(fromBinary(StreamEventSchema, bytes).event).toMatchObject({ case: "other" });
      }
      next += events.length;
    }
    expect(next).toBe(21);
    expect(failures).toEqual([]);
    const other = create1();
    other.add(event(1, 2000));
    expect(failures).toHaveLength(1);
    expect(other.isOpen).toBe(false);
  });
});
