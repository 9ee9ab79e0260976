import { connect } from "node:net";
import { RunStepService } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { startChain } from "./support/chain.js";
import {
  describe as describeError,
  firstEvents,
  rawEvents,
  retrieveStep,
  sampleIds,
  sampleStream,
} from "./support/collect.js";
import { sendJson, sendStream, startUpstream, streamHeaders } from "./support/upstream.js";

const ids = { thread_id: "thread_1", run_id: "run_1" };

describe("a client that is bad", () => {
  it("by leaving in the middle: the upstream is told at once", async () => {
    let closed = false;
    const upstream = await startUpstream((_request, response) => {
      response.on("close", () => {
        closed = true;
      });
      response.writeHead(200, streamHeaders).write(firstEvents.join(""));
    });
    const { openai, egress, ingress } = await startChain(upstream.url);
    const events = await openai.beta.threads.runs.create(sampleIds.thread_id, {
      assistant_id: "a",
      stream: true,
    });
    for await (const _event of events) {
      break;
    }
    await expect.poll(() => closed).toBe(true);
    for (const { url } of [egress, ingress]) {
      await expect
        .poll(async () => await (await fetch(`${url}/metrics`)).text())
        .toMatch(/^stepwire_gateway_streams\{.*\} 0$/m);
    }
  });

  it("by leaving before there is an answer: the upstream is told too", async () => {
    const leaving = new AbortController();
    let closed = false;
    const upstream = await startUpstream((_request, response) => {
      response.on("close", () => {
        closed = true;
      });
      leaving.abort();
    });
    const { egress } = await startChain(upstream.url);
    await expect(
      fetch(`${egress.url}/v1/threads/t/runs/r/steps`, { signal: leaving.signal }),
    ).rejects.toThrow();
    await expect.poll(() => closed).toBe(true);
  });

  it("with too large a body: 413", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { openai } = await startChain(upstream.url, { egress: { maxBodyBytes: 1000 } });
    const instructions = "x".repeat(1001);
    const error = await openai.beta.threads.runs
      .create("t", { assistant_id: "a", stream: true, instructions })
      .catch(describeError);
    expect(error).toMatchObject({ status: 413, code: "request_too_large" });
    expect(upstream.seen).toEqual([]);
  });

  it("with a body that is too large for the ingress: 413", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { openai } = await startChain(upstream.url, { ingress: { maxBodyBytes: 1000 } });
    const instructions = "x".repeat(1001);
    const error = await openai.beta.threads.runs
      .create("t", { assistant_id: "a", stream: true, instructions })
      .catch(describeError);
    expect(error).toMatchObject({
      status: 413,
      code: "request_too_large",
      type: "invalid_request_error",
    });
    expect(upstream.seen).toEqual([]);
  });

  it("with too large headers: 431", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const { openai } = await startChain(upstream.url);
    const options = { headers: { "x-large": "x".repeat(20_000) } };
    const error = await openai.beta.threads.runs.steps
      .retrieve("step_1", ids, options)
      .catch(describeError);
    expect(error).toMatchObject({ status: 431 });
    expect(upstream.seen).toEqual([]);
  });

  it("with a body that never ends to arrive: the connection is closed", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const { egress } = await startChain(upstream.url, { egress: { requestTimeout: 300 } });
    const socket = connect(Number(new URL(egress.url).port), "127.0.0.1");
    socket.write(
      "POST /v1/threads/t/runs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    let answer = "";
    for await (const chunk of socket) {
      answer += String(chunk);
    }
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
  });

  it.each([
    ["no JSON", "{", "The request's body is not JSON."],
    ["no object", "[]", "The request's body is not a JSON object."],
    ["no stream", "{}", "Only runs that are streamed are served here: set 'stream' to true."],
  ])("with %s at an endpoint that only streams: 400", async (_name, body, message) => {
    const services = [RunStepService];
    const { egress } = await startChain("http://127.0.0.1:9/v1", { services });
    const { error } = JSON.parse(await rawEvents(egress.url, body)) as { error: object };
    expect(error).toMatchObject({ message, type: "invalid_request_error" });
  });

  it("with another path: 404; with an identifier that would leave its place: 400", async () => {
    const upstream = await startUpstream((_request, response) => sendJson(response, "{}"));
    const { egress } = await startChain(upstream.url);
    const unknown = await fetch(`${egress.url}/v1/embeddings`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { code: "unknown_url" } });
    const get = async (thread: string): Promise<number> =>
      (await fetch(`${egress.url}/v1/threads/${thread}/runs/%252e%252e/steps`)).status;
    // Some upstreams decode a path before they split it.
    expect(await get("%2e%2e%2f")).toBe(400);
    expect(await get("a%5C..")).toBe(400);
    expect(await get("..a%2f")).toBe(200);
    expect(upstream.seen.map(({ url }) => url)).toEqual([
      "/v1/threads/..a%2F/runs/%252e%252e/steps",
    ]);
  });

  it("with more streams than there may be: 429", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, streamHeaders).write(firstEvents.join(""));
    });
    for (const options of [{ egress: { maxStreams: 1 } }, { ingress: { maxStreams: 1 } }]) {
      const { openai } = await startChain(upstream.url, options);
      const body = { assistant_id: "a", stream: true } as const;
      const first = await openai.beta.threads.runs.create("t", body);
      const second = await openai.beta.threads.runs.create("t", body).catch(describeError);
      expect(second).toMatchObject({ name: "RateLimitError", status: 429 });
      first.controller.abort();
    }
  });
});

describe("a token", () => {
  const answerTo = (authorization: string | undefined): [number, object] => {
    if (authorization === undefined) {
      return [401, { message: "You didn't provide an API key.", code: null }];
    }
    return [401, { message: "Incorrect API key provided.", code: "invalid_api_key" }];
  };

  it("that is missing or wrong: what the upstream says of it", async () => {
    const upstream = await startUpstream(({ headers }, response) => {
      const [status, error] = answerTo(headers.authorization);
      sendJson(response, JSON.stringify({ error }), status);
    });
    const { openai, egress } = await startChain(upstream.url);
    const expected = { name: "AuthenticationError", status: 401, code: "invalid_api_key" };
    expect(await retrieveStep(openai)).toMatchObject(expected);
    const missing = await fetch(`${egress.url}/v1/threads/t/runs/r/steps`);
    expect(missing.status).toBe(401);
    expect(await missing.json()).toEqual({ error: answerTo(undefined)[1] });
  });
});
