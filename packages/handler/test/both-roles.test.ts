import { once } from "node:events";
import { connect, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { createTransport, ServiceClient } from "@stepwire/connect";
import type { WebProtocol } from "@stepwire/connect/web";
import { ResponseService } from "@stepwire/core/responses";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEgressHandler } from "../src/index.js";
import { toNodeListener } from "../src/node.js";
import {
  DOCUMENT,
  dataOf,
  eventAnswer,
  openIngress,
  rpcs,
  sse,
  start,
} from "./support/upstream.js";

/*
 * Both roles in one process: what a client gets through them is what it gets from the upstream.
 */

const HEADERS = { "x-request-id": "req_1", "x-ratelimit-remaining-requests": "41" };

/** Answers any request as a server of the API, and tells what it was asked. */
async function bake(request: Request): Promise<Response> {
  const { method, url } = request;
  const { pathname, searchParams } = new URL(url);
  const path = pathname.replace("/api/v1", "");
  const text = await request.text();
  const json = (body: unknown, status = 200): Response =>
    new Response(JSON.stringify(body), {
      status,
      headers: { ...HEADERS, "content-type": "application/json" },
    });
  if (path === "/responses/unknown") {
    return json({ error: { message: "No such loaf.", type: "pantry", code: "none" } }, 404);
  }
  if (method === "DELETE") {
    return json({ id: path, object: "response", deleted: true });
  }
  if (text.includes('"stream":true') || searchParams.get("stream") === "true") {
    return new Response(eventAnswer(sse("Bread", "größe", "\u2028 and jam")).body, {
      headers: { ...HEADERS, "content-type": "text/event-stream" },
    });
  }
  const { authorization } = Object.fromEntries(request.headers);
  const asked = { method, path, query: [...searchParams], text, authorization };
  return json({ ...(JSON.parse(DOCUMENT) as object), asked });
}

const json = (body: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body,
});

const requests: readonly [name: string, path: string, init: RequestInit][] = [
  ["a new document", "/responses", json('{"input":"Gruß","temperature":1.0,"neu":[1e3]}')],
  ["a document", "/responses/resp%2F1?include=a&include=b", {}],
  ["a document that does not exist", "/responses/unknown", {}],
  ["a document that is deleted", "/responses/resp_1", { method: "DELETE" }],
  ["a list", "/responses/resp_1/input_items?limit=2&order=asc", {}],
  ["a stream", "/responses", json('{"input":"Greet!","stream":true}')],
  ["the rest of a stream", "/responses/resp_1?stream=true&starting_after=1", {}],
  ["a request that no service knows", "/models/rye", {}],
  ["a form", "/files", { method: "POST", headers: { "content-type": "text/plain" }, body: "x" }],
];

/** What a client sees of an answer. Members may come in another order. */
async function seen(answer: Response): Promise<unknown> {
  const headers = Object.keys(HEADERS).map((name) => answer.headers.get(name));
  const type = answer.headers.get("content-type")?.split(";")[0];
  const text = await answer.text();
  const data =
    type === "text/event-stream"
      ? [...text.matchAll(/^data: ([^\n]*)$/gm)].map(([, each = ""]) => JSON.parse(each) as unknown)
      : JSON.parse(text);
  return { status: answer.status, headers, type, data };
}

const protocols: readonly WebProtocol[] = ["stream", "connect", "grpc-web"];

describe.each(protocols)("issue 19: both roles in one process, by %s", (protocol) => {
  it.each(requests)("%s: as from the upstream", async (_name, path, init) => {
    const { ingress } = openIngress(bake);
    const egress = createEgressHandler({
      ingress: "http://ingress.example",
      services: [ResponseService],
      protocol,
      fetch: (input, own) => ingress.fetch(new Request(input, own)),
    });
    onTestFinished(() => egress.close(0));
    const headers = { ...init.headers, authorization: "Bearer loaf" };
    const passed = await egress.fetch(
      new Request(`http://egress.example/v1${path}`, { ...init, headers }),
    );
    const direct = await bake(
      new Request(`https://ovens.example/api/v1${path}`, { ...init, headers }),
    );
    expect(await seen(passed)).toEqual(await seen(direct));
  });
});

describe("issue 19: an ingress on a server of Node", () => {
  it.each(["grpc", "connect", "stream"] as const)("serves %s", async (protocol) => {
    const { ingress } = openIngress(bake, { prefix: "/inner" });
    const server = createServer(toNodeListener(ingress));
    await once(server.listen(0, "127.0.0.1"), "listening");
    // A server on a port has an address of this kind.
    const { port } = server.address() as AddressInfo;
    onTestFinished(() => {
      server.close();
    });
    const baseUrl = `http://127.0.0.1:${port}/inner`;
    const client = new ServiceClient(createTransport({ baseUrl, protocol, httpVersion: "2" }));
    const { status, bytes } = await client.call(rpcs.getResponse, { responseId: "resp_1" });
    expect([status, bytes.length > 0]).toEqual([200, true]);
    const events: unknown[] = [];
    for await (const { event } of await client.open(rpcs.streamResponse, { start })) {
      events.push(dataOf(event));
    }
    expect(events).toHaveLength(3);
    const other = await fetchHttp2(`http://127.0.0.1:${port}`, "/elsewhere");
    expect(other).toBe(404);
  });
});

async function fetchHttp2(url: string, path: string): Promise<number> {
  const session = connect(url);
  try {
    const stream = session.request({ ":path": path });
    const [headers] = (await once(stream, "response")) as [{ ":status": number }];
    return headers[":status"];
  } finally {
    session.destroy();
  }
}
