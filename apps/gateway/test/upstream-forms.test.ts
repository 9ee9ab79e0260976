import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import {
  brotliCompressSync,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import type { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { type ChainOptions, createClient, startChain } from "./support/chain.js";
import {
  collect,
  describe as describeError,
  rawEvents,
  sampleIds,
  sampleStream,
  startRun,
  withoutIds,
  writtenAnew,
} from "./support/collect.js";
import { sendJson, sendStream, startUpstream, streamHeaders } from "./support/upstream.js";

const step = '{"id":"step_1","object":"thread.run.step","status":"completed","x":"é"}';
const list = `{"object":"list","data":[${step}],"has_more":false}`;
const error = '{"error":{"message":"No é.","type":"some_error","param":"p","code":"c"}}';

/** What a client sees of a step, a list and a stream. */
async function seenBy(client: OpenAI): Promise<unknown[]> {
  const { steps } = client.beta.threads.runs;
  const { run_id, thread_id } = sampleIds;
  return [
    await steps.retrieve("step_1", sampleIds).catch(describeError),
    await steps.list(run_id, { thread_id }).then(({ data }) => data, describeError),
    await collect(startRun(client)),
  ];
}

/** Asks an upstream through the gateways and directly. */
async function both(
  answer: Parameters<typeof startUpstream>[0],
  options: ChainOptions = {},
): Promise<{ through: unknown[]; direct: unknown[] }> {
  const upstream = await startUpstream(answer);
  const { openai } = await startChain(upstream.url, options);
  const direct = createClient(upstream.url.replace(/\/v1$/, ""));
  return { through: await seenBy(openai), direct: await seenBy(direct) };
}

/** Answers each question with what is due. */
function answerWith(
  write: (response: ServerResponse, type: string, body: Buffer, status: number) => void,
  status = 200,
): Parameters<typeof startUpstream>[0] {
  return ({ method, url }, response) => {
    const json = url.includes("/steps/") ? step : list;
    const isStream = method === "POST" && status === 200;
    const body = isStream ? sampleStream : status === 200 ? json : error;
    const type = isStream ? "text/event-stream" : "application/json";
    write(response, type, Buffer.from(body), status);
  };
}

const encodings: [name: string, encode: (body: Buffer) => Buffer][] = [
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["GZIP", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync],
  ["gzip, br", (body) => brotliCompressSync(gzipSync(body))],
  ["identity", (body) => body],
  ["identity, gzip", gzipSync],
  ["", (body) => body],
];

describe("an upstream that compresses unasked", { timeout: 60_000 }, () => {
  it.each(encodings)("issue 11.10: with %s: its answers are as without", async (name, encode) => {
    const { through } = await both(
      answerWith((response, type, body) => {
        response.writeHead(200, { "content-type": type, "content-encoding": name });
        response.end(encode(body));
      }),
    );
    const { direct } = await both(
      answerWith((response, type, body) => {
        response.writeHead(200, { "content-type": type }).end(body);
      }),
    );
    expect(through).toEqual(direct);
  });

  it.each(encodings)("issue 11.10: with %s: so are its errors", async (name, encode) => {
    for (const status of [404, 503]) {
      const upstream = await startUpstream(
        answerWith((response, type, body) => {
          response.writeHead(status, { "content-type": type, "content-encoding": name });
          response.end(encode(body));
        }, status),
      );
      const { egress, openai } = await startChain(upstream.url);
      const answer = await fetch(`${egress.url}/v1/threads/t/runs/r/steps`);
      expect([answer.status, await answer.text()]).toEqual([status, error]);
      expect(answer.headers.get("content-encoding")).toBe(null);
      expect((await collect(startRun(openai))).at(-1)).toMatchObject({ status, code: "c" });
    }
  });

  it.each([
    ["gzip", createGzip],
    ["br", createBrotliCompress],
    ["zstd", createZstdCompress],
  ] as const)("issue 11.10: with %s: its events come as it sends them", async (name, create) => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, { ...streamHeaders, "content-encoding": name });
      const encoder = create();
      encoder.pipe(response);
      encoder.write(sampleStream.split(/(?<=\n\n)/)[0]);
      encoder.flush();
    });
    const { egress } = await startChain(upstream.url);
    const answer = await fetch(`${egress.url}/v1/threads/t/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"stream":true}',
    });
    const first = await answer.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).toMatch(/^event: thread\.run\.created\n/);
  });

  it.each([
    ["an unknown encoding", "compress", Buffer.from("x"), /content-encoding 'compress'/],
    ["a strange one", "<b>; q=1", Buffer.from("x"), /an unknown content-encoding/],
    ["too many", "gzip, gzip, gzip, gzip", Buffer.from("x"), /more than 3 content-encodings/],
    ["bytes that are not gzip", "gzip", Buffer.from("hello"), /'gzip'.*cannot be decoded/],
    ["half of gzip", "gzip", gzipSync(sampleStream).subarray(0, 500), /'gzip'.*cannot be decoded/],
    ["half of br", "br", brotliCompressSync(sampleStream).subarray(0, 500), /'br'.*cannot be dec/],
    ["half of zstd", "zstd", zstdCompressSync(sampleStream).subarray(0, 99), /'zstd'.*cannot be/],
  ])("issue 11.10: with %s: 502, and why", async (_name, encoding, body, why) => {
    const { through } = await both((_request, response) => {
      response.writeHead(200, { ...streamHeaders, "content-encoding": encoding }).end(body);
    });
    const last = (through[2] as unknown[]).at(-1);
    for (const seen of [through[0], through[1], last]) {
      expect(seen).toMatchObject({
        code: "upstream_encoding",
        message: expect.stringMatching(why) as string,
      });
    }
  });

  const bomb = Buffer.alloc(64 * 1024 * 1024, " ");
  const bombs: [string, Buffer][] = [
    ["gzip", gzipSync(bomb)],
    ["br", brotliCompressSync(bomb, { params: { 1: 5 } })],
    ["zstd", zstdCompressSync(bomb)],
    ["gzip, gzip", gzipSync(gzipSync(Buffer.concat([bomb, bomb, bomb, bomb])))],
  ];
  it.each(bombs)(
    "issue 11.10: with a bomb of %s: the bounds hold",
    { timeout: 60_000 },
    async (encoding, body) => {
      const before = process.memoryUsage.rss();
      let peak = 0;
      const watch = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage.rss() - before);
      }, 5);
      for (const status of [200, 500]) {
        const upstream = await startUpstream((_request, response) => {
          response.writeHead(status, { ...streamHeaders, "content-encoding": encoding }).end(body);
        });
        // Not directly: the SDK has no bound.
        const through = await seenBy((await startChain(upstream.url)).openai);
        const last = (through[2] as unknown[]).at(-1);
        const code = status === 200 ? "upstream_too_large" : "error_too_long";
        expect([through[0], through[1], last]).toMatchObject([{ code }, { code }, { code }]);
      }
      clearInterval(watch);
      // What is decoded counts; a document may have 16 MiB here.
      expect(peak).toBeLessThan(300 * 1024 * 1024);
    },
  );
});

describe("an upstream in another form", { timeout: 60_000 }, () => {
  const BOM = Buffer.from("\uFEFF");

  it("issue 11.11: with a byte order mark: as the SDK sees it directly", async () => {
    for (const status of [200, 404]) {
      const { through, direct } = await both(
        answerWith((response, type, body) => {
          response.writeHead(status, { "content-type": type });
          response.end(Buffer.concat([BOM, body]));
        }, status),
      );
      expect(through).toEqual(direct);
    }
  });

  it.each([
    ["none", {}],
    ["text/plain", { "content-type": "text/plain" }],
    ["application/octet-stream", { "content-type": "application/octet-stream" }],
    ["application/json", { "content-type": "application/json; charset=utf-8" }],
    ["nonsense", { "content-type": ";" }],
  ])(
    "issue 11.11: with events of the type %s: as the SDK sees them directly",
    async (_, headers) => {
      for (const start of ["", ": hello\n\n", "\n", "\uFEFF", "id: 7\n", "retry: 5\n", "event\n"]) {
        const { through, direct } = await both(async ({ method }, response) => {
          if (method === "POST") {
            response.writeHead(200, headers);
            for (const part of `${start}${sampleStream}`.slice(0, 9)) {
              response.write(part);
              await delay(1);
            }
            response.end(`${start}${sampleStream}`.slice(9));
          } else {
            sendJson(response, list);
          }
        });
        expect(through[2]).toEqual(direct[2]);
      }
    },
  );

  it.each(["stream", "connect", "grpc", "grpc-web"] as const)(
    "with a status such as 201: the client gets the same, over %s",
    async (protocol) => {
      let status = 200;
      const upstream = await startUpstream(({ method }, response) => {
        const isStream = method === "POST";
        response.writeHead(status, isStream ? streamHeaders : { "content-type": "text/json" });
        response.end(isStream ? sampleStream : step);
      });
      const { egress } = await startChain(upstream.url, { protocol });
      for (status of [200, 201, 202, 299]) {
        const document = await fetch(`${egress.url}/v1/threads/t/runs/r/steps/s`);
        expect([document.status, await document.text()]).toEqual([status, step]);
        expect(document.headers.get("stepwire-status")).toBeNull();
        const stream = await fetch(`${egress.url}/v1/threads/t/runs`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"stream":true}',
        });
        expect([stream.status, withoutIds(await stream.text())]).toEqual([status, writtenAnew]);
        expect(stream.headers.get("stepwire-status")).toBeNull();
      }
    },
  );

  it.each([301, 302, 307, 308])(
    "issue 11.11: with the redirect %i on its own origin: followed, the request as it was",
    async (status) => {
      const upstream = await startUpstream((request, response) => {
        const [path = "", query = ""] = request.url.split("?");
        if (!path.startsWith("/v1/moved")) {
          const location = `${path.replace("/v1/", "/v1/moved/")}${query && `?${query}`}`;
          response.writeHead(status, { location }).end("moved");
        } else if (request.method === "POST") {
          sendStream(response, sampleStream);
        } else {
          sendJson(response, path.includes("/steps/") ? step : list);
        }
      });
      const { openai } = await startChain(upstream.url);
      const [retrieved, listed, streamed] = await seenBy(openai);
      expect(retrieved).toMatchObject({ id: "step_1" });
      expect(listed).toMatchObject([{ id: "step_1" }]);
      const posts = upstream.seen.filter(({ method }) => method === "POST");
      if (status >= 307) {
        const direct = createClient(upstream.url.replace(/\/v1$/, ""));
        expect((streamed as unknown[]).length).toBeGreaterThan(60);
        expect(streamed).toEqual(await collect(startRun(direct)));
        expect(posts.map(({ url }) => url)).toEqual([
          `/v1/threads/${sampleIds.thread_id}/runs`,
          `/v1/moved/threads/${sampleIds.thread_id}/runs`,
        ]);
        expect(posts[1]?.body).toBe(posts[0]?.body);
        expect(posts[1]?.body).toContain("asst_1");
      } else {
        // By the standard, the POST would become a GET, which starts no run.
        expect(streamed).toMatchObject([{ status: 502, code: "upstream_status" }]);
        expect(posts).toHaveLength(1);
      }
      for (const { headers } of upstream.seen) {
        expect(headers.authorization).toBe("Bearer key-of-the-test");
      }
    },
  );

  it.each([301, 302, 303, 307, 308])(
    "issue 11.11: with the redirect %i to another origin: refused, and nothing is sent there",
    async (status) => {
      const other = await startUpstream((_request, response) => sendJson(response, step));
      for (const location of [
        other.url,
        other.url.replace("http:", ""),
        "ftp://x/",
        "http://",
        "",
      ]) {
        const { through } = await both((_request, response) => {
          response.writeHead(status, { location }).end();
        });
        expect(through[0]).toMatchObject({ status: 502, code: "upstream_status" });
        expect((through[2] as unknown[]).at(-1)).toMatchObject({ code: "upstream_status" });
      }
      const seen = other.seen.filter(({ headers }) => headers.authorization !== undefined);
      expect(seen).toEqual([]);
    },
  );

  it("issue 11.11: with redirects in a circle: refused in the end", async () => {
    const upstream = await startUpstream(({ url }, response) => {
      response.writeHead(307, { location: url }).end("x".repeat(100_000));
    });
    const { openai } = await startChain(upstream.url);
    const [seen] = await seenBy(openai);
    expect(seen).toMatchObject({
      status: 502,
      message: expect.stringMatching(/redirects more than \d+ times/) as string,
    });
    expect(upstream.seen.length).toBeLessThan(70);
  });

  it("issue 11.11: with an event without a name: it has none on its way through", async () => {
    const events = 'data: {"x":1}\n\nevent: message\ndata: {"x":2}\n\ndata: [DONE]\n\n';
    const upstream = await startUpstream((_request, response) => sendStream(response, events));
    const { egress } = await startChain(upstream.url);
    expect(await rawEvents(egress.url)).toBe(events);
  });

  it("issue 11.11: with an event of 3 MB: it passes; above the bound the error says so", async () => {
    const payload = (size: number): string => `data: "${"x".repeat(size)}"\n\n`;
    let size = 3_000_000;
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, payload(size)),
    );
    const { egress } = await startChain(upstream.url);
    expect(await rawEvents(egress.url)).toBe(payload(size));
    size = 2 ** 24;
    expect(await rawEvents(egress.url)).toMatch(
      /An event of the upstream is too large: it has more than 16777216 bytes.*upstream_too_large/,
    );
  });

  it("issue 11.11: with a byte that is not UTF-8: refused, and the error names the option", async () => {
    const { through } = await both(
      answerWith((response, type, body) => {
        const broken = Buffer.from(body.toString("latin1").replace("completed", "\xff"), "latin1");
        response.writeHead(200, { "content-type": type }).end(broken);
      }),
    );
    const last = (through[2] as unknown[]).at(-1);
    for (const seen of [through[0], through[1], last]) {
      expect(seen).toMatchObject({
        code: "upstream_invalid",
        message: expect.stringMatching(/not UTF-8.*--replace-invalid-utf8/) as string,
      });
    }
  });

  it("issue 11.11: with a byte that is not UTF-8 that is replaced: as the SDK sees it", async () => {
    const { through, direct } = await both(
      answerWith((response, type, body) => {
        const broken = Buffer.from(
          body
            .toString("latin1")
            .replaceAll("\xc3\xa9", "\xe2\x82")
            .replaceAll('"value":"', '"value":"\xff'),
          "latin1",
        );
        response.writeHead(200, { "content-type": type }).end(broken);
      }),
      { limits: { replaceInvalidUtf8: true } },
    );
    expect(through).toEqual(direct);
  });
});
