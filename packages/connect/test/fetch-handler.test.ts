import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { RunStepSchema, RunStepService, StreamRunEventsRequestSchema } from "@stepwire/core";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createFetchHandler,
  createServiceServer,
  createSource,
  type FetchHandler,
  type FetchHandlerOptions,
  nodeCompression,
  OpenAIHttpError,
  type ServiceServer,
  type ServiceServerOptions,
  type SourceHandlers,
} from "../src/index.js";
import { FetchSink } from "../src/internal.js";
import { createWebTransport, ServiceClient, type WebProtocol } from "../src/web.js";
import { messagesOf, type RecordedOperation } from "./recorded/exchange.js";
import { createRecordedService } from "./recorded/service.js";
import { all, event, noise, rpcs, start } from "./support/server.js";

interface FetchService {
  readonly fetch: FetchHandler;
  readonly server: ServiceServer;
  client(protocol: WebProtocol): ServiceClient;
}

/** Serves a source without a network: requests are handed to the handler. */
function serve(
  source: SourceHandlers<typeof RunStepService>,
  options: ServiceServerOptions & FetchHandlerOptions = {},
): FetchService {
  const server = createServiceServer(RunStepService, createSource(RunStepService, source), options);
  onTestFinished(() => server.close());
  const handler = createFetchHandler(server.handlers, options);
  const client = (protocol: WebProtocol): ServiceClient =>
    new ServiceClient(
      createWebTransport({
        baseUrl: "http://bakery.example",
        protocol,
        fetch: (input, init) => handler(new Request(input, init)),
      }),
    );
  return { fetch: handler, server, client };
}

const step = create(RunStepSchema, { id: "step_1" });

async function* events(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let number = 1; number <= count; number++) {
    yield await Promise.resolve(event(number, size, noise(number, size)));
  }
}

const source: SourceHandlers<typeof RunStepService> = {
  getRunStep: async ({ stepId }) =>
    stepId === "step_1"
      ? await Promise.resolve({ content: step, headers: [["x-request-id", "req_1"]] })
      : await Promise.reject(OpenAIHttpError.create(404, { message: "no such step" })),
  streamRunEvents: async () =>
    await Promise.resolve({ events: events(500, 100), headers: [["x-request-id", "req_1"]] }),
};

/** A request for a stream in the stream format. */
function streamRequest(headers: Record<string, string> = {}, signal?: AbortSignal): Request {
  const message = create(StreamRunEventsRequestSchema, { start });
  return new Request("http://bakery.example/stepwire.v1.RunStepService/StreamRunEvents", {
    method: "POST",
    headers: {
      "content-type": "application/proto",
      accept: "application/vnd.stepwire.stream",
      ...headers,
    },
    body: toBinary(StreamRunEventsRequestSchema, message),
    signal: signal ?? null,
  });
}

const protocols: readonly WebProtocol[] = ["stream", "connect", "grpc-web"];

describe.each(protocols)("issue 19: a service over the Fetch API, by %s", (protocol) => {
  it("sends all events of a stream, in order", async () => {
    const opened = await serve(source).client(protocol).open(rpcs.streamRunEvents, { start });
    const received = await all(opened);
    expect(received.map(({ number }) => number)).toEqual(
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
    expect(received.at(-1)?.event).toEqual(event(500, 100, noise(500, 100)));
    expect(opened.headers).toContainEqual(["x-request-id", "req_1"]);
  });

  it("answers with a document, and with the errors of the API", async () => {
    const client = serve(source).client(protocol);
    const { bytes, headers } = await client.call(rpcs.getRunStep, { stepId: "step_1" });
    expect(Buffer.from(bytes)).toEqual(Buffer.from(toBinary(RunStepSchema, step)));
    expect(headers).toContainEqual(["x-request-id", "req_1"]);
    const error = await client.call(rpcs.getRunStep, { stepId: "step_2" }).catch((each) => each);
    expect(OpenAIHttpError.from(error)).toMatchObject({ status: 404, code: Code.NotFound });
  });

  it("passes on the error of a stream that fails after some events", async () => {
    const failing: SourceHandlers<typeof RunStepService> = {
      streamRunEvents: async () =>
        await Promise.resolve({
          events: (async function* () {
            yield* events(3, 10);
            throw OpenAIHttpError.create(502, { message: "The oven is out.", code: "oven" });
          })(),
        }),
    };
    const seen: number[] = [];
    const read = (async () => {
      const stream = await serve(failing).client(protocol).open(rpcs.streamRunEvents, { start });
      for await (const { number } of stream) {
        seen.push(number);
      }
    })();
    const error = await read.catch((each: unknown) => each);
    expect(OpenAIHttpError.from(error).status).toBe(502);
    expect(seen).toEqual([1, 2, 3]);
  });

  it("passes on each event as it comes from a slow source", async () => {
    let next = (): void => {};
    const slow: SourceHandlers<typeof RunStepService> = {
      streamRunEvents: async () =>
        await Promise.resolve({
          events: (async function* () {
            for (let number = 1; number <= 5; number++) {
              yield event(number);
              await new Promise<void>((resolve) => {
                next = resolve;
              });
            }
          })(),
        }),
    };
    const seen: number[] = [];
    for await (const { number } of await serve(slow)
      .client(protocol)
      .open(rpcs.streamRunEvents, { start })) {
      seen.push(number);
      // The next event exists only now: none waits for the one after it.
      next();
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it("ends the source when its reader leaves, and takes no more than it reads", async () => {
    let isEnded = false;
    let taken = 0;
    const endless: SourceHandlers<typeof RunStepService> = {
      streamRunEvents: async (_request, { signal }) => {
        signal.addEventListener("abort", () => {
          isEnded = true;
        });
        return await Promise.resolve({
          events: (async function* () {
            for await (const each of events(1_000_000, 1_000)) {
              taken++;
              yield each;
            }
          })(),
        });
      },
    };
    const { client, server } = serve(endless, { maxResumeBytes: 10_000 });
    const stream = await client(protocol).open(rpcs.streamRunEvents, { start });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    let before = -1;
    while (taken > before) {
      before = taken;
      expect(taken).toBeLessThan(1_000);
      await delay(20);
    }
    expect(server.streams).toBe(1);
    await iterator.return?.();
    await expect.poll(() => isEnded).toBe(true);
    await expect.poll(() => server.streams).toBe(0);
  });

  it("ends by the caller's signal, by its deadline, and when the server ends", async () => {
    const silent: SourceHandlers<typeof RunStepService> = {
      streamRunEvents: async (_request, { signal }) =>
        await Promise.resolve({
          events: (async function* () {
            yield event(1);
            await delay(60_000, undefined, { signal });
          })(),
        }),
    };
    const shutdown = new AbortController();
    const { client, server } = serve(silent, { shutdownSignal: shutdown.signal });
    const open = (options: { signal?: AbortSignal; timeoutMs?: number }) =>
      client(protocol).open(rpcs.streamRunEvents, { start }, options);
    const leaving = new AbortController();
    const left = (async () => {
      for await (const _ of await open({ signal: leaving.signal })) {
        leaving.abort();
      }
    })();
    await expect(left).rejects.toThrow();
    const late = (async () => await all(await open({ timeoutMs: 100 })))();
    await expect(late).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    const interrupted = (async () => {
      for await (const _ of await open({})) {
        shutdown.abort(OpenAIHttpError.create(503, { message: "The bakery closes." }));
      }
    })();
    await expect(interrupted).rejects.toThrow();
    await expect.poll(() => server.streams).toBe(0);
  });
});

describe("issue 19: a handler of Fetch requests", () => {
  it("resumes a stream, with its last event held for the reader that comes back", async () => {
    const { fetch: handler } = serve(source);
    let cuts = 0;
    const breaking: typeof fetch = async (input, init) => {
      const response = await handler(new Request(input, init));
      return cuts++ < 2
        ? new Response(response.body?.pipeThrough(cutAfter(5_000)), response)
        : response;
    };
    const client = new ServiceClient(
      createWebTransport({ baseUrl: "http://bakery.example", fetch: breaking }),
    );
    const options = { resumeWindow: 10_000 };
    const received = await all(await client.open(rpcs.streamRunEvents, { start }, options));
    expect(received.map(({ number }) => number)).toEqual(
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
    expect(cuts).toBe(3);
  });

  it("compresses only with what it is given", async () => {
    const accept = { "accept-encoding": "zstd, gzip" };
    const plain = await serve(source).fetch(streamRequest(accept));
    expect(plain.headers.get("content-encoding")).toBe(null);
    const plainSize = (await plain.arrayBuffer()).byteLength;
    const compression = nodeCompression;
    const compressed = await serve(source, { compression }).fetch(streamRequest(accept));
    expect(compressed.headers.get("content-encoding")).toBe("zstd");
    expect((await compressed.arrayBuffer()).byteLength).toBeLessThan(plainSize);
  });

  it("answers other paths with 404, and gRPC with 415", async () => {
    const { fetch: handler } = serve(source);
    expect((await handler(new Request("http://bakery.example/"))).status).toBe(404);
    const grpc = await handler(
      new Request("http://bakery.example/stepwire.v1.RunStepService/GetRunStep", {
        method: "POST",
        headers: { "content-type": "application/grpc" },
        body: new Uint8Array(5),
      }),
    );
    expect(grpc.status).toBe(415);
  });

  it.each(protocols)("refuses a request that is too large (%s)", async (protocol) => {
    const client = serve(source, { maxMessageBytes: 10 }).client(protocol);
    const value = "x".repeat(100);
    const large = { case: "createThreadAndRun", value: { body: value } } as const;
    const calls = [
      client.call(rpcs.getRunStep, { stepId: value }),
      client.open(rpcs.streamRunEvents, { start: large }).then(all),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result.status).toBe("rejected");
      const error = result.status === "rejected" ? OpenAIHttpError.from(result.reason) : undefined;
      expect(error?.status).toBe(413);
    }
  });

  it("counts the bytes of a request whose length is not known", async () => {
    const { fetch: handler } = serve(source, { maxMessageBytes: 10 });
    const { headers } = streamRequest();
    const answer = await handler(
      new Request("http://bakery.example/stepwire.v1.RunStepService/StreamRunEvents", {
        method: "POST",
        headers,
        body: new Blob(["x".repeat(100)]).stream(),
        duplex: "half",
      }),
    );
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain("request_too_large");
  });

  it("answers pages of other origins", async () => {
    const { fetch: handler } = serve(source, { cors: { origins: ["https://page.example"] } });
    const url = "http://bakery.example/stepwire.v1.RunStepService/StreamRunEvents";
    const origin = "https://page.example";
    const preflight = await handler(
      new Request(url, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      }),
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    const answer = await handler(streamRequest({ origin }));
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("vary")).toBe("Origin, accept, accept-encoding");
    await answer.body?.cancel();
  });

  it("does not open a stream for a caller that has left", async () => {
    const { fetch: handler, server } = serve(source);
    const answer = await handler(streamRequest({}, AbortSignal.abort()));
    expect(answer.status).toBe(499);
    expect(server.streams).toBe(0);
  });
});

describe("issue 19: a sink whose answer has no body", () => {
  it.each([204, 304])("drops what is written (%s)", async (status) => {
    const sink = new FetchSink();
    let isFinished = false;
    sink.head(status, [["x-crumbs", "1"]]);
    expect(sink.write(new Uint8Array(0))).toBe(true);
    expect(sink.write(new Uint8Array(10))).toBe(true);
    sink.end(new Uint8Array(1), () => {
      isFinished = true;
    });
    const answer = await sink.response;
    expect([answer.status, answer.body, answer.headers.get("x-crumbs")]).toEqual([
      status,
      null,
      "1",
    ]);
    expect([isFinished, sink.isFinished, sink.isGone]).toEqual([true, true, true]);
  });
});

describe.each([
  { name: "connect-http1", compression: undefined },
  { name: "connect-json-get", compression: undefined },
  { name: "connect-http2-gzip", compression: nodeCompression },
  { name: "grpc-web-http1", compression: undefined },
])("issue 19: recorded traffic over $name, by the Fetch API", ({ name, compression }) => {
  const path = join(import.meta.dirname, "recorded", `${name}.json`);
  // The recorder wrote the file.
  const recorded = JSON.parse(readFileSync(path, "utf8")) as RecordedOperation[];

  it.each(recorded)("gets the same answers as from Node's servers: $name", async (operation) => {
    const { handlers } = createRecordedService();
    const handler = createFetchHandler(handlers, { ...(compression && { compression }) });
    for (const { request, response } of operation.exchanges) {
      const body = Buffer.from(request.body, "base64");
      const answer = await handler(
        new Request(new URL(request.path, "http://bakery.example"), {
          method: request.method,
          headers: request.headers,
          body: body.length > 0 ? body : null,
        }),
      );
      const headers = Object.fromEntries(
        [...answer.headers].filter(([header]) => header !== "content-length"),
      );
      const bytes = Buffer.from(await answer.arrayBuffer()).toString("base64");
      const received = { status: answer.status, headers, body: bytes, trailers: {} };
      expect([answer.status, headers, await messagesOf(received)]).toEqual([
        response.status,
        response.headers,
        await messagesOf(response),
      ]);
    }
  });
});

/** Breaks a body after a number of bytes. */
function cutAfter(size: number): TransformStream<Uint8Array, Uint8Array> {
  let passed = 0;
  return new TransformStream({
    transform(chunk, controller) {
      passed += chunk.length;
      if (passed > size) {
        controller.error(new TypeError("network error"));
      } else {
        controller.enqueue(chunk);
      }
    },
  });
}
