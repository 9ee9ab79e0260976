import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { startServer } from "@stepwire/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import { startChain, startTestEgress } from "./support/chain.js";
import { sendJson, startUpstream } from "./support/upstream.js";

/** Sends bytes to a server, and returns all that it answers until it closes the connection. */
async function sendRaw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  socket.write(text);
  return Buffer.concat(await socket.toArray()).toString("latin1");
}

/** Starts a server that sends an answer, byte for byte, to each connection that sends something. */
async function startRawServer(answer: string): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write(Buffer.from(answer, "latin1")));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  // A server on a port has an address of this kind.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = (target: string): string =>
  `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;

describe("the upstream of requests that are passed through", () => {
  it.each([
    "/v1/a%2f..%2F../admin",
    "/v1/a%5C..%5cb",
    "/v1/..;x=1/admin",
    "/v1/a/%2e%2E;/b",
    "/v1/x%2f..",
    // An endpoint of a service.
    "/v1/threads/..%2F..%2Fadmin",
  ])("is not left by the path %s", async (path) => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const { egress, ingress } = await startChain(upstream.url, { passThrough: {} });
    for (const [url, target] of [
      [egress.url, path],
      [ingress.url, path.replace("/v1", "/pass-through")],
    ] as const) {
      expect(await sendRaw(url, get(target))).toMatch(/^HTTP\/1\.1 400 /);
    }
    expect(upstream.seen).toEqual([]);
  });

  it.each([
    "//elsewhere.example:99999999/x",
    "/\\elsewhere.example:99999999/x",
    "//elsewhere.example/x",
  ])("stays the same for the path %s", async (path) => {
    const server = await startServer((request, response) => {
      response.writeHead(307, { location: "../there" });
      response.end(request.url);
    });
    const { egress } = await startChain(server, { passThrough: {} });
    const answer = await sendRaw(egress.url, get(`/v1${path}`));
    expect(answer).toMatch(/^HTTP\/1\.1 307 /);
    expect(answer).toContain(path);
    expect(answer).toMatch(/\r\nlocation: \/v1\/.*there\r\n/);
  });

  it("is where a redirect leads to, even without a prefix", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(307, { location: `${upstream.url}//elsewhere.example/x` });
      response.end();
    });
    const { ingress } = await startChain(upstream.url, { passThrough: {} });
    const log = createLog("silent", "x", process.stdout);
    const egress = await startTestEgress(ingress.url, { log, prefix: "" }, { passThrough: {} });
    const answer = await fetch(`${egress.url}/a`, { redirect: "manual" });
    expect(answer.headers.get("location")).toBe("/.//elsewhere.example/x");
  });

  it.each(["http://elsewhere.example/v1/x", "*", "//v1/x"])(
    "is not asked for the target %s",
    async (target) => {
      const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
      const { egress } = await startChain(upstream.url, { passThrough: {} });
      for (const method of ["GET", "OPTIONS"]) {
        const answer = await sendRaw(egress.url, get(target).replace("GET", method));
        expect(answer).toMatch(/^HTTP\/1\.1 404 /);
      }
      expect(upstream.seen).toEqual([]);
    },
  );
});

describe("answers that are passed through", () => {
  it("may have headers that are not ASCII", async () => {
    const bytes = Buffer.from("日本 é").toString("latin1");
    const server = await startRawServer(
      `HTTP/1.1 200 OK\r\netag: "${bytes}"\r\nx-request-id: \xff\r\nlocation: https://x.example/${bytes}\r\ncontent-disposition: ${bytes}\r\ncontent-length: 2\r\n\r\n{}`,
    );
    const { egress } = await startChain(server, { passThrough: {} });
    const answer = await sendRaw(egress.url, get("/v1/x"));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(`\r\netag: "${bytes}"\r\n`);
    expect(answer).toContain(`\r\ncontent-disposition: ${bytes}\r\n`);
    expect(answer).toContain(`\r\nlocation: https://x.example/${bytes}\r\n`);
    expect(answer).toMatch(/\r\n\r\n\{\}$/);
  });

  it("come before the request has been sent completely", async () => {
    const server = await startServer((_request, response) => sendJson(response, "{}", 401));
    const { egress, ingress } = await startChain(server, { passThrough: {} });
    for (const url of [`${ingress.url}/pass-through/files`, `${egress.url}/v1/files`]) {
      for (const size of [1000, 100_000, 20_000_000]) {
        const answer = await fetch(url, { method: "POST", body: new Uint8Array(size) });
        expect([size, answer.status]).toEqual([size, 401]);
      }
    }
  });

  it("end if the client does not read them", async () => {
    const server = await startServer((_request, response) => {
      const write = (): void => {
        while (response.write(Buffer.alloc(65_536))) {}
        response.once("drain", write);
      };
      write();
    });
    const { egress, log } = await startChain(server, {
      passThrough: { idleTimeout: 300, maxBytes: 2 ** 30 },
    });
    const socket = connect(Number(new URL(egress.url).port), "127.0.0.1");
    onTestFinished(() => {
      socket.destroy();
    });
    socket.write(get("/v1/x"));
    const status = /"operation":"pass_through","status":"client_left"/g;
    await expect.poll(() => log().match(status), { timeout: 10_000 }).toHaveLength(2);
  });
});

it("a body over HTTP/2 needs neither type nor length", async () => {
  const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
  const { ingress } = await startChain(upstream.url, { passThrough: {} });
  const session = connectHttp2(ingress.url);
  onTestFinished(() => session.destroy());
  for (const body of ["some", ""]) {
    const stream = session.request({ ":method": "POST", ":path": "/pass-through/files" });
    stream.end(body);
    const [headers] = (await once(stream, "response")) as [{ ":status": number }];
    expect(headers[":status"]).toBe(200);
    stream.resume();
    expect(upstream.seen.pop()).toMatchObject({ method: "POST", url: "/v1/files", body });
  }
});
