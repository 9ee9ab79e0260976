import { setTimeout as delay } from "node:timers/promises";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { RunStepSchema, RunStepService, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI } from "@stepwire/openai-json";
import { startServer } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { OpenAIHttpError, type SourceHandlers } from "../src/index.js";
import { createWebTransport, ServiceClient, type WebProtocol } from "../src/web.js";
import { all, event, noise, rpcs, serve, start } from "./support/server.js";

const step = parseOpenAI(
  RunStepSchema,
  `{"id":"step_1","object":"thread.run.step","created_at":1,"assistant_id":"asst_1","thread_id":"thread_1",
  "run_id":"run_1","type":"message_creation","status":"completed",
  "step_details":{"type":"message_creation","message_creation":{"message_id":"msg_1"}}}`,
);

async function* events(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let number = 1; number <= count; number++) {
    yield await Promise.resolve(event(number, size, noise(number, size)));
  }
}

const source: SourceHandlers<typeof RunStepService> = {
  getRunStep: async ({ stepId }) =>
    stepId === "step_1"
      ? await Promise.resolve({ content: step })
      : await Promise.reject(OpenAIHttpError.create(404, { message: "no such step" })),
  streamRunEvents: async () => await Promise.resolve({ events: events(500, 100) }),
};

const protocols: readonly WebProtocol[] = ["stream", "connect", "grpc-web"];

const wire = { protocol: "connect", httpVersion: "1.1" } as const;

describe.each(protocols)("issue 16: a client over fetch, by %s", (protocol) => {
  it("reads all events of a stream, in order", async () => {
    const { url } = await serve(source, wire);
    const client = new ServiceClient(createWebTransport({ baseUrl: url, protocol }));
    const received = await all(await client.open(rpcs.streamRunEvents, { start }));
    expect(received.map(({ number }) => number)).toEqual(
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
    const last = event(500, 100, noise(500, 100));
    expect(received.at(-1)?.event).toEqual(last);
  });

  it("calls an rpc, and gets the error of the API", async () => {
    const { url } = await serve(source, wire);
    const transport = createWebTransport({ baseUrl: url, protocol });
    const client = new ServiceClient(transport);
    const { bytes } = await client.call(rpcs.getRunStep, { stepId: "step_1" });
    expect(Buffer.from(bytes)).toEqual(Buffer.from(toBinary(RunStepSchema, step)));
    const typed = createClient(RunStepService, transport);
    expect((await typed.getRunStep({ stepId: "step_1" })).runStep?.id).toBe("step_1");

    const error = await client.call(rpcs.getRunStep, { stepId: "step_2" }).catch((each) => each);
    expect(OpenAIHttpError.from(error)).toMatchObject({ status: 404, code: Code.NotFound });
  });

  it("issue 19: works with the fetch of workerd, which refuses the option redirect: error", async () => {
    const { url } = await serve(source, wire);
    const like: typeof globalThis.fetch = (input, init) => {
      if (init?.redirect === "error") {
        throw new TypeError('Invalid redirect value, must be one of "follow" or "manual"');
      }
      return fetch(input, init);
    };
    const options = { baseUrl: url, protocol, fetch: like };
    const client = new ServiceClient(createWebTransport(options));
    const { bytes } = await client.call(rpcs.getRunStep, { stepId: "step_1" });
    expect(Buffer.from(bytes)).toEqual(Buffer.from(toBinary(RunStepSchema, step)));
    const events = await all(await client.open(rpcs.streamRunEvents, { start }));
    expect(events).toHaveLength(500);
  });

  it.each([301, 307, 308])("issue 19: does not follow the redirect %i", async (status) => {
    const seen: string[] = [];
    const thief = await startServer((request, response) => {
      seen.push(JSON.stringify(request.headers));
      response.end();
    });
    const url = await startServer((_, response) => {
      response.writeHead(status, { location: thief }).end();
    });
    const client = new ServiceClient(createWebTransport({ baseUrl: url, protocol }));
    const options = { headers: [["api-key", "secret"]] } as const;
    const calls = [
      () => client.call(rpcs.getRunStep, { stepId: "step_1" }, options),
      async () => await all(await client.open(rpcs.streamRunEvents, { start }, options)),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toThrow(`redirects, which is not followed`);
      await expect(call()).rejects.toThrow(String(status));
    }
    expect(seen).toEqual([]);
  });

  it("issue 19: refuses a redirect that fetch hides, as that of browsers does", async () => {
    const hidden = (): Response =>
      Object.defineProperties(new Response(null), {
        status: { value: 0 },
        type: { value: "opaqueredirect" },
      });
    const fetch = async (): Promise<Response> => await Promise.resolve(hidden());
    const options = { baseUrl: "http://bakery.example", protocol, fetch };
    const client = new ServiceClient(createWebTransport(options));
    const call = client.call(rpcs.getRunStep, { stepId: "step_1" });
    await expect(call).rejects.toThrow("redirects");
    await expect(client.open(rpcs.streamRunEvents, { start })).rejects.toThrow("redirects");
  });

  it.each([200, 500])(
    "issue 19: stops reading a message that is too large, with the status %i",
    async (status) => {
      const type = { "grpc-web": "application/grpc-web+proto" };
      let read = 0;
      const endless = (): ReadableStream<Uint8Array> =>
        new ReadableStream({
          pull: (controller) => {
            read += 1000;
            if (read > 1_000_000) {
              controller.error(new Error("the whole message was read"));
            } else {
              // As the start of a message, it announces 16 MiB.
              controller.enqueue(new Uint8Array(1000).fill(1));
            }
          },
        });
      const fetch = async (): Promise<Response> => {
        const plain = status === 200 ? "application/proto" : "application/json";
        const headers = { "content-type": protocol === "grpc-web" ? type[protocol] : plain };
        return await Promise.resolve(new Response(endless(), { status, headers }));
      };
      const options = { baseUrl: "http://bakery.example", protocol, fetch, maxMessageBytes: 5000 };
      const client = new ServiceClient(createWebTransport(options));
      await expect(client.call(rpcs.getRunStep, { stepId: "step_1" })).rejects.toThrow();
      expect(read).toBeLessThan(10_000);
    },
  );

  it("ends the source when its reader leaves", async () => {
    let isEnded = false;
    const endless: SourceHandlers<typeof RunStepService> = {
      streamRunEvents: async (_request, { signal }) => {
        signal.addEventListener("abort", () => {
          isEnded = true;
        });
        return await Promise.resolve({ events: events(1_000_000, 1_000) });
      },
    };
    const { url, server } = await serve(endless, wire, { maxResumeBytes: 10_000 });
    const client = new ServiceClient(createWebTransport({ baseUrl: url, protocol }));
    for await (const { number } of await client.open(rpcs.streamRunEvents, { start })) {
      if (number === 3) {
        break;
      }
    }
    await expect.poll(() => isEnded).toBe(true);
    await expect.poll(() => server.streams).toBe(0);
  });

  it("ends by a signal, and by its deadline", async () => {
    const silent: SourceHandlers<typeof RunStepService> = {
      streamRunEvents: async (_request, { signal }) =>
        await Promise.resolve({
          events: (async function* () {
            yield event(1);
            await delay(60_000, undefined, { signal });
          })(),
        }),
    };
    const { url } = await serve(silent, wire);
    const client = new ServiceClient(createWebTransport({ baseUrl: url, protocol }));
    const controller = new AbortController();
    const aborted = (async () => {
      const { signal } = controller;
      const stream = await client.open(rpcs.streamRunEvents, { start }, { signal });
      for await (const _ of stream) {
        controller.abort();
      }
    })();
    await expect(aborted).rejects.toThrow();
    const overtime = (async () =>
      await all(await client.open(rpcs.streamRunEvents, { start }, { timeoutMs: 300 })))();
    await expect(overtime).rejects.toMatchObject({ code: Code.DeadlineExceeded });
  });
});

describe("issue 16: a client over fetch, in the stream format", () => {
  it("resumes a stream whose connection breaks", async () => {
    const { url } = await serve(source, wire);
    let answers = 0;
    const breaking: typeof fetch = async (...request) => {
      const response = await fetch(...request);
      const isStream = response.headers.get("content-type")?.includes("stepwire.stream") === true;
      if (!isStream || ++answers > 2) {
        return response;
      }
      return new Response(response.body?.pipeThrough(cutAfter(5_000)), response);
    };
    const client = new ServiceClient(createWebTransport({ baseUrl: url, fetch: breaking }));
    const options = { resumeWindow: 10_000 };
    const received = await all(await client.open(rpcs.streamRunEvents, { start }, options));
    expect(received.map(({ number }) => number)).toEqual(
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
    expect(answers).toBe(3);
  });

  it("does not take more than its reader reads", async () => {
    let taken = 0;
    const counting: SourceHandlers<typeof RunStepService> = {
      streamRunEvents: async () =>
        await Promise.resolve({
          events: (async function* () {
            for await (const each of events(1_000_000, 1_000)) {
              taken++;
              yield each;
            }
          })(),
        }),
    };
    const { url } = await serve(counting, wire, { maxResumeBytes: 10_000 });
    const client = new ServiceClient(createWebTransport({ baseUrl: url }));
    const stream = await client.open(rpcs.streamRunEvents, { start });
    const iterator = stream[Symbol.asyncIterator]();
    const first = await iterator.next();
    expect(fromBinary(StreamEventSchema, first.value?.event ?? new Uint8Array()).event.case).toBe(
      "other",
    );
    let before = -1;
    while (taken > before) {
      before = taken;
      // As much as fits into the buffers of two sockets and of fetch, and then nothing.
      expect(taken).toBeLessThan(20_000);
      await delay(200);
    }
    await iterator.return?.();
  });

  it("falls back to Connect if it may", async () => {
    const { url } = await serve(source, wire);
    const refusing: typeof fetch = async (input, init) => {
      const accept = new Headers(init?.headers).get("accept") ?? "";
      return accept.includes("stepwire.stream")
        ? new Response(null, { status: 415 })
        : await fetch(input, init);
    };
    const options = { baseUrl: url, fetch: refusing };
    const strict = new ServiceClient(createWebTransport(options));
    await expect(strict.open(rpcs.streamRunEvents, { start })).rejects.toThrow("415");
    const client = new ServiceClient(createWebTransport({ ...options, onFallback: () => {} }));
    expect(await all(await client.open(rpcs.streamRunEvents, { start }))).toHaveLength(500);
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
