import { connect } from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { RunStepSchema, type RunStepService, StreamRunEventsRequestSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import type { SourceHandlers } from "../src/index.js";
import { createWebTransport, ServiceClient } from "../src/web.js";
import { all, event, rpcs, serve, start } from "./support/server.js";

const source: SourceHandlers<typeof RunStepService> = {
  getRunStep: async () => await Promise.resolve({ content: create(RunStepSchema) }),
  streamRunEvents: async () =>
    await Promise.resolve({
      events: (async function* () {
        yield await Promise.resolve(event(1));
      })(),
    }),
};

const PATH = "/stepwire.v1.RunStepService/StreamRunEvents";
const page = "https://page.example";
const wire = { protocol: "connect", httpVersion: "1.1" } as const;

/** Asks as a browser does before it sends a request of a page. */
async function preflight(url: string, origin: string): Promise<Response> {
  return await fetch(url + PATH, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,stepwire-keep-alive",
    },
  });
}

/** Opens a stream as a page does. */
async function post(url: string, headers: Record<string, string>): Promise<Response> {
  return await fetch(url + PATH, {
    method: "POST",
    headers: {
      "content-type": "application/proto",
      accept: "application/vnd.stepwire.stream",
      ...headers,
    },
    body: toBinary(StreamRunEventsRequestSchema, create(StreamRunEventsRequestSchema, { start })),
  });
}

/** Gets a document by a request that caches may answer. */
async function get(url: string, origin: string): Promise<Response> {
  const path = "/stepwire.v1.RunStepService/GetRunStep?connect=v1&encoding=proto&message=";
  return await fetch(url + path, { headers: { origin } });
}

/** The headers of an answer that are about other origins. */
function corsOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")));
}

/** Which request headers a cache has to compare before it serves an answer to others. */
function varyOf({ headers }: Response): string | null {
  return headers.get("vary");
}

describe("web pages of another origin", () => {
  it("may call nothing by default", async () => {
    const { url } = await serve(source, wire);
    const asked = await preflight(url, page);
    expect(asked.ok).toBe(false);
    expect(corsOf(asked)).toEqual({});
    expect(corsOf(await post(url, { origin: page }))).toEqual({});
  });

  it("may call the services if their origin is listed, and read all headers", async () => {
    const { url } = await serve(source, wire, { cors: { origins: [page, "http://b.example"] } });
    const asked = await preflight(url, page);
    expect(asked.status).toBe(204);
    expect(corsOf(asked)).toEqual({
      "access-control-allow-origin": page,
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": "authorization,content-type,stepwire-keep-alive",
      "access-control-max-age": "7200",
    });
    expect(varyOf(asked)).toBe("Origin, Access-Control-Request-Headers");
    const allowed = {
      "access-control-allow-origin": page,
      "access-control-expose-headers": "*",
    };
    const got = await get(url, page);
    expect([got.status, corsOf(got), varyOf(got)]).toEqual([200, allowed, "Origin"]);
    const answer = await post(url, { origin: page });
    expect(answer.status).toBe(200);
    expect(corsOf(answer)).toEqual(allowed);
    expect(varyOf(answer)).toBe("Origin, accept, accept-encoding");
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
    // Errors, too: otherwise, the page sees none.
    const refused = await post(url, { origin: page, "content-type": "text/plain" });
    expect([refused.status, corsOf(refused)]).toEqual([415, allowed]);
    const unknown = await fetch(`${url}/unknown`, { headers: { origin: page } });
    expect([unknown.status, corsOf(unknown)]).toEqual([404, allowed]);
  });

  it("get no permission if their origin is not listed", async () => {
    const { url } = await serve(source, wire, { cors: { origins: [page] } });
    for (const origin of ["https://other.example", "https://page.example:8443", "null"]) {
      const got = await get(url, origin);
      for (const answer of [await preflight(url, origin), await post(url, { origin }), got]) {
        expect(corsOf(answer)).toEqual({});
      }
      expect(varyOf(got)).toBe("Origin");
    }
    // Other programs send no origin, and are served as before.
    const answer = await post(url, {});
    expect([answer.status, corsOf(answer)]).toEqual([200, {}]);
  });

  it("may all call the services with *", async () => {
    const { url } = await serve(source, wire, { cors: { origins: "*" } });
    const allowed = { "access-control-allow-origin": "*", "access-control-expose-headers": "*" };
    expect(corsOf(await post(url, { origin: page }))).toEqual(allowed);
    expect(corsOf(await preflight(url, page))).toMatchObject({
      "access-control-allow-origin": "*",
    });
    expect(varyOf(await get(url, page))).toBeNull();
    const client = new ServiceClient(createWebTransport({ baseUrl: url }));
    expect(await all(await client.open(rpcs.streamRunEvents, { start }))).toHaveLength(1);
  });

  it("may call the services over HTTP/2", async () => {
    const { url } = await serve(
      source,
      { protocol: "connect", httpVersion: "2" },
      {
        cors: { origins: [page] },
      },
    );
    const session = connect(url);
    const stream = session.request({
      ":method": "OPTIONS",
      ":path": PATH,
      origin: page,
      "access-control-request-method": "POST",
    });
    const headers = await new Promise<Record<string, unknown>>((resolve) => {
      stream.once("response", resolve);
    });
    expect(headers).toMatchObject({ ":status": 204, "access-control-allow-origin": page });
    session.destroy();
  });
});
