import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect, type Server } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { toNodeListener } from "../src/node.js";
import { type BakeryOptions, json, openBakery, STREAMING } from "./support/service.js";
import { openIngress, UPSTREAM } from "./support/upstream.js";

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

/** Sends a request with a target as it is, and returns the answer. */
async function askRaw(url: string, start: string, body = ""): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const head = `${start} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer b\r\nconnection: close\r\n`;
  const type = `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  socket.write(head + type + body);
  return Buffer.concat(await socket.toArray()).toString();
}

const GET_RESPONSE = "/stepwire.responses.v1.ResponseService/GetResponse";

describe("a request target", () => {
  it.each(["/pass-through/..#/x", "/pass-through/a?b=#", `${GET_RESPONSE}#`, "/other#"])(
    "with a fragment is refused by an ingress: %s",
    async (target) => {
      const { ingress } = openIngress(() => expect.unreachable("it was asked"));
      const url = await listen(createServer(toNodeListener(ingress)));
      expect(await askRaw(url, `POST ${target}`, "{}")).toMatch(/^HTTP\/1.1 400 /);
    },
  );

  it.each(["/v1/..#/x", "/v1/responses/r#", "/v1/files?a=#", "/other#"])(
    "with a fragment is refused by an egress: %s",
    async (target) => {
      const handle = listener({ upstream: () => expect.unreachable("it was asked") });
      const url = await listen(createServer(handle));
      expect(await askRaw(url, `GET ${target}`)).toMatch(/^HTTP\/1.1 400 /);
    },
  );

  it("may have a scheme and a host", async () => {
    const host = "http://X";
    const seen: string[] = [];
    const { ingress } = openIngress(({ url }) => {
      seen.push(url);
      return Response.json({ id: "r" });
    });
    const { egress } = openBakery({
      upstream: ({ url }) => {
        seen.push(url);
        const headers = { "stepwire-passed-through": "1", location: "there" };
        return new Response("loaf", { headers });
      },
    });
    const inner = await listen(createServer(toNodeListener(ingress)));
    const outer = await listen(createServer(toNodeListener(egress)));
    expect(await askRaw(outer, `GET ${host}/v1/responses/r`)).toMatch(/^HTTP\/1.1 200 /);
    const passed = await askRaw(outer, `GET ${host}/v1/files/f?x`);
    expect(passed).toMatch(/^HTTP\/1.1 200 .*\r\nlocation: \/v1\/files\/there\r\n.*loaf/is);
    const called = await askRaw(inner, `POST ${host}${GET_RESPONSE}`, '{"responseId":"r"}');
    expect(called).toMatch(/^HTTP\/1.1 200 /);
    await askRaw(inner, `GET ${host}/pass-through/files`);
    expect(seen).toEqual([
      "http://ingress.example/pass-through/files/f?x",
      `${UPSTREAM}/responses/r`,
      `${UPSTREAM}/files`,
    ]);
    // A header says that this is the host: x.
    for (const [url, path] of [
      [outer, "/v1/responses/r"],
      [outer, "/v1/files"],
      [inner, "/pass-through/files"],
      [inner, GET_RESPONSE],
    ]) {
      const answer = await askRaw(url ?? "", `POST http://other.example${path}`, "{}");
      expect(answer, path).toMatch(/^HTTP\/1.1 404 /);
    }
    expect(seen).toHaveLength(3);
    for (const [handler, path] of [
      [egress, "/v1/files"],
      [ingress, "/pass-through/files"],
      [ingress, GET_RESPONSE],
    ] as const) {
      expect(handler.handles("GET", host + path)).toBe(true);
      expect(handler.handles("GET", `${host}/?${path}`)).toBe(false);
    }
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
