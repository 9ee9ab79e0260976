import type { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { type ChainOptions, createClient, startChain } from "./support/chain.js";
import { describe as describeError } from "./support/collect.js";
import { startUpstream } from "./support/upstream.js";

/** What a client gets of an answer: its status, type and value. */
async function seenBy(
  request: ReturnType<OpenAI["beta"]["assistants"]["delete"]>,
): Promise<unknown> {
  const { data, response } = await request.withResponse();
  return [data, response.status, response.headers.get("x-request-id")];
}

describe("an upstream that answers without a body", () => {
  it.each<ChainOptions>([
    { protocol: "stream" },
    { protocol: "connect", httpVersion: "1.1" },
    { protocol: "grpc" },
    { protocol: "grpc-web" },
  ])("that it has deleted something: the client sees the same, over $protocol", async (options) => {
    let status = 204;
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(status, { "x-request-id": "req_empty" });
      response.end();
    });
    const { openai } = await startChain(upstream.url, options);
    const alone = createClient(upstream.url.replace("/v1", ""));
    for (status of [204, 200]) {
      const direct = await seenBy(alone.beta.assistants.delete("asst_1"));
      expect(await seenBy(openai.beta.assistants.delete("asst_1"))).toEqual(direct);
      expect(direct).toEqual([status === 204 ? null : "", status, "req_empty"]);
    }
  });

  it("with the status 204, to any request", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(204).end();
    });
    const { openai } = await startChain(upstream.url);
    expect(await openai.beta.assistants.retrieve("asst_1")).toBeNull();
  });

  it("where it should have a document: 502", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end();
    });
    const { openai } = await startChain(upstream.url);
    const error: unknown = await openai.beta.assistants.retrieve("asst_1").catch(describeError);
    expect(error).toMatchObject({ status: 502, code: "upstream_invalid" });
  });
});
