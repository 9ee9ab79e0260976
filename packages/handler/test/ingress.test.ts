import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import type { Header } from "@stepwire/connect";
import {
  type EventStream,
  OpenAIHttpError,
  type ServiceClient,
  type WebProtocol,
} from "@stepwire/connect/web";
import { ResponseSchema } from "@stepwire/core/responses";
import { createTranscoder } from "@stepwire/transcode";
import { describe, expect, it } from "vitest";
import type { RequestEnd } from "../src/index.js";
import {
  DOCUMENT,
  dataOf,
  eventAnswer,
  eventJson,
  fedStream,
  type Oven,
  openIngress,
  rpcs,
  sse,
  start,
  UPSTREAM,
} from "./support/upstream.js";

const documents = createTranscoder(ResponseSchema, { mode: "archive" });
const protocols: readonly WebProtocol[] = ["stream", "connect", "grpc-web"];
const headers: readonly Header[] = [["authorization", "Bearer loaf"]];

function json(body: string, init: ResponseInit = {}): Response {
  const type = { "content-type": "application/json" };
  return new Response(body, { ...init, headers: { ...type, ...init.headers } });
}

async function iteratorOf(client: ServiceClient): Promise<AsyncIterator<{ event: Uint8Array }>> {
  const stream = await client.open(rpcs.streamResponse, { start });
  return stream[Symbol.asyncIterator]();
}

async function firstOf(stream: EventStream): Promise<unknown> {
  return await stream[Symbol.asyncIterator]().next();
}

/** Returns the error that a promise rejects with, as a client of the API sees it. */
async function errorOf(promise: Promise<unknown>): Promise<OpenAIHttpError> {
  return await promise.then(
    () => expect.unreachable("no error"),
    (error: unknown) => OpenAIHttpError.from(error),
  );
}

/** The members of the JSON of an error. */
function membersOf({ body }: OpenAIHttpError): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}

describe.each(protocols)("issue 19: an ingress over the Fetch API, by %s", (protocol) => {
  it("asks the upstream for a document, and loses nothing of it", async () => {
    const seen: unknown[] = [];
    const { client } = openIngress(
      async (request) => {
        const { method, url, headers: sent } = request;
        seen.push([method, url, Object.fromEntries(sent), await request.text()]);
        const more = { "x-request-id": "req_1", "x-crumbs": "1" };
        return json(DOCUMENT, { status: 201, headers: more });
      },
      { protocol },
    );
    const body = '{"input":"Greet!"}';
    const answer = await client.call(rpcs.createResponse, { body }, { headers });
    const text = new TextDecoder().decode(documents.toJson(answer.bytes));
    expect(JSON.parse(text)).toEqual(JSON.parse(DOCUMENT));
    expect(text).toContain('"größe":1.50');
    expect([answer.status, Object.fromEntries(answer.headers)]).toMatchObject([
      201,
      { "x-request-id": "req_1" },
    ]);
    expect(Object.fromEntries(answer.headers)).not.toHaveProperty("x-crumbs");
    const sent = {
      accept: "application/json",
      "accept-encoding": "identity",
      authorization: "Bearer loaf",
      "content-type": "application/json",
    };
    expect(seen).toEqual([["POST", `${UPSTREAM}/responses`, sent, body]]);
  });

  it("passes on each event of a slow upstream as it comes", async () => {
    const fed = fedStream();
    const { client } = openIngress(() => eventAnswer(fed.stream), { protocol });
    fed.feed(sse("Bread"));
    const seen: unknown[] = [];
    for await (const { event } of await client.open(rpcs.streamResponse, { start })) {
      seen.push(dataOf(event));
      if (seen.length < 4) {
        // The next event exists only now.
        fed.feed(sse(`slice ${seen.length}`));
      } else {
        fed.end();
      }
    }
    const texts = ["Bread", "slice 1", "slice 2", "slice 3"];
    expect(seen).toEqual(texts.map((text) => JSON.parse(eventJson(text))));
  });

  it("passes on the errors of the upstream, with their headers", async () => {
    const error = '{"error":{"message":"No flour.","type":"pantry","param":null,"code":"flour"}}';
    const { client } = openIngress(
      () => json(error, { status: 429, headers: { "retry-after": "7", "set-cookie": "a=b" } }),
      { protocol },
    );
    const calls = [
      client.call(rpcs.getResponse, { responseId: "resp_1" }),
      client.open(rpcs.streamResponse, { start }).then(firstOf),
    ];
    for (const call of calls) {
      const received = await errorOf(call);
      expect([received.status, membersOf(received)]).toEqual([429, JSON.parse(error)]);
      expect(received.headers).toContainEqual(["retry-after", "7"]);
      expect(received.headers.map(([name]) => name)).not.toContain("set-cookie");
    }
  });

  it("says that an upstream broke off, after all whole events", async () => {
    const fed = fedStream();
    const { client } = openIngress(() => eventAnswer(fed.stream), { protocol });
    fed.feed(`${sse("Bread", "butter")}event: response.output`);
    const seen: unknown[] = [];
    const error = await errorOf(
      (async () => {
        for await (const { event } of await client.open(rpcs.streamResponse, { start })) {
          seen.push(dataOf(event));
          if (seen.length === 2) {
            fed.fail(new TypeError("terminated at 10.0.0.1"));
          }
        }
      })(),
    );
    expect(seen).toEqual([JSON.parse(eventJson("Bread", 0)), JSON.parse(eventJson("butter", 1))]);
    expect(membersOf(error)).toMatchObject({ error: { code: "upstream_interrupted" } });
    expect(new TextDecoder().decode(error.body)).not.toContain("10.0.0.1");
  });

  it("ends the upstream's answer when its caller leaves", async () => {
    const fed = fedStream();
    let signal: AbortSignal | undefined;
    const { client, ingress } = openIngress(
      (request) => {
        signal = request.signal;
        return eventAnswer(fed.stream);
      },
      { protocol },
    );
    fed.feed(sse("Bread"));
    for await (const _ of await client.open(rpcs.streamResponse, { start })) {
      break;
    }
    await expect.poll(() => fed.isCanceled).toBe(true);
    expect(signal?.aborted).toBe(true);
    await expect.poll(() => [ingress.active, ingress.streams]).toEqual([0, 0]);
  });

  it("reads no more of the upstream than its caller reads", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent++;
        // The stream format leaves out what comes again.
        const text = randomBytes(10_000).toString("hex");
        controller.enqueue(new TextEncoder().encode(sse(text)));
      },
    });
    const limits = { maxResumeBytes: 10_000 };
    const { client } = openIngress(() => eventAnswer(endless), { protocol, limits });
    const stream = await iteratorOf(client);
    await stream.next();
    let before = -1;
    while (sent > before) {
      before = sent;
      expect(sent).toBeLessThan(200);
      await delay(20);
    }
    await stream.return?.();
  });
});

/** What the upstream answers, and what the caller of a document sees of it. */
const badAnswers: readonly [name: string, oven: Oven, status: number, code: string][] = [
  [
    "cannot be reached",
    () => Promise.reject(new TypeError("connect ECONNREFUSED 10.0.0.1")),
    502,
    "upstream_unreachable",
  ],
  ["answers with what is no JSON", () => json("<html>"), 502, "upstream_invalid"],
  ["answers with bytes that are not UTF-8", () => json("\xff"), 502, "upstream_invalid"],
  [
    "answers with a status that is none",
    () => new Response(null, { status: 304 }),
    502,
    "upstream_status",
  ],
  [
    "redirects to another origin",
    () => redirect(307, "https://thief.example/"),
    502,
    "upstream_status",
  ],
  [
    "redirects to where fetch hides it",
    () => Object.defineProperty(new Response(null), "status", { value: 0 }),
    502,
    "upstream_status",
  ],
  ["redirects without end", () => redirect(307, UPSTREAM), 502, "upstream_status"],
  [
    "answers in an unknown encoding",
    () => json(DOCUMENT, { headers: { "content-encoding": "dough" } }),
    502,
    "upstream_encoding",
  ],
  ["answers with too much", () => json(`{"id":"${"x".repeat(2000)}"}`), 502, "upstream_too_large"],
  ["does not answer in time", () => new Promise(() => {}), 504, "upstream_timeout"],
  ["stops in the middle", () => new Response(fedStream().stream), 504, "upstream_timeout"],
];

function redirect(status: number, location: string): Response {
  return new Response(null, { status, headers: { location } });
}

describe("issue 19: an upstream that", () => {
  it.each(badAnswers)("%s", async (name, oven, status, code) => {
    const limits = { maxDocumentBytes: 1000, answerTimeout: 50, idleTimeout: 50 };
    const invalid = name.includes("UTF-8") ? () => bytesAnswer(new Uint8Array([0xff])) : oven;
    const { client } = openIngress(invalid, { limits });
    const error = await errorOf(client.call(rpcs.getResponse, { responseId: "r" }, { headers }));
    expect([error.status, membersOf(error)]).toMatchObject([status, { error: { code } }]);
    expect(new TextDecoder().decode(error.body)).not.toMatch(/10\.0\.0\.1|loaf|thief/);
  });

  it("redirects within its origin is followed, with the same method and body", async () => {
    const seen: string[] = [];
    const { client } = openIngress(async (request) => {
      seen.push(`${request.method} ${request.url} ${await request.text()}`);
      return seen.length === 1 ? redirect(308, "/other/responses") : json(DOCUMENT);
    });
    await client.call(rpcs.createResponse, { body: "{}" });
    expect(seen).toEqual([
      `POST ${UPSTREAM}/responses {}`,
      "POST https://ovens.example/other/responses {}",
    ]);
  });

  it("redirects so that a POST would become a GET is not followed", async () => {
    let asked = 0;
    const { client } = openIngress(() => {
      asked++;
      return redirect(302, "/other/responses");
    });
    const error = await errorOf(client.call(rpcs.createResponse, { body: "{}" }));
    expect([error.status, asked]).toEqual([502, 1]);
  });

  it("answers with a huge error is not read to its end", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent++;
        controller.enqueue(new Uint8Array(10_000).fill(0x20));
      },
    });
    const { client } = openIngress(() => new Response(endless, { status: 500 }));
    const error = await errorOf(client.call(rpcs.getResponse, { responseId: "r" }));
    expect([error.status, error.truncated]).toEqual([500, true]);
    expect(sent).toBeLessThan(50);
  });

  it("is silent in a stream for too long", async () => {
    const fed = fedStream();
    const { client } = openIngress(() => eventAnswer(fed.stream), { limits: { idleTimeout: 50 } });
    fed.feed(sse("Bread"));
    const stream = await iteratorOf(client);
    expect((await stream.next()).done).toBe(false);
    const error = await errorOf(stream.next());
    expect(membersOf(error)).toMatchObject({ error: { code: "upstream_timeout" } });
    expect(fed.isCanceled).toBe(true);
  });

  it("sends text that is not UTF-8 is believed if the options say so", async () => {
    const bytes = new TextEncoder().encode('{"id":"?"}');
    bytes[7] = 0xff;
    const { client } = openIngress(() => bytesAnswer(bytes), { replaceInvalidUtf8: true });
    const answer = await client.call(rpcs.getResponse, { responseId: "r" });
    expect(new TextDecoder().decode(documents.toJson(answer.bytes))).toBe('{"id":"\ufffd"}');
  });
});

function bytesAnswer(bytes: Uint8Array<ArrayBuffer>): Response {
  return new Response(bytes, { headers: { "content-type": "application/json" } });
}

describe("issue 19: an ingress handler", () => {
  it("serves below its prefix, and passes other requests through from there", async () => {
    const seen: string[] = [];
    const { ingress, client } = openIngress(
      ({ url, headers: sent }) => {
        seen.push(`${url} ${sent.get("authorization")}`);
        return json(DOCUMENT);
      },
      { prefix: "/inner" },
    );
    await client.call(rpcs.getResponse, { responseId: "a/b" }, { headers });
    const rest = await ingress.fetch(
      new Request("http://ingress.example/inner/pass-through/models?x", {
        headers: { authorization: "Bearer loaf" },
      }),
    );
    expect([rest.status, await rest.text()]).toEqual([200, DOCUMENT]);
    expect(seen).toEqual([
      `${UPSTREAM}/responses/a%2Fb Bearer loaf`,
      `${UPSTREAM}/models?x Bearer loaf`,
    ]);
    const service = "/stepwire.responses.v1.ResponseService/GetResponse";
    expect(ingress.handles("POST", `/inner${service}`)).toBe(true);
    for (const path of [service, "/models"]) {
      expect(ingress.handles("POST", path)).toBe(false);
      const unknown = await ingress.fetch(new Request(`http://ingress.example${path}`));
      expect([unknown.status, await unknown.json()]).toMatchObject([
        404,
        { error: { code: "unknown_url" } },
      ]);
    }
  });

  it("passes nothing through if it may not", async () => {
    const { ingress } = openIngress(() => json(DOCUMENT), { passThrough: false });
    const answer = await ingress.fetch(new Request("http://ingress.example/pass-through/models"));
    expect(answer.status).toBe(404);
  });

  it("refuses new requests at its end, and tells the readers of streams", async () => {
    const fed = fedStream();
    const { ingress, client } = openIngress(() => eventAnswer(fed.stream));
    fed.feed(sse("Bread"));
    const stream = await iteratorOf(client);
    await stream.next();
    expect([ingress.active, ingress.streams]).toEqual([1, 1]);
    const closing = ingress.close(0);
    const refused = await errorOf(client.call(rpcs.getResponse, { responseId: "r" }));
    expect(refused.code).toBe(Code.Unavailable);
    await expect(stream.next()).rejects.toThrow();
    await closing;
    expect([ingress.active, ingress.streams, fed.isCanceled]).toEqual([0, 0, true]);
  });

  it("waits for streams that end within the grace period", async () => {
    const fed = fedStream();
    const { ingress, client } = openIngress(() => eventAnswer(fed.stream));
    fed.feed(sse("Bread"));
    const stream = await client.open(rpcs.streamResponse, { start });
    const closing = ingress.close(10_000);
    fed.feed(sse("butter"));
    fed.end();
    let count = 0;
    for await (const _ of stream) {
      count++;
    }
    await closing;
    expect(count).toBe(2);
  });

  it.each([
    ["an empty message", "application/proto", []],
    ["a message", "application/proto", [10, 1, 97]],
    ["gRPC-web", "application/grpc-web+proto", [0, 0, 0, 0, 3, 10, 1, 97]],
  ])("ends a call whose caller has left already: %s", async (_, type, body) => {
    const ended: string[] = [];
    const { ingress } = openIngress(() => json(DOCUMENT), {
      observer: { request: () => ({ end: ({ status }) => ended.push(status) }) },
    });
    for (const isLate of [true, false]) {
      const controller = new AbortController();
      const request = new Request(
        `http://ingress.example/${rpcs.getResponse.parent.typeName}/GetResponse`,
        {
          method: "POST",
          headers: { "content-type": type },
          body: new Uint8Array(body),
          signal: controller.signal,
        },
      );
      if (!isLate) {
        controller.abort();
      }
      const answer = ingress.fetch(request);
      controller.abort();
      expect((await answer).status).toBe(499);
    }
    await expect.poll(() => ingress.active).toBe(0);
    expect(ended.filter((status) => status !== "canceled")).toEqual([]);
  });

  it("reports calls, events and ends, and sends the headers that the observer chooses", async () => {
    const reports: unknown[] = [];
    const traces: (string | null)[] = [];
    const { client } = openIngress(
      ({ headers: sent }) => {
        traces.push(sent.get("traceparent"));
        return eventAnswer(sse("Bread", "butter"));
      },
      {
        observer: {
          request: ({ role, method, path, header }) => {
            reports.push([role, method, path, header("traceparent")]);
            return {
              operation: ({ name, kind, protocol }) => reports.push([name, kind, protocol]),
              headers: (passed) => [...passed, ["traceparent", "00-inner"]],
              events: (count, bytes) => reports.push([count, bytes > 0]),
              end: ({ status, error }: RequestEnd) => reports.push([status, error]),
            };
          },
        },
      },
    );
    const stream = await client.open(rpcs.streamResponse, { start });
    for await (const _ of stream) {
      // Nothing but reading it to its end.
    }
    await expect.poll(() => reports.at(-1)).toEqual(["ok", undefined]);
    expect(reports).toEqual([
      ["ingress", "POST", "/stepwire.responses.v1.ResponseService/StreamResponse", null],
      ["create_response_stream", "stream", "stream"],
      [2, true],
      ["ok", undefined],
    ]);
    expect(traces).toEqual(["00-inner"]);
  });
});
