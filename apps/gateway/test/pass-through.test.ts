import { randomBytes } from "node:crypto";
import { type RequestListener, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { startGateway, startServer } from "@stepwire/testing";
import { toFile } from "openai";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import { type Chain, createClient, startChain, startTestEgress } from "./support/chain.js";
import {
  describe as describeError,
  sampleStream,
  withoutIds,
  writtenAnew,
} from "./support/collect.js";
import { sendJson, startUpstream } from "./support/upstream.js";

/** Both roles before an upstream, where everything else is passed through. */
async function start(url: string, passThrough = {}): Promise<Chain> {
  return await startChain(url, { passThrough });
}

/** Starts a server that sees requests as they arrive; returns its base URL. */
async function startApi(listener: RequestListener): Promise<string> {
  return `${await startServer(listener)}/v1`;
}

const notFound = '{"error":{"message":"Unknown request URL.","type":"upstream","code":"its_own"}}';

describe("what the services do not serve is passed through", () => {
  it("with method, path, query, headers and body unchanged", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.setHeader("x-ratelimit-remaining-requests", "7");
      response.setHeader("set-cookie", "upstream=1");
      sendJson(response, '{ "a" : 1.0 }', 201);
    });
    const { egress, log } = await start(upstream.url);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
      const hasBody = ["POST", "PUT", "PATCH"].includes(method);
      const answer = await fetch(`${egress.url}/v1/a%2Fb/%20c//d;e?x=1&x=2&y=%zz+%20`, {
        method,
        headers: {
          authorization: "Bearer key",
          "openai-beta": "assistants=v2",
          cookie: "client=1",
          ...(hasBody && { "content-type": "text/x; charset=latin1" }),
        },
        ...(hasBody && { body: Buffer.from("\xff\0", "latin1") }),
      });
      expect([answer.status, await answer.text()]).toEqual([201, '{ "a" : 1.0 }']);
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(answer.headers.get("x-request-id")).toBe("req_test");
      expect(answer.headers.get("x-ratelimit-remaining-requests")).toBe("7");
      expect(answer.headers.get("set-cookie")).toBeNull();
      const seen = upstream.seen.pop();
      expect(seen).toMatchObject({
        method,
        url: "/v1/a%2Fb/%20c//d;e?x=1&x=2&y=%zz+%20",
        headers: { authorization: "Bearer key", "openai-beta": "assistants=v2" },
        body: hasBody ? "\ufffd\0" : "",
      });
      expect(seen?.headers["content-type"]).toBe(hasBody ? "text/x; charset=latin1" : undefined);
      expect(seen?.headers.cookie).toBeUndefined();
    }
    expect(log()).toContain('"operation":"pass_through","status":"201"');
    expect(log()).not.toMatch(/a%2Fb|Bearer/);
  });

  it("with errors of the upstream for wrong paths and methods", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, notFound, 404));
    const { openai, egress } = await start(upstream.url);
    const direct = createClient(upstream.url.replace("/v1", ""));
    for (const [method, path] of [
      ["get", "/threads"],
      ["get", "/no/such/path"],
      ["put", "/threads/t/runs/r/steps/s"],
      ["delete", "/threads/t/runs"],
      ["post", "/threads/t/runs/r/steps"],
    ] as const) {
      const failure = await direct[method](path).catch(describeError);
      expect(await openai[method](path).catch(describeError)).toEqual(failure);
      expect(failure).toMatchObject({ status: 404, code: "its_own" });
    }
    // Outside of the prefix there is no upstream.
    const outside = await fetch(`${egress.url}/v2/threads`);
    expect([outside.status, await outside.json()]).toMatchObject([
      404,
      { error: { code: "unknown_url", message: "Invalid URL (GET /v2/threads)" } },
    ]);
  });

  it("and so is what an endpoint cannot take", async () => {
    const upstream = await startUpstream(({ body, headers }, response) =>
      sendJson(response, JSON.stringify({ length: body.length, type: headers["content-type"] })),
    );
    const { egress } = await start(upstream.url);
    const url = `${egress.url}/v1/threads/t/runs`;
    for (const [type, body, encoding] of [
      ["application/json", '{"stream":false}', undefined],
      ["application/json", "[1", undefined],
      ["application/json", Buffer.from('{"stream":true,"x":"\xff"}', "latin1"), undefined],
      ["application/json", gzipSync('{"stream":true}'), "gzip"],
      ["text/plain", '{"stream":true}', undefined],
    ] as const) {
      const headers = { "content-type": type, ...(encoding && { "content-encoding": encoding }) };
      const answer = await fetch(url, { method: "POST", headers, body });
      const length = Buffer.from(body).toString().length;
      expect([answer.status, await answer.json()]).toEqual([200, { length, type }]);
      expect(upstream.seen.pop()?.headers["content-encoding"]).toBe(encoding);
    }
  });

  it("and so is a body that is too large for an rpc, if its length is known", async () => {
    const upstream = await startUpstream(({ body }, response) =>
      sendJson(response, `{"length":${body.length}}`),
    );
    const options = { passThrough: { maxBytes: 5000 }, egress: { maxBodyBytes: 1000 } };
    const { egress } = await startChain(upstream.url, options);
    const url = `${egress.url}/v1/chat/completions`;
    const headers = { "content-type": "application/json" };
    const bodyOf = (length: number): string => `{"x":"${"x".repeat(length - 8)}"}`;
    const passed = await fetch(url, { method: "POST", headers, body: bodyOf(4000) });
    expect([passed.status, await passed.json()]).toEqual([200, { length: 4000 }]);
    const tooLarge = await fetch(url, { method: "POST", headers, body: bodyOf(5001) });
    expect(tooLarge.status).toBe(413);
    const body = new Blob([bodyOf(4000)]).stream();
    const chunked = await fetch(url, { method: "POST", headers, body, duplex: "half" });
    expect(chunked.status).toBe(413);
    expect(upstream.seen).toHaveLength(1);
  });

  it("uploads and downloads", { timeout: 60_000 }, async () => {
    const bytes = randomBytes(20 * 1024 * 1024);
    const baseUrl = await startApi((incoming, response) => {
      if (incoming.method === "POST") {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => {
          const body = Buffer.concat(chunks);
          const { "content-type": type = "" } = incoming.headers;
          const boundary = /boundary=(.+)$/.exec(type)?.[1] ?? "none";
          const id = body.includes(bytes) && body.includes(`--${boundary}--`) ? "whole" : "damaged";
          sendJson(response, JSON.stringify({ id, object: "file", bytes: body.length }));
        });
        return;
      }
      response.writeHead(200, {
        "content-type": "application/octet-stream",
        "content-disposition": 'attachment; filename="a.bin"',
        "content-length": bytes.length,
      });
      response.end(bytes);
    });
    const { openai } = await start(baseUrl);
    const file = await toFile(bytes, "a.bin");
    const { id } = await openai.files.create({ file, purpose: "assistants" });
    expect(id).toBe("whole");
    const content = await openai.files.content("file_1");
    expect(content.headers.get("content-disposition")).toBe('attachment; filename="a.bin"');
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it("a stream, event by event", async () => {
    let proceed = (): void => {};
    const baseUrl = await startApi(async (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      await new Promise<void>((resolve) => {
        proceed = resolve;
      });
      response.end("data: 2\n\n");
    });
    const { egress } = await start(baseUrl);
    const answer = await fetch(`${egress.url}/v1/responses`, { method: "POST", body: "{}" });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const text: string[] = [];
    for await (const chunk of answer.body ?? []) {
      text.push(Buffer.from(chunk).toString());
      proceed();
    }
    expect(text).toEqual(["data: 1\n\n", "data: 2\n\n"]);
  });

  it("in the encoding of the upstream, without a change", async () => {
    const zipped = gzipSync("one and one");
    const baseUrl = await startApi(({ headers }, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "x-request-id": "r" });
      response.end(headers["accept-encoding"] === "gzip" ? zipped : "");
    });
    const { egress } = await start(baseUrl);
    const answer = await new Promise<Buffer>((resolve) => {
      request(
        `${egress.url}/v1/x`,
        { headers: { "accept-encoding": "gzip" } },
        async (response) => {
          expect(response.headers["content-encoding"]).toBe("gzip");
          resolve(Buffer.concat(await response.toArray()));
        },
      ).end();
    });
    expect(answer.equals(zipped)).toBe(true);
    expect(gunzipSync(answer).toString()).toBe("one and one");
  });

  it("redirects, to the place as the client reaches it", async () => {
    const upstream = await startUpstream(({ url }, response) => {
      const base = new URL(upstream.url).origin;
      const location: Readonly<Record<string, string>> = {
        "/v1/absolute": `${base}/v1/there?a=1#b`,
        "/v1/folder/relative": "../there",
        "/v1/outside": `${base}/login`,
        "/v1/elsewhere": "https://files.example/x",
      };
      const target = location[url];
      if (target === undefined) {
        sendJson(response, `{"url":"${url}"}`);
      } else {
        response.writeHead(307, { location: target });
        response.end();
      }
    });
    const { egress } = await start(upstream.url);
    const go = async (path: string): Promise<string | null> =>
      (await fetch(`${egress.url}/v1${path}`, { redirect: "manual" })).headers.get("location");
    expect(await go("/absolute")).toBe("/v1/there?a=1#b");
    expect(await go("/folder/relative")).toBe("/v1/there");
    expect(await go("/outside")).toBe(`${new URL(upstream.url).origin}/login`);
    expect(await go("/elsewhere")).toBe("https://files.example/x");
    const followed = await fetch(`${egress.url}/v1/absolute`, { method: "POST", body: "x" });
    expect(await followed.json()).toEqual({ url: "/v1/there?a=1" });
    expect(upstream.seen.at(-1)).toMatchObject({ method: "POST", body: "x" });
  });

  it("HEAD, and answers without a body", async () => {
    const upstream = await startUpstream(({ method }, response) => {
      if (method === "HEAD") {
        response.writeHead(200, { "content-length": 100_000_000, etag: '"1"' });
      } else {
        response.writeHead(204);
      }
      response.end();
    });
    const { egress } = await start(upstream.url);
    const head = await fetch(`${egress.url}/v1/files/f`, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      "content-length": "100000000",
      etag: '"1"',
    });
    const deleted = await fetch(`${egress.url}/v1/files/f`, { method: "DELETE" });
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
  });
});

describe("what is passed through has limits", () => {
  it("of size, for requests", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const { egress } = await start(upstream.url, { maxBytes: 1000 });
    const url = `${egress.url}/v1/files`;
    expect((await fetch(url, { method: "POST", body: "x".repeat(1000) })).status).toBe(200);
    const tooLarge = await fetch(url, { method: "POST", body: "x".repeat(1001) });
    expect([tooLarge.status, await tooLarge.json()]).toMatchObject([
      413,
      { error: { code: "request_too_large" } },
    ]);
    // The same without a length in advance.
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 5; count++) {
        yield new Uint8Array(500);
        await delay(1);
      }
    };
    const streamed = await fetch(url, {
      method: "POST",
      body: ReadableStream.from(chunks()),
      duplex: "half",
    });
    expect([streamed.status, await streamed.json()]).toMatchObject([
      413,
      { error: { code: "request_too_large" } },
    ]);
    expect(upstream.seen.every(({ body }) => body.length <= 1000)).toBe(true);
  });

  it("of size, for answers", async () => {
    const baseUrl = await startApi(({ url }, response) => {
      if (url === "/v1/known") {
        response.writeHead(200, { "content-length": 1001 });
      }
      response.write("x".repeat(600));
      setTimeout(() => response.end("x".repeat(401)), 20);
    });
    const { egress, log } = await start(baseUrl, { maxBytes: 1000 });
    const known = await fetch(`${egress.url}/v1/known`);
    expect([known.status, await known.json()]).toMatchObject([
      502,
      { error: { code: "upstream_too_large" } },
    ]);
    const unknown = await fetch(`${egress.url}/v1/unknown`);
    expect(unknown.status).toBe(200);
    await expect(unknown.text()).rejects.toThrow();
    expect(log()).toContain('"status":"broken_502"');
  });

  it("of number", async () => {
    const waiting: ServerResponse[] = [];
    const baseUrl = await startApi(({ url }, response) => {
      waiting.push(response);
      if (url === "/v1/slow") {
        response.write("begun");
      }
    });
    const { egress } = await start(baseUrl, { maxRequests: 2 });
    const slow = await fetch(`${egress.url}/v1/slow`);
    const silent = fetch(`${egress.url}/v1/silent`);
    await expect.poll(() => waiting.length).toBe(2);
    const refused = await fetch(`${egress.url}/v1/more`);
    expect([refused.status, await refused.json()]).toMatchObject([
      429,
      { error: { code: "too_many_requests", type: "rate_limit_error" } },
    ]);
    for (const response of waiting) {
      response.end();
    }
    expect([await slow.text(), await (await silent).text()]).toEqual(["begun", ""]);
    expect(waiting).toHaveLength(2);
  });

  it("of time", async () => {
    const baseUrl = await startApi(({ url }, response) => {
      if (url === "/v1/slow") {
        response.write("begun");
      }
    });
    const { egress, log } = await start(baseUrl, { totalTimeout: 1000 });
    const slow = await fetch(`${egress.url}/v1/slow`);
    const silent = fetch(`${egress.url}/v1/silent`);
    await expect(slow.text()).rejects.toThrow();
    const late = await silent;
    expect([late.status, await late.json()]).toMatchObject([504, { error: { param: null } }]);
    await expect.poll(log).toContain('"status":"broken_504"');
  });

  it.each(["/v1/files/../../admin", "/v1/%2e%2E/x", "/v1/a/./b", "/v1/..\\x"])(
    "of place: %s is refused",
    async (path) => {
      const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
      const { egress, ingress } = await start(upstream.url);
      const inner = path.replace("/v1", "/pass-through");
      for (const [url, target] of [
        [egress.url, path],
        [ingress.url, inner],
      ] as const) {
        const socket = connect(Number(new URL(url).port), "127.0.0.1");
        onTestFinished(() => {
          socket.destroy();
        });
        socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
        const answer = Buffer.concat(await socket.toArray()).toString();
        expect(answer).toMatch(/^HTTP\/1\.1 400 /);
        expect(answer).toContain('"type":"invalid_request_error"');
      }
      expect(upstream.seen).toEqual([]);
    },
  );
});

describe("when passing through fails, the client gets an error of the API", () => {
  it("for an upstream, or an ingress, that cannot be reached", async () => {
    const { egress } = await start("http://127.0.0.1:9/v1");
    const outer = await fetch(`${egress.url}/v1/files`);
    expect([outer.status, await outer.json()]).toMatchObject([
      502,
      { error: { code: "upstream_unreachable", message: "The upstream cannot be reached." } },
    ]);
    const log = createLog("silent", "x", process.stdout);
    const alone = await startTestEgress("http://127.0.0.1:9", { log }, { passThrough: {} });
    const inner = await fetch(`${alone.url}/v1/files`, { method: "POST", body: "x" });
    expect(inner.headers.get("retry-after")).toBe("1");
    expect([inner.status, await inner.json()]).toMatchObject([
      503,
      { error: { code: "unavailable", message: "The service cannot be reached." } },
    ]);
  });

  it("for an upstream that breaks before and in its answer", async () => {
    const requests: string[] = [];
    const baseUrl = await startApi(({ url = "" }, response) => {
      requests.push(url);
      if (url === "/v1/late") {
        response.write("some");
        setTimeout(() => response.destroy(), 20);
      } else {
        response.destroy();
      }
    });
    const { egress } = await start(baseUrl);
    const post = await fetch(`${egress.url}/v1/x`, { method: "POST", body: "x" });
    expect([post.status, await post.json()]).toMatchObject([
      502,
      { error: { code: "upstream_unreachable" } },
    ]);
    expect(requests).toEqual(["/v1/x"]);
    expect((await fetch(`${egress.url}/v1/y`)).status).toBe(502);
    expect(requests).toEqual(["/v1/x", "/v1/y", "/v1/y"]);
    const late = await fetch(`${egress.url}/v1/late`);
    await expect(late.text()).rejects.toThrow();
  });

  it("and a client that leaves ends the request at the upstream", async () => {
    const closed = Promise.withResolvers<void>();
    const baseUrl = await startApi((_request, response) => {
      response.write("begun");
      response.once("close", closed.resolve);
    });
    const { egress, log } = await start(baseUrl);
    const controller = new AbortController();
    const answer = await fetch(`${egress.url}/v1/x`, { signal: controller.signal });
    controller.abort();
    await expect(answer.text()).rejects.toThrow();
    await closed.promise;
    await expect.poll(() => log().match(/"status":"client_left"/g)).toHaveLength(2);
  });

  it("at a shutdown, after the grace period", async () => {
    const baseUrl = await startApi((_request, response) => {
      response.write("begun");
    });
    const { egress } = await start(baseUrl);
    const answer = await fetch(`${egress.url}/v1/x`);
    const ended = answer.text();
    const failure = expect(ended).rejects.toThrow();
    await egress.close(50);
    await failure;
  });
});

describe("without passing through", () => {
  it("the gateway answers itself, whichever side does not pass", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const passing = await start(upstream.url);
    const closed = await startChain(upstream.url);
    const log = createLog("silent", "x", process.stdout);
    const open = await startTestEgress(closed.ingress.url, { log }, { passThrough: {} });
    for (const url of [closed.egress.url, open.url]) {
      const answer = await fetch(`${url}/v1/files?x=1`);
      expect([answer.status, await answer.json()]).toMatchObject([
        404,
        { error: { code: "unknown_url", message: "Invalid URL (GET /v1/files)" } },
      ]);
    }
    const inner = await fetch(`${closed.ingress.url}/pass-through/files`);
    expect(inner.status).toBe(404);
    expect(upstream.seen).toEqual([]);
    expect((await fetch(`${passing.egress.url}/v1/files`)).status).toBe(200);
  });

  it("is an option of the command", { timeout: 60_000 }, async () => {
    const upstream = await startUpstream((_request, response) =>
      sendJson(response, '{"object":"list","data":[]}'),
    );
    const inner = await startGateway(["ingress", "--port", "0", "--upstream", upstream.url]);
    const common = ["egress", "--port", "0", "--backend", inner.url];
    const outer = await startGateway(common);
    const models = await createClient(outer.url).models.list();
    expect(models.data).toEqual([]);
    const closed = await startGateway([...common, "--no-pass-through"]);
    const failure = await createClient(closed.url).models.list().catch(describeError);
    expect(failure).toMatchObject({ status: 404, code: "unknown_url" });
  });
});

describe("the endpoints of the services", () => {
  it("are still converted, and never passed through", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(sampleStream);
    });
    const { egress, log } = await start(upstream.url);
    const answer = await fetch(`${egress.url}/v1/threads/t/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"stream":true}',
    });
    expect(withoutIds(await answer.text())).toBe(writtenAnew);
    expect(log()).toContain('"operation":"create_run"');
    expect(log()).not.toContain("pass_through");
  });
});
