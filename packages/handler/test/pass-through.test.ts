import { setTimeout as delay } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { startServer } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { createIngressHandler } from "../src/index.js";
import type { Forward } from "../src/pass-through/forward.js";
import { type BakeryOptions, openBakery } from "./support/service.js";

/** A request whose body is sent in parts. */
function upload(body: ReadableStream<Uint8Array>): RequestInit {
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
  return init;
}

/** An answer that an ingress has marked as passed through. */
function passed(
  body: string | ReadableStream<Uint8Array> | null,
  init: ResponseInit = {},
): Response {
  const headers = new Headers(init.headers);
  headers.set("stepwire-passed-through", "1");
  return new Response(body, { ...init, headers });
}

describe("a request that is passed through by fetch", () => {
  it("keeps its method, path, query, body, and the headers that matter", async () => {
    const seen: unknown[] = [];
    const { ask } = openBakery({
      upstream: async ({ method, url, headers, body }) => {
        const text = await new Response(body).text();
        seen.push([method, url, text, headers.get("authorization"), headers.get("x-other")]);
        return passed("loaf", {
          status: 202,
          headers: { "content-type": "text/x-loaf", age: "1" },
        });
      },
    });
    const answer = await ask("/files/a%2Fb?x=%ff&y", {
      method: "PUT",
      headers: { "content-type": "text/plain", authorization: "Bearer b", "x-other": "x" },
      body: "flour",
    });
    expect(seen).toEqual([
      ["PUT", "http://ingress.example/pass-through/files/a%2Fb?x=%ff&y", "flour", "Bearer b", null],
    ]);
    expect([answer.status, await answer.text()]).toEqual([202, "loaf"]);
    expect(answer.headers.get("content-type")).toBe("text/x-loaf");
    expect(answer.headers.get("age")).toBeNull();
  });

  it("may be one that the rpc of its path cannot take", async () => {
    const bodies: string[] = [];
    const { ask } = openBakery({
      limits: { maxBodyBytes: 10 },
      upstream: async (request) => {
        bodies.push(await request.text());
        return passed("{}");
      },
    });
    const headers = { "content-type": "application/json" };
    const text = new TextEncoder();
    for (const body of [text.encode('"'), new Uint8Array([0xff])]) {
      expect((await ask("/responses?x=%ff", { method: "POST", headers, body })).status).toBe(200);
    }
    const long = { ...headers, "content-length": "20" };
    const body = " ".repeat(20);
    expect((await ask("/responses", { method: "POST", headers: long, body })).status).toBe(200);
    const form = { method: "POST", headers: { "content-type": "text/plain" }, body: "form" };
    expect((await ask("/responses", form)).status).toBe(200);
    expect(bodies).toEqual(['"', "\ufffd", body, "form"]);
  });

  it("is answered part by part", async () => {
    let control: ReadableStreamDefaultController<Uint8Array> | undefined;
    const parts = new ReadableStream<Uint8Array>({
      start: (controller) => {
        control = controller;
      },
    });
    const { ask } = openBakery({ upstream: () => passed(parts) });
    const reader = (await ask("/files/f")).body?.getReader();
    for (const part of [1, 2, 3]) {
      control?.enqueue(new Uint8Array([part]));
      expect((await reader?.read())?.value).toEqual(new Uint8Array([part]));
    }
    control?.close();
    expect(await reader?.read()).toEqual({ done: true, value: undefined });
  });

  it("gets redirects to where the client reaches them, and answers without a body", async () => {
    const answers = [
      passed(null, { status: 302, headers: { location: "/pass-through/there?x" } }),
      passed(null, {
        status: 302,
        headers: { location: "http://elsewhere.example/pass-through/x" },
      }),
      passed(null, { status: 204 }),
      passed(null, { status: 304, headers: { etag: '"1"' } }),
    ];
    const { ask } = openBakery({ upstream: () => answers.shift() ?? passed("none left") });
    expect((await ask("/a")).headers.get("location")).toBe("/v1/there?x");
    const elsewhere = "http://elsewhere.example/pass-through/x";
    expect((await ask("/a")).headers.get("location")).toBe(elsewhere);
    expect((await ask("/a")).status).toBe(204);
    const unchanged = await ask("/a");
    expect([unchanged.status, unchanged.headers.get("etag")]).toEqual([304, '"1"']);
  });

  it("that no upstream is asked for gets 404, and one that is too large 413", async () => {
    const upstream = async (request: Request): Promise<Response> => {
      await request.arrayBuffer();
      return new Response("no such rpc", { status: 404 });
    };
    const { ask } = openBakery({ upstream, passThrough: { maxBytes: 10 } });
    const unknown = await ask("/files");
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { code: "unknown_url" } },
    ]);
    expect((await ask("/files", { method: "POST", body: "x".repeat(11) })).status).toBe(413);
  });

  it.each<[string, () => Promise<Response>, number, string]>([
    ["cannot be reached", () => Promise.reject(new TypeError("fetch failed")), 503, "unavailable"],
    ["does not answer", () => new Promise<Response>(() => {}), 504, "deadline_exceeded"],
  ])("to an ingress that %s gets an error", async (_what, fetch, status, code) => {
    const passThrough = { answerTimeout: 20 };
    const waiting: typeof globalThis.fetch = (_input, init) =>
      Promise.race([
        fetch(),
        new Promise<never>((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        }),
      ]);
    const answer = await openBakery({ fetch: waiting, passThrough }).ask("/files");
    expect([answer.status, await answer.json()]).toMatchObject([status, { error: { code } }]);
  });

  it("is answered with the bytes that its content-encoding says", async () => {
    const plain = Buffer.from("flour, water, salt");
    const encoded: Record<string, Buffer> = {
      gzip: gzipSync(plain),
      deflate: deflateSync(plain),
      br: brotliCompressSync(plain),
      zstd: zstdCompressSync(plain),
      "gzip, br": brotliCompressSync(gzipSync(plain)),
      identity: plain,
    };
    const unknown = Buffer.from([1, 2, 3]);
    const url = await startServer((request, response) => {
      const encoding = decodeURIComponent(request.url?.split("/").at(-1) ?? "");
      const body = encoded[encoding] ?? unknown;
      const headers = { "content-encoding": encoding, "content-length": body.length };
      response.writeHead(200, headers).end(body);
    });
    const { fetch: ask } = createIngressHandler({ upstream: url });
    const answerTo = async (encoding: string): Promise<unknown[]> => {
      const path = `/pass-through/${encodeURIComponent(encoding)}`;
      const answer = await ask(new Request(`http://ingress.example${path}`));
      const { headers } = answer;
      const bytes = Buffer.from(await answer.arrayBuffer());
      return [headers.get("content-encoding"), headers.get("content-length"), bytes];
    };
    for (const encoding of ["gzip", "deflate", "br", "zstd", "gzip, br"]) {
      const [header, , bytes] = await answerTo(encoding);
      expect([encoding, bytes]).toEqual([encoding, header === null ? plain : encoded[encoding]]);
    }
    expect((await answerTo("gzip"))[0]).toBeNull();
    expect(await answerTo("identity")).toEqual(["identity", String(plain.length), plain]);
    for (const encoding of ["aws-chunked", "gzip, aws-chunked"]) {
      expect(await answerTo(encoding)).toEqual([encoding, "3", unknown]);
    }
  });

  it("keeps the length of an upload, which some servers ask for", async () => {
    const url = await startServer(async (request, response) => {
      const { "content-length": length, "transfer-encoding": encoding } = request.headers;
      response.end(JSON.stringify([length, encoding, (await request.toArray()).join("")]));
    });
    const { fetch: ask } = createIngressHandler({ upstream: url });
    const post = async (headers: Record<string, string>): Promise<unknown> => {
      const body = new Response("flour").body ?? new ReadableStream();
      const request = { ...upload(body), headers };
      return await (await ask(new Request("http://i.example/pass-through/x", request))).json();
    };
    expect(await post({ "content-length": "5" })).toEqual(["5", null, "flour"]);
    expect(await post({})).toEqual([null, "chunked", "flour"]);
  });

  it("may be an upload that takes longer than the server may take to answer", async () => {
    const { ask } = openBakery({
      upstream: async (request) => passed(String((await request.arrayBuffer()).byteLength)),
      passThrough: { answerTimeout: 300, idleTimeout: 10_000 },
    });
    let parts = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await delay(50);
        if (parts++ < 7) {
          controller.enqueue(new Uint8Array(10));
        } else {
          controller.close();
        }
      },
    });
    const answer = await ask("/files", upload(body));
    expect([answer.status, await answer.text()]).toEqual([200, "70"]);
  });

  it("is given up if its upload stops, or is not answered after its end", async () => {
    const waiting: Pick<BakeryOptions, "fetch"> = {
      fetch: async (_, init) => {
        await new Response(init?.body).arrayBuffer();
        return await new Promise<never>(() => {});
      },
    };
    const stopped = openBakery({ ...waiting, passThrough: { idleTimeout: 50 } });
    const silent = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
    });
    expect((await stopped.ask("/files", upload(silent))).status).toBe(504);
    const whole = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
    const unanswered = openBakery({ ...waiting, passThrough: { answerTimeout: 50 } });
    expect((await unanswered.ask("/files", upload(whole))).status).toBe(504);
  });

  it("whose answer is too large, silent or broken breaks for the client, too", async () => {
    const endings: ((controller: ReadableStreamDefaultController<Uint8Array>) => void)[] = [
      (controller) => controller.enqueue(new Uint8Array(11)),
      () => {},
      (controller) => controller.error(new Error("the oven exploded")),
    ];
    const ended: string[] = [];
    for (const end of endings) {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array(5)),
        pull: end,
      });
      const { ask } = openBakery({
        upstream: () => passed(body),
        passThrough: { maxBytes: 10, idleTimeout: 500 },
        observer: { request: () => ({ end: ({ status }) => ended.push(status) }) },
      });
      const answer = await ask("/files/f");
      expect(answer.status).toBe(200);
      await expect(answer.arrayBuffer()).rejects.toThrow();
    }
    expect(ended).toEqual(["broken_502", "broken_502", "broken_502"]);
  });

  it.each([999, 199, 0])("is answered with 502 if the status is %i", async (status) => {
    const ended: string[] = [];
    const { ask } = openBakery({
      upstream: () => Object.defineProperty(passed("x"), "status", { value: status }),
      observer: { request: () => ({ end: (end) => ended.push(end.status) }) },
    });
    const answer = await ask("/files");
    expect([answer.status, await answer.json()]).toMatchObject([
      502,
      { error: { code: "upstream_status" } },
    ]);
    expect(ended).toEqual(["502"]);
  });

  it("is answered with 502 if a header is not valid in HTTP", async () => {
    const headers = [
      ["stepwire-passed-through", "1"],
      ["etag", "a\nb"],
    ] as const;
    async function* body(): AsyncGenerator<Uint8Array, undefined> {
      yield await Promise.resolve(new Uint8Array(1));
    }
    const forward: Forward = async () =>
      await Promise.resolve({ status: 200, headers, body: body() });
    const ended: string[] = [];
    const { ask } = openBakery({
      forward,
      observer: { request: () => ({ end: (end) => ended.push(end.status) }) },
    });
    const answer = await ask("/files");
    expect([answer.status, ended]).toEqual([502, ["broken_502"]]);
    expect(await answer.json()).toMatchObject({ error: { code: "not_sent" } });
  });

  it("ends when its client leaves", async () => {
    let ended: AbortSignal | undefined;
    const { egress, ask } = openBakery({
      upstream: (request) => {
        ended = request.signal;
        return passed(new ReadableStream());
      },
    });
    await (await ask("/files/f")).body?.cancel();
    await expect.poll(() => ended?.aborted).toBe(true);
    await expect.poll(() => egress.active).toBe(0);
  });

  it.each(["/..%2fadmin", "/a/..%5C..%5cb", "/..;x=1/admin"])(
    "does not leave the path of the API: %s",
    async (path) => {
      const { ask } = openBakery({ upstream: () => expect.unreachable("it was asked") });
      expect((await ask(path)).status).toBe(400);
    },
  );
});
