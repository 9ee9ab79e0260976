import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createHandlerContext } from "@connectrpc/connect";
import { GetRunStepRequestSchema, RunStepService } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { createServiceServer, createSource, OpenAIHttpError } from "../src/index.js";
import { MAX_ERROR_BODY_BYTES } from "../src/internal.js";
import { all, rpcs, serve, start, wires } from "./support/server.js";

const body = Buffer.from(
  '{ "error": { "message": "ünexpected \\ud800", "type": "t", "param": null, "code": 1e400 } }\n',
);
const headers = [
  ["content-type", "application/json"],
  ["retry-after", "20"],
  ["x-request-id", "req_1"],
  ["x-ratelimit-reset-tokens", "6ms"],
] as const;

describe.each(wires)("an error of the API over $protocol, HTTP/$httpVersion", (wire) => {
  it.each([
    [400, Code.InvalidArgument],
    [401, Code.Unauthenticated],
    [403, Code.PermissionDenied],
    [404, Code.NotFound],
    [409, Code.Aborted],
    [418, Code.FailedPrecondition],
    [429, Code.ResourceExhausted],
    [500, Code.Internal],
    [503, Code.Unavailable],
    [529, Code.Unavailable],
  ])("arrives as it was: %i", async (status, code) => {
    const error = new OpenAIHttpError({ status, headers, body });
    const fail = async (): Promise<never> => await Promise.reject(error);
    const { client } = await serve({ getRunStep: fail, streamRunEvents: fail }, wire);
    for (const call of [
      () => client.call(rpcs.getRunStep, {}),
      () => client.open(rpcs.streamRunEvents, { start }),
    ]) {
      const reason: unknown = await call().catch((caught: unknown) => caught);
      expect(ConnectError.from(reason).code).toBe(code);
      const arrived = OpenAIHttpError.from(reason);
      expect({ ...arrived, body: Buffer.from(arrived.body) }).toMatchObject({
        status,
        headers,
        body,
        truncated: false,
      });
    }
  });

  it.each([1000, 5000, 50_000])(
    "is 413 for a unary request of %i bytes too many",
    async (extra) => {
      const getRunStep = async (): Promise<{ content: Uint8Array }> =>
        await Promise.resolve({ content: new Uint8Array() });
      const { client } = await serve({ getRunStep }, wire, { maxMessageBytes: 1000 });
      const request = { stepId: "x".repeat(extra) };
      const reason: unknown = await client
        .call(rpcs.getRunStep, request)
        .catch((caught: unknown) => caught);
      expect(OpenAIHttpError.from(reason).status).toBe(413);
      expect((await client.call(rpcs.getRunStep, { stepId: "x".repeat(900) })).bytes).toHaveLength(
        0,
      );
    },
  );

  it("arrives behind the events before it", async () => {
    const error = new OpenAIHttpError({ status: 502, headers, body });
    const { client } = await serve(
      {
        streamRunEvents: async () =>
          await Promise.resolve({
            // biome-ignore lint/correctness/useYield: a stream that fails at once
            events: (async function* () {
              throw await Promise.resolve(error);
            })(),
          }),
      },
      wire,
    );
    const events = await client.open(rpcs.streamRunEvents, { start });
    const reason: unknown = await all(events).catch((caught: unknown) => caught);
    expect(OpenAIHttpError.from(reason)).toMatchObject({ status: 502, headers });
  });
});

describe("an error on the wire", () => {
  it("has its detail under the name that clients look for", async () => {
    const fail = async (): Promise<never> =>
      await Promise.reject(new OpenAIHttpError({ status: 418, headers, body }));
    const wire = { protocol: "connect", httpVersion: "1.1" } as const;
    const { url } = await serve({ getRunStep: fail }, wire);
    const answer = await fetch(`${url}/stepwire.v1.RunStepService/GetRunStep`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await answer.json()).toMatchObject({
      code: "failed_precondition",
      details: [{ type: "stepwire.v1.OpenAIError" }],
    });
  });

  it("is unimplemented for an rpc that the source does not answer", async () => {
    const server = createServiceServer(RunStepService, createSource(RunStepService, {}));
    const { unary } = server.handlers;
    const [handler] = unary.values();
    const context = createHandlerContext({
      service: RunStepService,
      method: RunStepService.method.getRunStep,
      protocolName: "connect",
      requestMethod: "POST",
      url: "http://127.0.0.1/",
    });
    await expect(handler?.(create(GetRunStepRequestSchema), context)).rejects.toMatchObject({
      code: Code.Unimplemented,
    });
  });
});

describe("OpenAIHttpError", () => {
  it("keeps as much of a body as may travel, and says so", () => {
    const long = new OpenAIHttpError({ status: 500, body: new Uint8Array(100_000) });
    expect(long.body).toHaveLength(MAX_ERROR_BODY_BYTES);
    expect(long.truncated).toBe(true);
    expect(OpenAIHttpError.from(long.toConnectError()).truncated).toBe(true);
  });

  it.each([
    [Code.NotFound, 404, "not_found"],
    [Code.DeadlineExceeded, 504, "deadline_exceeded"],
    [Code.Unavailable, 503, "unavailable"],
    [Code.Unknown, 502, "unknown"],
    [Code.Unimplemented, 501, "unimplemented"],
  ])("stands for a Connect error of code %i that carries none", (code, status, name) => {
    const error = OpenAIHttpError.from(new ConnectError("inner words", code));
    expect(error.status).toBe(status);
    const { error: members } = JSON.parse(Buffer.from(error.body).toString()) as {
      error: { code: string };
    };
    expect(members.code).toBe(name);
  });

  it("does not repeat what a system says", () => {
    const error = OpenAIHttpError.from(new Error("connect ECONNREFUSED 10.1.2.3:80"));
    expect(Buffer.from(error.body).toString()).not.toContain("10.1.2.3");
    expect(error.message).toBe("HTTP 502");
  });
});
