import { connect } from "node:net";
import { RunStepService } from "@stepwire/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Chain, startChain } from "./support/chain.js";
import { sampleStream } from "./support/collect.js";
import { sendJson, sendStream, startUpstream } from "./support/upstream.js";

const PATH = "/v1/threads/t/runs";

/** What a client gets that sends all of its bytes, whatever comes, and then reads. */
async function send(url: string, ...parts: (string | Uint8Array)[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  const sent = (async () => {
    for (const part of parts) {
      await new Promise<void>((resolve, reject) => {
        socket.write(part, (error) => (error ? reject(error) : resolve()));
      });
    }
  })();
  let answer = "";
  socket.on("data", (chunk: Buffer) => {
    answer += chunk.toString("latin1");
  });
  const ended = new Promise((resolve, reject) => {
    socket.on("end", resolve);
    socket.on("error", reject);
    const poll = setInterval(() => {
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      const length = /^content-length: (\d+)/im.exec(head)?.[1];
      if (length !== undefined && body.length >= Number(length)) {
        clearInterval(poll);
        resolve(undefined);
      }
    }, 10);
    onTestFinished(() => clearInterval(poll));
  });
  await Promise.all([sent, ended]);
  return answer;
}

/** An answer's status, type and error. */
function parse(answer: string): { status: number; type: string | undefined; error: unknown } {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
  const type = /^content-type: (.*)$/im.exec(head)?.[1]?.trim();
  const { error } = JSON.parse(body) as { error: unknown };
  return { status, type, error };
}

async function start(): Promise<Chain> {
  const upstream = await startUpstream(({ method }, response) =>
    method === "POST" ? sendStream(response, sampleStream) : sendJson(response, "{}"),
  );
  // Without a service that answers the same requests with a document.
  return await startChain(upstream.url, { services: [RunStepService] });
}

const anError = {
  message: expect.any(String) as string,
  type: expect.stringMatching(/_error$/) as string,
  param: null,
};

describe("a request that is too large", { timeout: 60_000 }, () => {
  const part = new Uint8Array(256 * 1024).fill(0x20);
  const parts = new Array<Uint8Array>(20).fill(part);
  const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;

  it("issue 11.33: gets 413 although it is still being sent", async () => {
    const { egress } = await start();
    for (let turn = 0; turn < 10; turn++) {
      const length = part.length * parts.length;
      const answer = await send(egress.url, `${head}content-length: ${length}\r\n\r\n`, ...parts);
      expect(parse(answer)).toMatchObject({ status: 413, error: { code: "request_too_large" } });
    }
  });

  it("issue 11.33: gets 413 in chunks, and with connection: close", async () => {
    const { egress } = await start();
    const chunks = parts.flatMap((each) => [`${each.length.toString(16)}\r\n`, each, "\r\n"]);
    for (const more of ["", "connection: close\r\n"]) {
      for (let turn = 0; turn < 5; turn++) {
        const start = `${head}${more}transfer-encoding: chunked\r\n\r\n`;
        const answer = await send(egress.url, start, ...chunks, "0\r\n\r\n");
        expect(parse(answer)).toMatchObject({ status: 413, error: { code: "request_too_large" } });
      }
    }
  });

  it("issue 11.33: gets 413 and 415 where it is wrong otherwise, on either side", async () => {
    const { egress, ingress } = await start();
    const length = part.length * parts.length;
    for (const { url } of [egress, ingress]) {
      const other = `POST /x HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;
      const answer = await send(
        url,
        `${other}connection: close\r\ncontent-length: ${length}\r\n\r\n`,
        ...parts,
      );
      expect(parse(answer)).toMatchObject({ status: 413, error: { code: "request_too_large" } });
    }
    const text = head.replace("application/json", "text/plain");
    const answer = await send(
      egress.url,
      `${text}connection: close\r\ncontent-length: ${length}\r\n\r\n`,
      ...parts,
    );
    expect(parse(answer)).toMatchObject({ status: 415, error: { code: "unsupported_media_type" } });
  });

  it("issue 11.33: is not read for ever", async () => {
    const { egress } = await startChain("http://127.0.0.1:9/v1", {
      egress: { maxDiscardBytes: 2 ** 20, maxBodyBytes: 1000 },
    });
    const many = new Array<Uint8Array>(400).fill(part);
    const request = send(egress.url, `${head}content-length: ${2 ** 30}\r\n\r\n`, ...many);
    await expect(request).rejects.toMatchObject({
      code: expect.stringMatching(/^(EPIPE|ECONNRESET|ECANCELED)$/) as string,
    });
  });
});

describe("a request that is not HTTP", () => {
  const get = "GET /v1/threads/t/runs/r/steps HTTP/1.1\r\nhost: x\r\n";

  it.each<[string, number, string | Uint8Array]>([
    ["no HTTP", 400, "hello\r\n\r\n"],
    ["another version", 400, "GET / HTTP/9.9\r\nhost: x\r\n\r\n"],
    ["a control character in a header", 400, `${get}authorization: Bearer a\x01b\r\n\r\n`],
    ["a space in a header's name", 400, `${get}a b: c\r\n\r\n`],
    ["two lengths", 400, `${get}content-length: 1\r\ncontent-length: 2\r\n\r\n`],
    ["a length and chunks", 400, `${get}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`],
    ["a length that is none", 400, `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n`],
    [
      "a chunk that is none",
      400,
      `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nx\r\n`,
    ],
    ["no host", 400, "GET / HTTP/1.1\r\n\r\n"],
    ["large headers", 431, `${get}x: ${"x".repeat(20_000)}\r\n\r\n`],
    ["an unknown expectation", 417, `${get}expect: cake\r\n\r\n`],
    ["a tunnel", 405, "CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n"],
    [
      "a bad escape in its path",
      400,
      "GET /v1/threads/%zz/runs/r/steps HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
    [
      "a path that is too long",
      414,
      `GET /v1/threads/${"x".repeat(600)}/runs/r/steps HTTP/1.1\r\nhost: x\r\n\r\n`,
    ],
    ["a method that no route has", 404, `PROPFIND ${PATH} HTTP/1.1\r\nhost: x\r\n\r\n`],
    [
      "another type",
      415,
      `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: ;;;\r\ncontent-length: 2\r\n\r\n{}`,
    ],
    ["no body", 400, `POST ${PATH} HTTP/1.1\r\nhost: x\r\n\r\n`],
  ])(
    "issue 11.33: with %s gets %i in the shape of the API's errors",
    async (_name, status, bytes) => {
      const { egress, ingress } = await start();
      const answer = parse(await send(egress.url, bytes));
      expect(answer).toMatchObject({ status, error: anError });
      expect(answer.type).toMatch(/^application\/json/);
      // The ingress has only the routes of its services.
      const inner = parse(await send(ingress.url, bytes));
      expect(inner).toMatchObject({ status: expect.any(Number) as number, error: anError });
      expect(inner.status).toBeGreaterThanOrEqual(400);
      expect(inner.status).toBeLessThan(500);
    },
  );

  it("issue 11.33: with a header beyond ASCII passes as it is", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const { egress } = await startChain(upstream.url);
    const request = `${get}authorization: Bearer t\xf6ken\r\nconnection: close\r\n\r\n`;
    expect(await send(egress.url, Buffer.from(request, "latin1"))).toMatch(/^HTTP\/1\.1 200/);
    expect(upstream.seen[0]?.headers.authorization).toBe("Bearer t\xf6ken");
  });

  it.each([200, 429])(
    "issue 11.33: gets an answer %i whose headers are beyond ASCII",
    async (status) => {
      const upstream = await startUpstream((_request, response) => {
        response.setHeader("openai-organization", "caf\xe9");
        response.setHeader("retry-after", "\xe9");
        sendJson(response, status === 200 ? "{}" : '{"error":{"message":"No."}}', status);
      });
      for (const protocol of ["stream", "connect", "grpc", "grpc-web"] as const) {
        const { egress } = await startChain(upstream.url, { protocol });
        const answer = await fetch(`${egress.url}/v1/threads/t/runs/r/steps`);
        expect(answer.status).toBe(status);
        expect(answer.headers.get("openai-organization")).toBe("caf\xe9");
      }
    },
  );

  it.each(["stream", "connect", "grpc", "grpc-web"] as const)(
    "gets a stream whose headers are beyond ASCII, over %s",
    async (protocol) => {
      const upstream = await startUpstream((_request, response) => {
        response.setHeader("openai-organization", "caf\xe9");
        sendStream(response, sampleStream);
      });
      for (const httpVersion of ["1.1", "2"] as const) {
        const { egress } = await startChain(upstream.url, { protocol, httpVersion });
        const answer = await fetch(`${egress.url}${PATH}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"stream":true}',
        });
        expect(answer.headers.get("openai-organization")).toBe("caf\xe9");
        await answer.arrayBuffer();
      }
    },
  );

  it("issue 11.33: after a request that is, gets both answers", async () => {
    const { egress } = await start();
    const answer = await send(
      egress.url,
      "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nhost: x\r\nbad header: 1\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
  });
});

describe("a request that is not UTF-8", () => {
  const post = async (url: string, body: string, headers = {}): Promise<Response> =>
    await fetch(`${url}${PATH}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: Buffer.from(body, "latin1"),
    });

  it.each([
    ["one byte", '{"stream":true,"x":"\xff"}', 20],
    ["a surrogate", '{"stream":true,"x":"\xed\xa0\x80"}', 20],
    ["a character that is cut off", '{"stream":true,"x":"\xe2\x82"}', 20],
    ["a character at the end", '{"stream":true}\xe2\x82', 15],
    ["a long one", `{"stream":true,"x":"${" ".repeat(100_000)}\xc0\x80"}`, 100_020],
  ])("issue 11.31: with %s gets 400, and nothing goes on", async (_name, body, offset) => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { egress } = await startChain(upstream.url);
    const answer = await post(egress.url, body);
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error).toMatchObject({ code: "invalid_utf8", type: "invalid_request_error" });
    const found = Number(/at offset (\d+)\.$/.exec(error.message)?.[1]);
    expect(Math.abs(found - offset)).toBeLessThanOrEqual(2);
    expect(upstream.seen).toEqual([]);
  });

  it("issue 11.31: but for that, goes on as it is", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { egress } = await startChain(upstream.url);
    const body = '{"stream":true,"x":"\u00e4\u20ac\ud83d\ude00\ufffd\\ud800"}';
    const utf8 = Buffer.from(body).toString("latin1");
    expect((await post(egress.url, utf8)).status).toBe(200);
    expect(upstream.seen[0]?.body).toBe(body);
    expect((await post(egress.url, utf8, { "content-encoding": "identity" })).status).toBe(200);
    const encoded = await post(egress.url, utf8, { "content-encoding": "gzip" });
    expect(encoded.status).toBe(415);
    expect(await encoded.json()).toMatchObject({ error: { code: "unsupported_content_encoding" } });
  });

  it("issue 11.31: in its query gets 400", async () => {
    const { egress } = await start();
    const steps = `${egress.url}/v1/threads/t/runs/r/steps`;
    for (const query of ["after=%ff", "x=%e2%82", "include[]=%ed%a0%80"]) {
      const answer = await fetch(`${steps}?${query}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: "invalid_utf8" } });
    }
    for (const query of ["after=%e2%82%ac", "x=100%", "x=%zz", "x=a+b%20c"]) {
      expect((await fetch(`${steps}?${query}`)).status).toBe(200);
    }
  });

  it("issue 11.31: in JSON for the ingress gets 400, and nothing goes on", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const { ingress } = await startChain(upstream.url);
    const service = `${ingress.url}/stepwire.v1.RunStepService`;
    for (const members of [
      { threadId: "\ud800", runId: "r", stepId: "s" },
      { threadId: "t", runId: "r", stepId: "s", include: ["\udc00"] },
    ]) {
      const answer = await fetch(`${service}/GetRunStep`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(members),
      });
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { code: "invalid_argument" },
      ]);
    }
    expect(upstream.seen).toEqual([]);
  });
});
