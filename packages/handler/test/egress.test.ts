import { setTimeout as delay } from "node:timers/promises";
import { FetchSink } from "@stepwire/connect/internal";
import { ResponseService } from "@stepwire/core/responses";
import { describe, expect, it } from "vitest";
import { createEgressHandler } from "../src/index.js";
import { deltas, json, openBakery, STREAMING, streamOf, untilAborted } from "./support/service.js";

const TEXT = `event: response.output_text.delta
data: {"type":"response.output_text.delta"`;

describe("a request for a document", () => {
  it("is answered with the document, the status and the headers of the service", async () => {
    const { ask } = openBakery();
    const created = await ask("/responses", json('{"input":"Greet!"}'));
    expect(created.status).toBe(201);
    expect(created.headers.get("content-type")).toBe("application/json");
    expect(await created.json()).toMatchObject({ id: "resp_1" });
    const got = await ask("/responses/resp%2F2");
    expect(got.headers.get("x-request-id")).toBe("req_1");
    expect(await got.json()).toMatchObject({ id: "resp/2" });
  });

  it("may be answered without a body", async () => {
    const answer = await openBakery().ask("/responses/resp_1", { method: "DELETE" });
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
  });

  it("is answered with the error of the service", async () => {
    const answer = await openBakery({ passThrough: false }).ask("/responses/r/cancel", {
      method: "POST",
    });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({ error: { code: "unimplemented" } });
  });

  it("reaches the service with the client's credentials, and no other headers", async () => {
    let seen: unknown;
    const source = {
      getResponse: async (_request: unknown, call: { headers: unknown }) => {
        seen = call.headers;
        return await Promise.resolve({ content: undefined });
      },
    };
    const headers = { authorization: "Bearer b", cookie: "c=1" };
    await openBakery({ source }).ask("/responses/r", { headers });
    expect(seen).toEqual([["authorization", "Bearer b"]]);
  });
});

describe("a request for a stream", () => {
  it("is answered with server-sent events, each with an identifier", async () => {
    const answer = await openBakery().stream();
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const text = await answer.text();
    expect(text.split("\n\n")).toHaveLength(4);
    expect(text.startsWith(TEXT)).toBe(true);
    const [opening = ""] = (answer.headers.get("stepwire-last-event-id") ?? "").split(":");
    expect(text.match(/^id: .*$/gm)).toEqual([1, 2, 3].map((n) => `id: ${opening}:${n}`));
  });

  it("has no identifiers if clients cannot resume", async () => {
    expect(await (await openBakery({ clientResume: false }).stream()).text()).not.toContain("id: ");
  });

  it.each(["connect", "grpc-web"] as const)("is answered over %s, too", async (protocol) => {
    expect(await (await openBakery({ protocol }).stream()).text()).toMatch(/ and[\s\S]* jam/);
  });

  it("that fails gets an error as its last event", async () => {
    const source = streamOf(async function* () {
      yield* deltas("Bread");
      throw new Error("the oven is cold");
    });
    const text = await (await openBakery({ source }).stream()).text();
    expect(text).toMatch(
      /^event: response[\s\S]*\n\nevent: error\ndata: \{"type":"error","error":\{/,
    );
    expect(text).not.toContain("oven");
  });

  it("that is silent gets comments", async () => {
    const source = streamOf((signal) => untilAborted(signal, "Bread"));
    const answer = await openBakery({ source, limits: { keepAliveInterval: 10 } }).stream();
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes(": keep-alive\n: keep-alive\n")) {
      text += (await reader?.read())?.value ?? expect.unreachable("the stream ended");
    }
    await reader?.cancel();
  });

  it("that takes too long is ended with an error", async () => {
    const source = streamOf((signal) => untilAborted(signal, "Bread"));
    const answer = await openBakery({ source, limits: { streamTimeout: 500 } }).stream();
    expect(await answer.text()).toMatch(/event: error\n.*"code":"stream_timeout"/);
  });

  it("is refused beyond the number of streams", async () => {
    const source = streamOf((signal) => untilAborted(signal, "Bread"));
    const { egress, stream } = openBakery({ source, limits: { maxStreams: 1 } });
    const first = await stream();
    expect(egress.streams).toBe(1);
    const second = await stream();
    expect([second.status, await second.json()]).toMatchObject([
      429,
      { error: { code: "too_many_streams" } },
    ]);
    await first.body?.cancel();
    await expect.poll(() => egress.streams).toBe(0);
  });
});

describe("a service that", () => {
  it.each([
    ["redirects", () => new Response(null, { status: 307 }), "service_redirects"],
    [
      "answers with too much",
      () => new Response(new Uint8Array(101), { headers: { "content-type": "application/proto" } }),
      "service_too_large",
    ],
  ])("%s is reported as 502, so that its operator learns why", async (_, answer, code) => {
    const { ask } = openBakery({
      fetch: async () => await Promise.resolve(answer()),
      limits: { maxMessageBytes: 100 },
    });
    const received = await ask("/responses/r");
    expect([received.status, await received.json()]).toMatchObject([502, { error: { code } }]);
  });
});

describe("a client that leaves", () => {
  it.each(["the request", "the answer"])("by aborting %s ends the stream", async (what) => {
    let ended: AbortSignal | undefined;
    const source = streamOf((signal) => {
      ended = signal;
      return untilAborted(signal, "Bread");
    });
    const { egress, stream } = openBakery({ source, clientResume: false });
    const leaving = new AbortController();
    const answer = await stream({ signal: leaving.signal });
    expect(ended?.aborted).toBe(false);
    if (what === "the request") {
      leaving.abort();
      await expect(answer.text()).rejects.toThrow();
    } else {
      await answer.body?.cancel();
    }
    await expect.poll(() => ended?.aborted).toBe(true);
    await expect.poll(() => egress.active).toBe(0);
  });

  it.each(["application/json", "text/plain"])(
    "before the end of its request ends it: %s",
    async (type) => {
      const ended: string[] = [];
      const { egress, ask } = openBakery({
        fetch: async (_, init) => new Response(await new Response(init?.body).text()),
        observer: { request: () => ({ end: ({ status }) => ended.push(status) }) },
      });
      let isCanceled = false;
      const body = new ReadableStream<Uint8Array>({
        cancel: () => {
          isCanceled = true;
        },
      });
      const controller = new AbortController();
      const init: RequestInit & { duplex: "half" } = {
        ...{ method: "POST", headers: { "content-type": type }, body, duplex: "half" },
        signal: controller.signal,
      };
      const answer = ask("/responses", init);
      await delay(10);
      controller.abort();
      expect((await answer).status).toBe(499);
      await expect.poll(() => [ended, egress.active]).toEqual([["client_left"], 0]);
      await expect.poll(() => isCanceled).toBe(true);
    },
  );

  it("before the end of its request ends it, whatever the server does with the rest", async () => {
    const ended: string[] = [];
    const { egress } = openBakery({
      observer: { request: () => ({ end: ({ status }) => ended.push(status) }) },
    });
    const controller = new AbortController();
    const sink = new FetchSink(controller.signal);
    const answered = egress.handle(
      {
        method: "POST",
        url: "/v1/responses",
        headers: new Headers({ "content-type": "application/json" }),
        hasBody: true,
        chunks: () => expect.unreachable("the body is read whole"),
        readBody: () => new Promise(() => {}),
      },
      sink,
    );
    controller.abort();
    await answered;
    expect(ended).toEqual(["client_left"]);
  });

  it("before the answer ends the call", async () => {
    let ended: AbortSignal | undefined;
    const source = {
      getResponse: (_request: unknown, { signal }: { signal: AbortSignal }) => {
        ended = signal;
        return new Promise<never>(() => {});
      },
    };
    const { egress, ask } = openBakery({ source });
    const leaving = new AbortController();
    const answer = ask("/responses/r", { signal: leaving.signal });
    await expect.poll(() => ended).toBeDefined();
    leaving.abort();
    expect((await answer).status).toBe(499);
    await expect.poll(() => ended?.aborted).toBe(true);
    await expect.poll(() => egress.active).toBe(0);
  });

  it("gets the rest when it comes back, and the service is asked once", async () => {
    let asked = 0;
    let proceed = (): void => {};
    const more = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const source = streamOf(async function* () {
      asked++;
      yield* deltas("Bread", " and");
      await more;
      yield* deltas(" jam");
    });
    const { stream } = openBakery({ source, service: { maxResumeWindow: 5000 } });
    const first = await stream();
    const reader = first.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes(" and")) {
      text += (await reader?.read())?.value ?? expect.unreachable("the stream ended");
    }
    await reader?.cancel();
    const id = /^id: (.*:2)$/m.exec(text)?.[1] ?? expect.unreachable("no identifier");
    proceed();
    const headers = { "content-type": "application/json", "last-event-id": id };
    const rest = await (await stream({ headers })).text();
    expect(rest.match(/"delta":"[^"]*"/g)).toEqual(['"delta":" jam"']);
    expect(rest).toContain(id.replace(/2$/, "3"));
    expect(asked).toBe(1);
    const unknown = { ...headers, "last-event-id": "unknown:1" };
    expect((await stream({ headers: unknown })).status).toBe(404);
    expect((await stream({ headers: { ...headers, "last-event-id": "x" } })).status).toBe(400);
  });

  it("is not ahead of: nothing more is read from the service than it reads", async () => {
    let sent = 0;
    const source = streamOf(async function* () {
      for (; sent < 10_000; sent++) {
        // The stream format does not repeat a text that is equal to the one before.
        yield* deltas(String(sent).padEnd(1000));
      }
    });
    const answer = await openBakery({ source }).stream();
    const counts: number[] = [];
    do {
      counts.push(sent);
      await delay(50);
    } while (counts.at(-1) !== sent);
    expect(sent).toBeLessThan(2000);
    await answer.body?.cancel();
  });
});

describe("a request that no rpc takes", () => {
  const post = (type: string, body: NonNullable<RequestInit["body"]>): RequestInit => ({
    method: "POST",
    headers: type === "" ? {} : { "content-type": type },
    body,
  });

  it.each<[string, string, RequestInit, number, string | null]>([
    ["of an unknown path", "/loaves", {}, 404, "unknown_url"],
    ["of another method", "/responses/r", { method: "PUT" }, 404, "unknown_url"],
    ["with a bad escape", "/responses/%zz", {}, 400, null],
    ["with a long part", `/responses/${"x".repeat(513)}`, {}, 414, null],
    ["of another type", "/responses", post("text/plain", "x"), 415, "unsupported_media_type"],
    ["without a type", "/responses", post("", new Uint8Array(1)), 415, "unsupported_media_type"],
    ["that is too large", "/responses", json(" ".repeat(1001)), 413, "request_too_large"],
    [
      "that is not UTF-8",
      "/responses",
      post("application/json", new Uint8Array([0x22, 0xff])),
      400,
      "invalid_utf8",
    ],
    ["with a bad query", "/responses/r?x=%ff", {}, 400, "invalid_utf8"],
  ])("%s is refused", async (_what, path, init, status, code) => {
    const { ask } = openBakery({ passThrough: false, limits: { maxBodyBytes: 1000 } });
    const answer = await ask(path, init);
    expect([answer.status, await answer.json()]).toMatchObject([status, { error: { code } }]);
    expect(answer.headers.get("content-type")).toBe("application/json");
  });

  it("in parts is refused when it becomes too large", async () => {
    const part = new TextEncoder().encode(" ".repeat(600));
    const body = new ReadableStream<Uint8Array>({ pull: (control) => control.enqueue(part) });
    const { ask } = openBakery({ limits: { maxBodyBytes: 1000 } });
    const init = { ...post("application/json", body), duplex: "half" } as const;
    expect((await ask("/responses", init)).status).toBe(413);
  });
});

describe("the handler", () => {
  it("says that a body was read before, as by the framework", async () => {
    const { egress } = openBakery({ upstream: () => expect.unreachable("it was asked") });
    for (const [path, type] of [
      ["/responses", "application/json"],
      ["/files", "text/plain"],
    ]) {
      const headers = { "content-type": String(type) };
      const init = { method: "POST", headers, body: "{}" };
      const request = new Request(`http://bakery.example/v1${path}`, init);
      await request.text();
      const answer = await egress.fetch(request);
      expect([answer.status, await answer.json()]).toMatchObject([
        500,
        { error: { code: "body_already_read" } },
      ]);
    }
  });

  it("knows which requests are its own", () => {
    const options = { ingress: "http://x.example", services: [ResponseService] };
    const { handles } = createEgressHandler({ ...options, passThrough: false });
    expect(handles("POST", "/v1/responses")).toBe(true);
    expect(handles("PUT", "/v1/responses")).toBe(false);
    expect(handles("GET", "/v1/files?x=1")).toBe(false);
    const passing = createEgressHandler(options).handles;
    expect(passing("PUT", "/v1/files?x=1")).toBe(true);
    expect(passing("GET", "/v10/files")).toBe(false);
    expect(passing("GET", "/?/v1/files")).toBe(false);
  });

  it("serves at another prefix, or at none", async () => {
    for (const prefix of ["", "/a/b"]) {
      const { egress } = openBakery({ prefix });
      const url = `http://bakery.example${prefix}/responses/r`;
      expect(await (await egress.fetch(new Request(url))).json()).toMatchObject({ id: "r" });
    }
  });

  it("lets streams end when it closes, refuses new requests, and ends what takes too long", async () => {
    const source = streamOf((signal) => untilAborted(signal, "Bread"));
    const { egress, ask, stream } = openBakery({ source });
    const text = (await stream()).text();
    const closing = egress.close(100);
    const refused = await ask("/responses", json(STREAMING));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await refused.json()).toMatchObject({ error: { code: "shutting_down" } });
    expect(await text).toMatch(/Bread[\s\S]*event: error\n.*"code":"shutting_down"/);
    await closing;
    expect(egress.active).toBe(0);
  });
});
