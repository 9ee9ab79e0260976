import { corpusDocuments, corpusStreams, describeWithCorpus } from "@stepwire/testing";
import type { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { type ChainOptions, createClient, startChain } from "./support/chain.js";
import { collect, describe as describeError, sampleStream, startRun } from "./support/collect.js";
import { essence } from "./support/compare.js";
import { sendJson, sendStream, startUpstream, type TestUpstream } from "./support/upstream.js";

/** Does the same through both gateways and without them. */
async function compare(
  upstream: TestUpstream,
  action: (client: OpenAI) => Promise<unknown>,
  options: ChainOptions = {},
): Promise<unknown> {
  const { openai } = await startChain(upstream.url, options);
  upstream.seen.length = 0;
  const direct = await action(createClient(upstream.url.replace("/v1", "")));
  const directRequests = upstream.seen.splice(0);
  expect(await action(openai)).toEqual(direct);
  expect(upstream.seen.map(essence)).toEqual(directRequests.map(essence));
  return direct;
}

describeWithCorpus("the openai package sees the same through both gateways", () => {
  it.each(corpusStreams())("streaming $name", async ({ bytes }) => {
    const upstream = await startUpstream((_request, response) => sendStream(response, bytes));
    const seen = await compare(upstream, (client) => collect(startRun(client)));
    expect(seen).not.toEqual([]);
  });

  it("retrieving each step of the corpus", async () => {
    const documents = corpusDocuments().filter(({ type }) => type === "run_step");
    const upstream = await startUpstream(({ url }, response) => {
      const index = Number(/step_(\d+)$/.exec(url)?.[1]);
      sendJson(response, Buffer.from(documents[index]?.bytes ?? "").toString());
    });
    await compare(upstream, async (client) => {
      const steps: unknown[] = [];
      for (const index of documents.keys()) {
        const ids = { thread_id: "thread_1", run_id: "run_1" };
        steps.push(await client.beta.threads.runs.steps.retrieve(`step_${index}`, ids));
      }
      return steps;
    });
  });

  it("listing each page of the corpus", async () => {
    const pages = corpusDocuments().filter(({ type }) => type === "run_step_list");
    for (const { bytes } of pages) {
      const upstream = await startUpstream((_request, response) =>
        sendJson(response, Buffer.from(bytes).toString()),
      );
      await compare(upstream, async (client) => {
        const page = await client.beta.threads.runs.steps.list("run_1", { thread_id: "thread_1" });
        return [{ ...page, options: undefined, response: undefined, body: undefined }, page.data];
      });
    }
  });
});

describe("the openai package sees the same through both gateways", () => {
  it("paginating", async () => {
    const upstream = await startUpstream(({ url }, response) => sendJson(response, pageFor(url)));
    const ids = await compare(upstream, async (client) => {
      const seen: string[] = [];
      const query = { thread_id: "t", limit: 3, order: "asc" as const };
      for await (const step of client.beta.threads.runs.steps.list("run_1", query)) {
        seen.push(JSON.stringify(step));
      }
      return seen;
    });
    expect(ids).toHaveLength(10);
  });

  it("asking for a page before another, with further parts", async () => {
    const upstream = await startUpstream(({ url }, response) => sendJson(response, pageFor(url)));
    await compare(upstream, async (client) => {
      const page = await client.beta.threads.runs.steps.list("run_1", {
        thread_id: "t",
        before: "step_5",
        order: "desc",
        include: ["step_details.tool_calls[*].file_search.results[*].content"],
      });
      return page.data;
    });
  });

  it("submitting the outputs of tools, and creating a thread with its run", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const outputs = { thread_id: "t", tool_outputs: [{ tool_call_id: "c", output: "größer 🥐" }] };
    await compare(upstream, (client) =>
      collect(client.beta.threads.runs.submitToolOutputsStream("run_1", outputs)),
    );
    await compare(upstream, (client) =>
      collect(client.beta.threads.createAndRunStream({ assistant_id: "asst_1", temperature: 0.1 })),
    );
  });

  it.each<ChainOptions>([
    { protocol: "stream", httpVersion: "1.1" },
    { protocol: "stream", httpVersion: "1.1", compression: true },
    { protocol: "stream", httpVersion: "2" },
    { protocol: "stream", httpVersion: "2", compression: true },
    { protocol: "connect", httpVersion: "1.1" },
    { protocol: "connect", httpVersion: "2", compression: true },
    { protocol: "grpc" },
    { protocol: "grpc-web", httpVersion: "1.1" },
    { protocol: "grpc-web", httpVersion: "2" },
  ])("over $protocol, HTTP/$httpVersion", async (options) => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const seen = await compare(upstream, (client) => collect(startRun(client)), options);
    expect(seen).toHaveLength(59 - 1 + 2 + 1 + 1 + 3);
  });

  it("failing", async () => {
    const error = {
      message: "No thread found with id 'thread_x'.",
      type: "invalid_request_error",
      param: null,
      code: null,
    };
    const upstream = await startUpstream((_request, response) =>
      sendJson(response, JSON.stringify({ error }, null, 2), 404),
    );
    const seen = await compare(upstream, async (client) => {
      const ids = { thread_id: "thread_x", run_id: "run_1" };
      return await client.beta.threads.runs.steps.retrieve("step_1", ids).catch(describeError);
    });
    expect(seen).toMatchObject({ status: 404, type: "invalid_request_error" });
  });
});

/** A page of ten steps, as the API cuts it. */
function pageFor(url: string): string {
  const { searchParams } = new URL(url, "http://upstream");
  const steps = Array.from({ length: 10 }, (_, index) => step(index));
  const start = steps.findIndex(({ id }) => id === searchParams.get("after")) + 1;
  const limit = Number(searchParams.get("limit") ?? 20);
  const data = steps.slice(start, start + limit);
  return JSON.stringify({
    object: "list",
    data,
    first_id: data[0]?.id,
    last_id: data.at(-1)?.id,
    has_more: start + limit < steps.length,
    from_the_future: { exact: 0.1 },
  });
}

function step(index: number): { readonly id: string } & Record<string, unknown> {
  return {
    id: `step_${index}`,
    object: "thread.run.step",
    created_at: 1_788_300_000 + index,
    run_id: "run_1",
    assistant_id: index % 2 === 0 ? null : "asst_1",
    thread_id: "t",
    type: "tool_calls",
    status: index % 3 === 0 ? "resting" : "completed",
    cancelled_at: null,
    completed_at: index,
    expires_at: null,
    failed_at: null,
    last_error: null,
    step_details: {
      type: "tool_calls",
      tool_calls: [{ id: "call_1", type: "oven", oven: { degrees: 210.5 } }],
    },
    usage: null,
    unknown: [1, { two: "three" }],
  };
}
