import { setTimeout as delay } from "node:timers/promises";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { RunStepSchema, RunStepService, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI } from "@stepwire/openai-json";
import { describe, expect, it } from "vitest";
import {
  createTransport,
  type NumberedEvent,
  OpenAIHttpError,
  type OpenedStream,
  type SourceHandlers,
} from "../src/index.js";
import { all, event, noise, rpcs, serve, start, wires } from "./support/server.js";

/** A source of events that counts what is taken from it. */
class CountingSource implements SourceHandlers<typeof RunStepService> {
  taken = 0;
  ended = false;
  readonly #count: number;
  readonly #size: number;

  constructor(count: number, size = 1000) {
    this.#count = count;
    this.#size = size;
  }

  async streamRunEvents(_start: unknown, call: { signal: AbortSignal }): Promise<OpenedStream> {
    call.signal.addEventListener("abort", () => {
      this.ended = true;
    });
    return await Promise.resolve({ events: this.#events() });
  }

  async *#events(): AsyncGenerator<Uint8Array> {
    while (this.taken < this.#count) {
      this.taken++;
      const text = noise(this.taken, this.#size);
      yield await Promise.resolve(event(this.taken, this.#size, text));
    }
  }
}

function textOf(bytes: Uint8Array): unknown {
  const { event: content } = fromBinary(StreamEventSchema, bytes);
  return content.case === "other" ? JSON.parse(content.value.data ?? "") : undefined;
}

describe.each(wires)("a stream over $protocol, HTTP/$httpVersion", (wire) => {
  it("brings all events, numbered from 1", async () => {
    const { client, server } = await serve(new CountingSource(500, 10), wire);
    const events = await all(await client.open(rpcs.streamRunEvents, { start }));
    expect(events.map(({ number }) => number)).toEqual(
      Array.from({ length: 500 }, (_, i) => i + 1),
    );
    expect(events.map(({ event: bytes }) => textOf(bytes))).toMatchObject(
      events.map(({ number }) => ({ number })),
    );
    await expect.poll(() => server.streams).toBe(0);
  });

  it("answers a request that is too large with 413", async () => {
    const { client } = await serve(new CountingSource(1), wire, { maxMessageBytes: 1000 });
    const body = JSON.stringify({ stream: true, instructions: "x".repeat(1000) });
    const opened = client.open(rpcs.streamRunEvents, {
      start: { case: "createThreadAndRun", value: { body } },
    });
    const error = OpenAIHttpError.from(
      await opened.then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    );
    expect(error).toMatchObject({ status: 413, code: Code.ResourceExhausted });
    expect(Buffer.from(error.body).toString()).toContain('"code":"request_too_large"');
  });

  it("takes no more from its source than a reader reads", async () => {
    const source = new CountingSource(1_000_000);
    const { client } = await serve(source, wire, { maxResumeBytes: 10_000 });
    const events = await client.open(rpcs.streamRunEvents, { start }, { resumeWindow: 1000 });
    const iterator = events[Symbol.asyncIterator]();
    await iterator.next();
    let taken = -1;
    while (source.taken > taken) {
      taken = source.taken;
      // As much as fits into the buffers of two sockets and two streams, and then nothing.
      expect(taken).toBeLessThan(20_000);
      await delay(200);
    }
    await iterator.return?.();
    await expect.poll(() => source.ended).toBe(true);
  });

  it("ends at its source when the reader leaves", async () => {
    const source = new CountingSource(1_000_000, 10);
    const { client, server } = await serve(source, wire);
    const controller = new AbortController();
    const events = await client.open(
      rpcs.streamRunEvents,
      { start },
      { signal: controller.signal },
    );
    const read = (async () => {
      for await (const { number } of events) {
        if (number === 10) {
          controller.abort();
        }
      }
    })();
    await expect(read).rejects.toThrow();
    await expect.poll(() => source.ended).toBe(true);
    await expect.poll(() => server.streams).toBe(0);
  });

  it("ends at its source when the deadline has passed", async () => {
    let aborted: unknown;
    const { client } = await serve(
      {
        streamRunEvents: async (_start, { signal }) =>
          await new Promise<never>((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              aborted = signal.reason;
              reject(ConnectError.from(signal.reason));
            });
          }),
      },
      wire,
    );
    const reason: unknown = await client
      .open(rpcs.streamRunEvents, { start }, { timeoutMs: 100 })
      .catch((error: unknown) => error);
    expect(ConnectError.from(reason).code).toBe(Code.DeadlineExceeded);
    await expect.poll(() => aborted).toBeDefined();
  });
});

describe("a stream", () => {
  it("that stands still does not hold up the others of its connection", async () => {
    const { client } = await serve(
      { streamRunEvents: (...call) => new CountingSource(3000).streamRunEvents(...call) },
      { protocol: "connect", httpVersion: "2" },
    );
    const standing: AsyncIterator<NumberedEvent>[] = [];
    for (let index = 0; index < 20; index++) {
      const events = await client.open(rpcs.streamRunEvents, { start });
      const iterator = events[Symbol.asyncIterator]();
      await iterator.next();
      standing.push(iterator);
    }
    const events = await all(await client.open(rpcs.streamRunEvents, { start }));
    expect(events).toHaveLength(3000);
    for (const iterator of standing) {
      await iterator.return?.();
    }
  });

  it("is kept for its window, resumed by its number, and gone when given up", async () => {
    const source = new CountingSource(100, 10);
    const { url, server } = await serve(source, { protocol: "connect", httpVersion: "1.1" });
    const transport = createTransport({ baseUrl: url, httpVersion: "1.1" });
    const client = createClient(RunStepService, transport);
    const resumeWindow = { seconds: 20n, nanos: 0 };
    let streamId = "";
    for await (const { content, number } of client.streamRunEvents({ start, resumeWindow })) {
      streamId = content.case === "opening" ? content.value.streamId : streamId;
      if (number === 40) {
        break;
      }
    }
    expect(server.streams).toBe(1);
    expect(source.ended).toBe(false);
    const read = async (after: number): Promise<number[]> => {
      const request = {
        start: { case: "resume", value: { streamId, after } },
        resumeWindow,
      } as const;
      const numbers: number[] = [];
      for await (const { number } of client.streamRunEvents(request)) {
        numbers.push(number);
      }
      return numbers.slice(1);
    };
    const rest = Array.from({ length: 60 }, (_, index) => index + 41);
    expect(await read(40)).toEqual(rest);
    expect(await read(90)).toEqual(rest.slice(50));
    await expect(read(101)).rejects.toMatchObject({ code: Code.OutOfRange });
    await client.closeRunEvents({ streamId });
    expect(server.streams).toBe(0);
    await expect(read(90)).rejects.toMatchObject({ code: Code.NotFound });
  });

  it("cannot be resumed from where it is no longer held", async () => {
    const { url } = await serve(
      new CountingSource(100, 100),
      { protocol: "connect", httpVersion: "1.1" },
      { maxResumeBytes: 1000 },
    );
    const transport = createTransport({ baseUrl: url, httpVersion: "1.1" });
    const client = createClient(RunStepService, transport);
    const resumeWindow = { seconds: 20n, nanos: 0 };
    let streamId = "";
    for await (const { content } of client.streamRunEvents({ start, resumeWindow })) {
      streamId = content.case === "opening" ? content.value.streamId : streamId;
    }
    const resume = { start: { case: "resume", value: { streamId, after: 3 } } } as const;
    await expect(all(client.streamRunEvents(resume))).rejects.toMatchObject({
      code: Code.OutOfRange,
    });
  });

  it("ends with its window when nobody comes back", async () => {
    const source = new CountingSource(1_000_000, 10);
    const wire = { protocol: "connect", httpVersion: "2" } as const;
    const { client, server } = await serve(source, wire, { maxResumeWindow: 100 });
    const controller = new AbortController();
    const options = { signal: controller.signal, resumeWindow: 60_000 };
    const iterator = (await client.open(rpcs.streamRunEvents, { start }, options))[
      Symbol.asyncIterator
    ]();
    await iterator.next();
    controller.abort();
    await expect.poll(() => source.ended).toBe(true);
    expect(server.streams).toBe(0);
  });
});

describe("a document", () => {
  const json = '{"id":"s","object":"thread.run.step","created_at":1,"unknown":[1.50]}';
  const bytes = toBinary(RunStepSchema, parseOpenAI(RunStepSchema, json, { mode: "archive" }));

  it.each(wires)("over $protocol, HTTP/$httpVersion: the same bytes", async (wire) => {
    const getRunStep = async (): Promise<{ content: Uint8Array; headers: [string, string][] }> =>
      await Promise.resolve({ content: bytes, headers: [["x-request-id", "req_1"]] });
    const { client } = await serve({ getRunStep }, wire);
    const answer = await client.call(rpcs.getRunStep, { stepId: "s" });
    expect(Buffer.from(answer.bytes)).toEqual(Buffer.from(bytes));
    expect(answer.headers).toEqual([["x-request-id", "req_1"]]);
  });

  it("with fields of a later version: they pass", async () => {
    // Field 1999, a string.
    const later = Buffer.concat([bytes, Buffer.from([0xfa, 0x7c, 0x02, 0x68, 0x69])]);
    const { client } = await serve(
      { getRunStep: async () => await Promise.resolve({ content: later }) },
      { protocol: "grpc", httpVersion: "2" },
    );
    const answer = await client.call(rpcs.getRunStep, { stepId: "s" });
    expect(Buffer.from(answer.bytes)).toEqual(later);
  });

  it("in JSON, for those who have nothing else", async () => {
    const { url } = await serve(
      {
        getRunStep: async () => await Promise.resolve({ content: bytes }),
        streamRunEvents: (...call) => new CountingSource(2, 1).streamRunEvents(...call),
      },
      { protocol: "connect", httpVersion: "1.1" },
    );
    const service = `${url}/stepwire.v1.RunStepService`;
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${service}/GetRunStep`, { method: "POST", headers, body: "{}" });
    expect(await answer.json()).toMatchObject({ runStep: { id: "s", createdAt: "1" } });
    const request = Buffer.from('{"createThreadAndRun":{"body":"{}"}}');
    const envelope = Buffer.concat([Buffer.from([0, 0, 0, 0, request.length]), request]);
    const stream = await fetch(`${service}/StreamRunEvents`, {
      method: "POST",
      headers: { "content-type": "application/connect+json" },
      body: envelope,
    });
    expect(await stream.text()).toMatch(/"opening".*"event":"test".*"number":2/s);
  });
});
