import type { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { startChain } from "./support/chain.js";
import { collect, firstEvents, retrieveStep, startRun } from "./support/collect.js";
import { sendJson, sendStream, startUpstream, streamHeaders } from "./support/upstream.js";

/** What a client sees that starts a stream: the last thing. */
async function stream(client: OpenAI): Promise<unknown> {
  return (await collect(startRun(client))).at(-1);
}

describe("an upstream that fails", () => {
  it.each([
    [400, "BadRequestError"],
    [401, "AuthenticationError"],
    [403, "PermissionDeniedError"],
    [404, "NotFoundError"],
    [409, "ConflictError"],
    [418, "APIError"],
    [422, "UnprocessableEntityError"],
    [429, "RateLimitError"],
    [500, "InternalServerError"],
    [503, "InternalServerError"],
  ])("with %i: the same status, members and headers", async (status, name) => {
    const error = { message: "No.", type: "some_error", param: "p", code: "c", more: [1.5] };
    const upstream = await startUpstream((_request, response) => {
      response.setHeader("retry-after", "7");
      response.setHeader("x-ratelimit-remaining-requests", "0");
      response.setHeader("x-internal", "secret");
      sendJson(response, JSON.stringify({ error }), status);
    });
    const { openai, egress } = await startChain(upstream.url);
    const expected = { name, status, type: "some_error", param: "p", code: "c" };
    expect(await retrieveStep(openai)).toMatchObject(expected);
    expect(await stream(openai)).toMatchObject(expected);
    const answer = await fetch(`${egress.url}/v1/threads/t/runs/r/steps`);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error });
    expect(answer.headers.get("retry-after")).toBe("7");
    expect(answer.headers.get("x-request-id")).toBe("req_test");
    expect(answer.headers.get("x-ratelimit-remaining-requests")).toBe("0");
    expect(answer.headers.get("x-internal")).toBe(null);
  });

  it("with HTML: the status and the text as they came", async () => {
    const html = "<html><h1>502 Bad Gateway</h1></html>";
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(502, { "content-type": "text/html" }).end(html);
    });
    const { openai, egress } = await startChain(upstream.url);
    expect(await retrieveStep(openai)).toMatchObject({ name: "InternalServerError", status: 502 });
    expect(await stream(openai)).toMatchObject({ name: "InternalServerError", status: 502 });
    const answer = await fetch(`${egress.url}/v1/threads/t/runs/r/steps`);
    expect(answer.headers.get("content-type")).toBe("text/html");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.text()).toBe(html);
  });

  it("with an endless error: an error that says so", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(500, { "content-type": "application/json" });
      const write = (): void => {
        while (!response.destroyed && response.write("x".repeat(65536))) {}
      };
      response.on("drain", write);
      write();
    });
    const { openai } = await startChain(upstream.url);
    const expected = { status: 500, code: "error_too_long" };
    expect(await retrieveStep(openai)).toMatchObject(expected);
  });

  it.each([
    ["HTML", "text/html", "<html></html>"],
    ["text that is not JSON", "application/json", "{]"],
    ["a JSON array", "application/json", "[]"],
    ["half a document", "application/json", '{"id":"step_1","object":"thread.run.st'],
  ])("with %s where a document is due: 502", async (_name, type, body) => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, { "content-type": type }).end(body);
    });
    const { openai } = await startChain(upstream.url);
    const expected = { name: "InternalServerError", status: 502, code: "upstream_invalid" };
    expect(await retrieveStep(openai)).toMatchObject(expected);
    expect(await stream(openai)).toMatchObject(expected);
  });

  it("with a redirect: 502, and nothing is sent elsewhere", async () => {
    const other = await startUpstream((_request, response) => sendJson(response, "{}"));
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(307, { location: other.url }).end();
    });
    const { openai } = await startChain(upstream.url);
    expect(await retrieveStep(openai)).toMatchObject({ status: 502, code: "upstream_status" });
    expect(other.seen).toEqual([]);
  });

  it("with a status that HTTP does not have: 502, and an error that says so", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(999).end();
    });
    const { openai } = await startChain(upstream.url);
    const expected = { status: 502, code: "upstream_status" };
    expect(await retrieveStep(openai)).toMatchObject(expected);
    expect(await stream(openai)).toMatchObject(expected);
  });

  it("by not being there: 502", async () => {
    const { openai } = await startChain("http://127.0.0.1:9/v1");
    const expected = { status: 502, code: "upstream_unreachable" };
    expect(await retrieveStep(openai)).toMatchObject(expected);
    expect(await stream(openai)).toMatchObject(expected);
  });

  it("by closing the connection: a document is asked for once again, a run is not", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.socket?.destroy();
    });
    const { openai } = await startChain(upstream.url);
    const expected = { status: 502, code: "upstream_unreachable" };
    expect(await retrieveStep(openai)).toMatchObject(expected);
    expect(upstream.seen).toHaveLength(2);
    expect(await stream(openai)).toMatchObject(expected);
    expect(upstream.seen).toHaveLength(3);
  });

  it("by never answering: 504", async () => {
    const upstream = await startUpstream(() => {});
    const { openai } = await startChain(upstream.url, { upstream: { answerTimeout: 100 } });
    const expected = { name: "InternalServerError", status: 504, code: "upstream_timeout" };
    expect(await retrieveStep(openai)).toMatchObject(expected);
    expect(await stream(openai)).toMatchObject(expected);
  });

  it("by falling silent in a stream: an error behind what came", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, streamHeaders).write(firstEvents.join(""));
    });
    const { openai } = await startChain(upstream.url, { upstream: { idleTimeout: 200 } });
    const seen = await collect(startRun(openai));
    expect(seen).toHaveLength(4);
    expect(seen.at(-1)).toMatchObject({ name: "APIError", code: "upstream_timeout" });
  });

  it("with half an event and a reset: an error behind the whole events", async () => {
    const arrived = Promise.withResolvers<void>();
    const upstream = await startUpstream(async (_request, response) => {
      response.writeHead(200, streamHeaders).write(`${firstEvents.join("")}event: thread.run.st`);
      // What a reset overtakes is gone for any client.
      await arrived.promise;
      response.socket?.resetAndDestroy();
    });
    const { openai } = await startChain(upstream.url);
    const run = startRun(openai);
    let count = 0;
    run.on("event", () => {
      count++;
      if (count === firstEvents.length) {
        arrived.resolve();
      }
    });
    const seen = await collect(run);
    expect(seen).toHaveLength(4);
    expect(seen.at(-1)).toMatchObject({ name: "APIError", code: "upstream_interrupted" });
  });

  it("with an event that is too large: an error behind the events before it", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, `${firstEvents.join("")}event: x\ndata: "${"x".repeat(2 ** 21)}"\n\n`),
    );
    const { openai } = await startChain(upstream.url, { limits: { maxEventBytes: 2 ** 20 } });
    const seen = await collect(startRun(openai));
    expect(seen).toHaveLength(4);
    expect(seen.at(-1)).toMatchObject({ name: "APIError", code: "upstream_too_large" });
  });
});
