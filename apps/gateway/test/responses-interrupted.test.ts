import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { Counter } from "./support/api-routes.js";
import { type ChainOptions, createClient, startChain } from "./support/chain.js";
import { describe as describeError, withoutIds } from "./support/collect.js";
import { type Relay, startRelay } from "./support/relay.js";
import { ResponseScript } from "./support/response-script.js";
import { readRun } from "./support/resuming-client.js";
import {
  sendJson,
  sendStream,
  startUpstream,
  streamHeaders,
  type TestUpstream,
} from "./support/upstream.js";

const input = "größer?";

/** All events of one response. */
const events = new ResponseScript(new Counter(), { input }).stream();

/** The payload of an event, as the openai package gives it. */
function payloadOf(event: string): unknown {
  return JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? "");
}

interface Received {
  readonly events: { readonly sequence_number?: number }[];
  readonly error?: unknown;
}

/** Reads a stream until it ends or fails. */
async function read(
  opened: Promise<AsyncIterable<object>>,
  onEvent: (count: number) => Promise<void> | void = () => {},
): Promise<Received> {
  const received: object[] = [];
  try {
    for await (const event of await opened) {
      received.push(event);
      await onEvent(received.length);
    }
    return { events: received };
  } catch (error) {
    return { events: received, error: describeError(error) };
  }
}

/** What a request for a stream of an existing response asks for; undefined for any other. */
function askedAfter(url: string): number | undefined {
  const { searchParams } = new URL(url, "http://upstream");
  return searchParams.get("stream") === "true"
    ? Number(searchParams.get("starting_after") ?? -1)
    : undefined;
}

describe("a stream of a response that the upstream cuts", () => {
  it("is resumed by starting_after: no event is missing or doubled", async () => {
    const cutAt = [5, 11];
    const upstream = await startUpstream(({ url }, response) => {
      const rest = events.slice((askedAfter(url) ?? -1) + 1);
      const end = (cutAt.shift() ?? events.length) - (events.length - rest.length);
      response.writeHead(200, streamHeaders);
      response.write(rest.slice(0, end).join(""), () =>
        end < rest.length ? response.destroy() : response.end(),
      );
    });
    const { openai, log } = await startChain(upstream.url);
    const body = { input, background: true, stream: true as const };
    const parts = [await read(openai.responses.create(body))];
    while (parts.at(-1)?.error !== undefined) {
      const starting_after = parts.flatMap((part) => part.events).at(-1)?.sequence_number ?? -1;
      const query = { stream: true as const, starting_after };
      parts.push(await read(openai.responses.retrieve("resp_1", query)));
    }
    expect(parts.map(({ error }) => error)).toEqual([
      expect.objectContaining({ name: "APIError", code: "upstream_interrupted" }),
      expect.objectContaining({ name: "APIError", code: "upstream_interrupted" }),
      undefined,
    ]);
    expect(parts.flatMap((part) => part.events)).toEqual(events.map(payloadOf));
    expect(upstream.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST /v1/responses",
      "GET /v1/responses/resp_1?stream=true&starting_after=4",
      "GET /v1/responses/resp_1?stream=true&starting_after=10",
    ]);
    expect(log()).not.toContain("pass_through");
  });
});

describe("an error event of the gateway in a stream of a response", () => {
  it("is one of a response: clients select events by their type", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, streamHeaders);
      response.write(events[0], () => response.destroy());
    });
    const { egress, openai } = await startChain(upstream.url);
    const text = withoutIds(
      await (await fetch(`${egress.url}/v1/responses/resp_1?stream=true`)).text(),
    );
    const [, error = ""] = text.split("event: error\ndata: ");
    expect(Object.keys(JSON.parse(error) as object)).toEqual(["type", "error"]);
    expect(JSON.parse(error)).toMatchObject({
      type: "error",
      error: { code: "upstream_interrupted" },
    });
    // The stream as an accumulator reads it.
    const stream = openai.responses.stream({ input, model: "m" });
    const failed: unknown = await stream.finalResponse().catch(describeError);
    expect(failed).toMatchObject({ name: "APIError", code: "upstream_interrupted" });
  });
});

describe.each<ChainOptions>([
  { protocol: "stream", httpVersion: "1.1" },
  { protocol: "stream", httpVersion: "2" },
  { protocol: "connect", httpVersion: "2" },
])("the stream of a stored response, over $protocol, HTTP/$httpVersion", (options) => {
  it("whose inner connection breaks goes on, and the upstream is asked once", async () => {
    const upstream = await startUpstream(async (_request, response) => {
      response.writeHead(200, streamHeaders);
      for (const event of events) {
        response.write(event);
        await delay(2);
      }
      response.end();
    });
    let relay: Relay | undefined;
    const backend = async (url: string): Promise<string> => {
      relay = await startRelay(url);
      return relay.url;
    };
    const { openai } = await startChain(upstream.url, { ...options, backend });
    const opened = openai.responses.retrieve("resp_1", { stream: true });
    const received = await read(opened, (count) => {
      if (count === 3 || count === 9) {
        relay?.cutAll();
      }
    });
    expect(received).toEqual({ events: events.map(payloadOf) });
    expect(relay?.cuts).toBe(2);
    expect(upstream.seen).toHaveLength(1);
  });
});

describe("a client of server-sent events that comes back with Last-Event-ID", () => {
  it.each<{ method: "GET" | "POST"; path: string }>([
    { method: "POST", path: "/v1/responses" },
    { method: "GET", path: "/v1/responses/resp_1?stream=true&starting_after=1" },
  ])("to $method $path: gets the rest, and the upstream is asked once", async (request) => {
    const upstream = await startUpstream(({ url }, response) =>
      sendStream(response, events.slice((askedAfter(url) ?? -1) + 1).join("")),
    );
    const { egress } = await startChain(upstream.url);
    const first = await readRun(egress.url, { request, until: 3 });
    const lastEventId = first.events.at(-1)?.id;
    const rest = await readRun(egress.url, { request, lastEventId });
    const [{ url } = { url: "" }] = upstream.seen;
    expect([...first.events, ...rest.events].map(({ data }): unknown => JSON.parse(data))).toEqual(
      events.slice((askedAfter(url) ?? -1) + 1).map(payloadOf),
    );
    expect(upstream.seen).toHaveLength(1);
  });
});

describe("errors of the upstream for Responses", () => {
  const headers = {
    "x-request-id": "req_error",
    "retry-after": "7",
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "8.64s",
  };
  const cases: readonly [status: number, type: string, body: string][] = [
    [400, "application/json", errorJson("Unsupported parameter: 'oven'.", "oven")],
    [401, "application/json", errorJson("Incorrect API key provided: key-***test.")],
    [404, "application/json", errorJson("Response with id 'resp_1' not found.")],
    [429, "application/json", errorJson("Rate limit reached for gpt-5.1.")],
    [500, "application/json", errorJson("The server had an error.")],
    [500, "text/html", "<html><h1>Bad day</h1></html>"],
    [503, "application/json", '{"detail":"of another server"}'],
  ];
  const uses: readonly [name: string, use: (client: OpenAI) => Promise<unknown>][] = [
    ["create", ({ responses }) => responses.create({ input })],
    ["create a stream", ({ responses }) => responses.create({ input, stream: true })],
    ["stream()", ({ responses }) => responses.stream({ input, model: "m" }).finalResponse()],
    ["retrieve", ({ responses }) => responses.retrieve("resp_1")],
    ["retrieve a stream", ({ responses }) => responses.retrieve("resp_1", { stream: true })],
    ["cancel", ({ responses }) => responses.cancel("resp_1")],
    ["delete", ({ responses }) => responses.delete("resp_1")],
    ["input items", async ({ responses }) => await responses.inputItems.list("resp_1")],
  ];

  it.each(uses)("%s: with their status, body and headers", async (_name, use) => {
    let answer = cases[0];
    const upstream = await startUpstream((_request, response) => {
      const [status, type, body] = answer ?? [500, "", ""];
      response.writeHead(status, { ...headers, "content-type": type });
      response.end(body);
    });
    const { openai } = await startChain(upstream.url);
    const alone = createClient(upstream.url.replace("/v1", ""));
    for (const each of cases) {
      answer = each;
      const direct = whole(await use(alone).catch((error: unknown) => error));
      expect(whole(await use(openai).catch((error: unknown) => error))).toEqual(direct);
      expect(direct).toMatchObject({ status: each[0], headers });
    }
  });

  /** All that a client sees of an error. */
  function whole(error: unknown): unknown {
    const { headers: seen, error: body, requestID } = error as InstanceType<typeof OpenAI.APIError>;
    const kept = Object.keys(headers).map((name) => [name, seen?.get(name)]);
    const described = describeError(error) as object;
    return { ...described, body, requestID, headers: Object.fromEntries(kept) as object };
  }

  function errorJson(message: string, param: string | null = null): string {
    const error = { message, type: "invalid_request_error", param, code: null };
    return JSON.stringify({ error }, null, 2);
  }

  it("within a stream: the event, and the end", async () => {
    const failure = { type: "error", code: "server_error", message: "No.", param: null };
    const upstream = await startUpstream((_request, response) => {
      const last = `event: error\ndata: ${JSON.stringify({ ...failure, sequence_number: 2 })}\n\n`;
      sendStream(response, events.slice(0, 2).join("") + last);
    });
    const { openai } = await startChain(upstream.url);
    const alone = createClient(upstream.url.replace("/v1", ""));
    for (const use of [
      (client: OpenAI) => read(client.responses.create({ input, stream: true })),
      (client: OpenAI) =>
        client.responses.stream({ input, model: "m" }).finalResponse().catch(describeError),
    ]) {
      const direct = await use(alone);
      expect(await use(openai)).toEqual(direct);
      expect(JSON.stringify(direct)).toContain("server_error");
    }
  });
});

describe("a response that takes long", () => {
  it("is kept by the upstream's comments and events, and by the gateway's own comments", async () => {
    const upstream = await startUpstream(async (_request, response) => {
      response.writeHead(200, streamHeaders);
      response.write(events[0]);
      for (let count = 0; count < 6; count++) {
        await delay(100);
        response.write(count % 2 === 0 ? ": processing\n\n" : keepAlive(count));
      }
      response.end(events.slice(1).join(""));
    });
    const { egress } = await startChain(upstream.url, {
      upstream: { idleTimeout: 400 },
      egress: { keepAliveInterval: 50 },
    });
    for (const request of [
      new Request(`${egress.url}/v1/responses/resp_1?stream=true`),
      new Request(`${egress.url}/v1/responses`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ input, stream: true }),
      }),
    ]) {
      const text = await (await fetch(request)).text();
      expect(text).toContain(": keep-alive\n");
      expect(text).not.toContain("processing");
      expect(text.match(/^event: keepalive$/gm)).toHaveLength(3 + 1);
      expect(text).toContain("response.completed");
    }
  });

  function keepAlive(count: number): string {
    return `event: keepalive\ndata: {"type":"keepalive","sequence_number":${count}}\n\n`;
  }
});

describe("a client of Responses that leaves", () => {
  /** Starts an upstream that begins its answers and never ends them. */
  async function startEndless(): Promise<TestUpstream & { open(): number }> {
    let open = 0;
    const upstream = await startUpstream(({ url, body }, response) => {
      open++;
      response.on("close", () => {
        open--;
      });
      if (askedAfter(url) !== undefined || body.includes('"stream":true')) {
        response.writeHead(200, streamHeaders);
        response.write(events[0]);
      }
    });
    return Object.assign(upstream, { open: () => open });
  }

  it.each<[string, (client: OpenAI, signal: AbortSignal) => Promise<unknown>]>([
    [
      "a new stream",
      ({ responses }, signal) => read(responses.create({ input, stream: true }, { signal })),
    ],
    [
      "the stream of a stored response",
      ({ responses }, signal) => read(responses.retrieve("resp_1", { stream: true }, { signal })),
    ],
    ["a new response", ({ responses }, signal) => responses.create({ input }, { signal })],
    ["a stored response", ({ responses }, signal) => responses.retrieve("r", {}, { signal })],
  ])("ends the request to the upstream: %s", async (_name, use) => {
    const upstream = await startEndless();
    const { openai } = await startChain(upstream.url, { egress: { resumeWindow: 100 } });
    const left = new AbortController();
    const used = use(openai, left.signal).catch(() => {});
    await expect.poll(() => upstream.open()).toBe(1);
    left.abort();
    await used;
    await expect.poll(() => upstream.open()).toBe(0);
  });
});

describe("large parts of Responses", () => {
  // As incompressible as an image.
  const noise = createHash("shake256", { outputLength: 1_500_000 }).update("image").digest();
  const image = noise.toString("base64");
  const response = {
    id: "resp_1",
    object: "response",
    created_at: 1_788_300_000,
    status: "completed",
    model: "gpt-5.1",
    output: [{ id: "ig_1", type: "image_generation_call", status: "completed", result: image }],
  };
  const stream = ["response.created", "response.completed"]
    .map((type, index) => ({ type, sequence_number: index, response }))
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");

  it.each<ChainOptions>([
    { protocol: "stream", httpVersion: "2" },
    { protocol: "stream", httpVersion: "1.1", compression: true },
    { protocol: "connect", httpVersion: "2" },
  ])("of 2 MB pass over $protocol, HTTP/$httpVersion", async (options) => {
    const upstream = await startUpstream(({ url, body }, answer) =>
      askedAfter(url) !== undefined || body.includes('"stream":true')
        ? sendStream(answer, stream)
        : sendJson(answer, JSON.stringify(response)),
    );
    const { openai } = await startChain(upstream.url, options);
    const created = await read(openai.responses.create({ input, stream: true }));
    expect(created.error).toBeUndefined();
    expect(created.events.at(-1)).toEqual({
      type: "response.completed",
      sequence_number: 1,
      response,
    });
    expect(await openai.responses.retrieve("resp_1")).toMatchObject({ output: response.output });
  });

  it("whose connection between the gateways breaks in the middle are sent again", async () => {
    const upstream = await startUpstream((_request, answer) => sendStream(answer, stream));
    let relay: Relay | undefined;
    const backend = async (url: string): Promise<string> => {
      relay = await startRelay(url);
      relay.cutAfter = 1_000_000;
      return relay.url;
    };
    const { openai } = await startChain(upstream.url, { backend });
    const received = await read(openai.responses.create({ input, stream: true }));
    expect(received).toEqual({ events: stream.split(/(?<=\n\n)/).map(payloadOf) });
    expect(relay?.cuts).toBe(1);
  });

  it("above --max-event: the events before it, and an error that says so", async () => {
    const upstream = await startUpstream((_request, answer) =>
      sendStream(answer, events.slice(0, 2).join("") + stream),
    );
    const { openai } = await startChain(upstream.url, { limits: { maxEventBytes: 1_000_000 } });
    const received = await read(openai.responses.create({ input, stream: true }));
    expect(received.events).toEqual(events.slice(0, 2).map(payloadOf));
    expect(received.error).toMatchObject({ code: "upstream_too_large" });
  });

  it("in a request above --max-body: passed through", async () => {
    const upstream = await startUpstream((_request, answer) =>
      sendJson(answer, JSON.stringify({ ...response, output: [] })),
    );
    const { openai, log } = await startChain(upstream.url, { passThrough: {} });
    const content = [{ type: "input_image" as const, image_url: image, detail: "auto" as const }];
    const created = await openai.responses.create({ input: [{ role: "user", content }] });
    expect(created).toMatchObject({ id: "resp_1", output: [] });
    expect(upstream.seen[0]?.body).toContain(image);
    expect(log()).toContain("pass_through");
  });
});
