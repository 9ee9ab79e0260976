import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { toNodeListener } from "../src/node.js";
import { type BakeryOptions, json, openBakery, STREAMING } from "./support/service.js";

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  // A server on a port has an address of this kind.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function listener(options: BakeryOptions = {}): ReturnType<typeof toNodeListener> {
  return toNodeListener(openBakery(options).egress);
}

describe("a server of Node", () => {
  it("answers with documents, streams, errors, and what is passed through", async () => {
    const upstream = (): Response =>
      new Response("loaf", { headers: { "stepwire-passed-through": "1" } });
    const url = `${await listen(createServer(listener({ upstream })))}/v1`;
    expect(await (await fetch(`${url}/responses/r`)).json()).toMatchObject({ id: "r" });
    const stream = await fetch(`${url}/responses`, json(STREAMING));
    expect((await stream.text()).match(/^id: /gm)).toHaveLength(3);
    expect((await fetch(`${url}/responses/%zz`)).status).toBe(400);
    const put = await fetch(`${url}/files`, { method: "PUT", body: "flour" });
    expect([put.status, await put.text()]).toEqual([200, "loaf"]);
    expect((await fetch(`${url}/files`, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(url)).status).toBe(404);
  });

  it("may be one of HTTP/2", async () => {
    const handle = listener();
    const url = await listen(createHttp2Server((request, response) => handle(request, response)));
    const session = connectHttp2(url);
    onTestFinished(() => session.destroy());
    const stream = session.request({
      ":method": "POST",
      ":path": "/v1/responses",
      "content-type": "application/json",
    });
    stream.end(STREAMING);
    expect(Buffer.concat(await stream.toArray()).toString()).toMatch(/Bread[\s\S]* jam/);
  });
});

describe("a middleware", () => {
  it.each([
    ["an rpc", "/v1/responses", "application/json", '{"stream":true}'],
    ["a document", "/v1/responses", "application/json", "{}"],
    ["an upload", "/v1/files", "text/plain", "flour"],
  ])("that comes after the body was read says so: %s", async (_what, path, type, body) => {
    const handle = listener({ upstream: () => expect.unreachable("it was asked") });
    const app = async (...[request, response]: Parameters<RequestListener>): Promise<void> => {
      for await (const _ of request) {
        // As express.json() does.
      }
      handle(request, response);
    };
    const url = await listen(createServer((...exchange) => void app(...exchange)));
    const headers = { "content-type": type };
    const answer = await fetch(url + path, { method: "POST", headers, body });
    expect([answer.status, await answer.json()]).toMatchObject([
      500,
      {
        error: { code: "body_already_read", message: expect.stringContaining("before") as string },
      },
    ]);
  });

  it("may come after one that reads bodies if there is none", async () => {
    const handle = listener();
    const app = async (...[request, response]: Parameters<RequestListener>): Promise<void> => {
      await once(request.resume(), "end");
      handle(request, response);
    };
    const url = await listen(createServer((...exchange) => void app(...exchange)));
    expect((await fetch(`${url}/v1/responses/r`)).status).toBe(200);
    const headers = { "content-type": "application/json" };
    const empty = await fetch(`${url}/v1/responses/r/cancel`, { method: "POST", headers });
    expect(empty.status).not.toBe(500);
  });

  it("leaves requests that are not for the handler to the next one", async () => {
    const handle = listener();
    const app: RequestListener = (request, response) => {
      handle(request, response, () => response.end("the next one"));
    };
    const url = await listen(createServer(app));
    expect(await (await fetch(`${url}/v1/responses/r`)).json()).toMatchObject({ id: "r" });
    expect(await (await fetch(`${url}/menu`)).text()).toBe("the next one");
  });

  it("finds its paths where a framework has removed their beginning", async () => {
    const handle = listener();
    const url = await listen(
      createServer((request: IncomingMessage & { originalUrl?: string }, response) => {
        request.originalUrl = request.url ?? "";
        request.url = request.originalUrl.replace("/v1", "");
        handle(request, response);
      }),
    );
    expect(await (await fetch(`${url}/v1/responses/r`)).json()).toMatchObject({ id: "r" });
  });
});
