import { fromBinary } from "@bufbuild/protobuf";
import { createTransport, type EventStream, ServiceClient } from "@stepwire/connect";
import {
  ResponseSchema,
  ResponseService,
  ResponseStreamEventSchema,
} from "@stepwire/core/responses";
import { toOpenAI } from "@stepwire/openai-json";
import type { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { createApi } from "./support/api-server.js";
import { type ChainOptions, createClient, startChain } from "./support/chain.js";
import { describe as describeError } from "./support/collect.js";
import { all, type Comparison, compareClients, type Use } from "./support/compare.js";
import { startUpstream } from "./support/upstream.js";

type Responses = OpenAI["responses"];

const input = "größer?";
const tools = [
  { type: "function" as const, name: "get_weather", parameters: null, strict: true },
  { type: "web_search" as const },
];

/** Uses the API directly and through both gateways. */
async function compare(use: Use, options: ChainOptions = {}): Promise<Comparison> {
  const comparison = await compareClients(createApi, use, options);
  expect(comparison.operations).not.toContain("pass_through");
  return comparison;
}

/** The events of a stream of the service, as JSON. */
async function* served(stream: EventStream): AsyncGenerator<unknown> {
  for await (const { event } of stream) {
    const json = toOpenAI(ResponseStreamEventSchema, fromBinary(ResponseStreamEventSchema, event));
    yield (json as { data: unknown }).data;
  }
}

async function listOf(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const value of values) {
    list.push(value);
  }
  return list;
}

/** The events of the helper `.stream()`, and the response that it builds from them. */
async function* helped(stream: ReturnType<Responses["stream"]>): AsyncGenerator<unknown> {
  for await (const event of stream) {
    yield event;
  }
  yield await stream.finalResponse();
}

/** Asks for a response in the background until it is complete. */
async function* polled(responses: Responses, id: string): AsyncGenerator<unknown> {
  for (let status: string | undefined; status !== "completed"; ) {
    const response = await responses.retrieve(id);
    yield response;
    ({ status } = response);
  }
}

describe("Responses by the openai package, directly and through both gateways", () => {
  it("created, retrieved and deleted", async () => {
    const { operations, seen, requests } = await compare(async function* ({ responses }) {
      const created = await responses.create({ model: "gpt-5.1", input });
      yield created;
      const { id } = await responses.create({
        model: "gpt-5.1",
        input: [{ role: "user", content: [{ type: "input_text", text: input }] }],
        tools,
        previous_response_id: created.id,
        stream: false,
      });
      yield await responses.retrieve(id);
      yield await responses.retrieve(id, { include: ["reasoning.encrypted_content"] });
      yield await responses.delete(id);
      yield await responses.retrieve(id).catch(describeError);
      yield await responses.retrieve(id, { stream: true }).catch(describeError);
      yield await responses.delete(id).catch(describeError);
      yield await responses.create({}).catch(describeError);
      yield await responses.create({ stream: true }).catch(describeError);
      const { data, response } = await responses.create({ input }).withResponse();
      yield [data, response.status, response.headers.get("x-ratelimit-remaining-requests")];
    });
    expect(seen).toContainEqual(expect.objectContaining({ output_text: expect.any(String) }));
    expect(seen).toContainEqual(expect.objectContaining({ object: "response", deleted: true }));
    expect(requests.map(({ url }) => url).join(" ")).toContain("include%5B%5D=reasoning");
    expect(operations).toEqual([
      ...["create_response", "create_response", "get_response", "get_response"],
      ...["delete_response", "get_response", "get_response_stream", "delete_response"],
      ...["create_response", "create_response_stream", "create_response"],
    ]);
  });

  it.each<ChainOptions>([
    { protocol: "stream" },
    { protocol: "stream", httpVersion: "1.1", compression: true },
    { protocol: "connect" },
    { protocol: "grpc" },
    { protocol: "grpc-web", httpVersion: "1.1" },
  ])("streamed, over $protocol", async (options) => {
    const { operations, seen, requests } = await compare(async function* ({ responses }) {
      const more = { input, model: "gpt-5.1" };
      for (const each of [more, { ...more, tools }]) {
        yield* await responses.create({ ...each, stream: true });
        yield* helped(responses.stream(each));
      }
      const { id } = await responses.create({ ...more, background: true });
      yield* await responses.retrieve(id, { stream: true });
      for (const starting_after of [0, 5]) {
        yield* await responses.retrieve(id, { stream: true, starting_after });
      }
      yield* helped(responses.stream({ response_id: id, starting_after: 4 }));
    }, options);
    expect(seen).toContainEqual(expect.objectContaining({ type: "response.completed" }));
    expect(seen).toContainEqual(expect.objectContaining({ type: "keepalive" }));
    expect(seen).toContainEqual(expect.objectContaining({ output_parsed: null }));
    expect(requests.at(-2)?.url).toMatch(/\/resp_\d+\?stream=true&starting_after=5$/);
    expect(operations).toEqual([
      ...Array<string>(4).fill("create_response_stream"),
      "create_response",
      ...Array<string>(4).fill("get_response_stream"),
    ]);
  });

  it("with an event that nobody knows", async () => {
    const { seen } = await compare(async function* ({ responses }) {
      const more = { input, safety_identifier: "baker" };
      yield* await responses.create({ ...more, stream: true });
      const { id } = await responses.create(more);
      yield* await responses.retrieve(id, { stream: true, starting_after: 7 });
      // This helper of the package refuses events that it does not know.
      yield await responses.stream(more).finalResponse().catch(describeError);
    });
    const unknown = { type: "response.oven.warming", oven: { degrees: 210.5, racks: [null, 2] } };
    expect(seen.filter((each) => JSON.stringify(each)?.includes("racks"))).toEqual([
      expect.objectContaining(unknown),
      expect.objectContaining(unknown),
    ]);
    expect(seen.at(-2)).toMatchObject({ message: expect.stringContaining("Unhandled") });
  });

  it("by the package's beta of Responses, which adds a parameter and a header", async () => {
    const { operations, requests } = await compare(async function* ({ beta: { responses } }) {
      const betas: ["responses_multi_agent=v1"] = ["responses_multi_agent=v1"];
      const { id } = await responses.create({ input, betas });
      yield* await responses.create({ input, betas, stream: true });
      yield await responses.retrieve(id, { betas });
      yield* await responses.retrieve(id, { betas, stream: true, starting_after: 2 });
      yield* all(responses.inputItems.list(id, { betas }));
      yield await responses.inputTokens.count({ input, betas });
      yield await responses.delete(id, { betas });
    });
    for (const { url, headers } of requests) {
      expect(url).toContain("beta=true");
      expect(headers["openai-beta"]).toContain("responses_multi_agent=v1");
    }
    expect(operations).toEqual([
      ...["create_response", "create_response_stream", "get_response", "get_response_stream"],
      ...["list_input_items", "count_input_tokens", "delete_response"],
    ]);
  });

  it("in the background", async () => {
    const { operations, seen } = await compare(async function* ({ responses }) {
      const created = await responses.create({ input, background: true });
      yield created;
      yield* polled(responses, created.id);
      const cancelled = await responses.create({ input, background: true });
      yield await responses.cancel(cancelled.id);
      const { id } = await responses.create({ input });
      yield await responses.cancel(id).catch(describeError);
      const streamed = await responses.create({ input, background: true, stream: true });
      let streamedId = "";
      for await (const event of streamed) {
        yield event;
        if (event.type === "response.created") {
          streamedId = event.response.id;
        }
        if (event.sequence_number === 4) {
          break;
        }
      }
      yield* await responses.retrieve(streamedId, { stream: true, starting_after: 4 });
    });
    for (const status of ["queued", "in_progress", "completed", "cancelled", 400]) {
      expect(seen).toContainEqual(expect.objectContaining({ status }));
    }
    expect(operations).toContain("cancel_response");
  });

  it("with pages of input items, compaction, and numbers of tokens", async () => {
    const { operations, seen } = await compare(async function* ({ responses }) {
      const { id } = await responses.create({
        input: ["a", "b", "c"].map((content) => ({ role: "user" as const, content })),
        metadata: { of: "test" },
      });
      const { inputItems } = responses;
      yield* all(inputItems.list(id, { limit: 2, order: "asc" }));
      yield* all(inputItems.list(id, { include: ["message.output_text.logprobs"] }));
      const page = await inputItems.list(id, { limit: 1 });
      yield [page.data, page.has_more, page.hasNextPage()];
      yield await responses.compact({ model: "gpt-5.1", input });
      yield await responses.inputTokens.count({ input });
    });
    expect(seen).toContainEqual(expect.objectContaining({ object: "response.compaction" }));
    expect(seen).toContainEqual(expect.objectContaining({ object: "response.input_tokens" }));
    expect(operations).toEqual([
      "create_response",
      ...Array<string>(4).fill("list_input_items"),
      "compact_response",
      "count_input_tokens",
    ]);
  });
});

describe("ResponseService, called as a service", () => {
  it("streams a new response, and the rest of a stored one", async () => {
    const upstream = await startUpstream(createApi());
    const { ingress } = await startChain(upstream.url);
    const alone = createClient(upstream.url.replace("/v1", ""));
    const { id } = await alone.responses.create({ input });
    const client = new ServiceClient(createTransport({ baseUrl: ingress.url, protocol: "stream" }));
    const { streamResponse, getResponse } = ResponseService.method;
    const value = { responseId: id, stream: true, startingAfter: 7, includeObfuscation: false };
    const request = { start: { case: "getResponseStream", value } } as const;
    const rest = await listOf(served(await client.open(streamResponse, request)));
    const query = { starting_after: 7, stream: true } as const;
    expect(rest).toEqual(await listOf(await alone.responses.retrieve(id, query)));
    expect(upstream.seen.map(({ url }) => url).slice(1)).toEqual([
      `/v1/responses/${id}?stream=true&starting_after=7&include_obfuscation=false`,
      `/v1/responses/${id}?starting_after=7&stream=true`,
    ]);
    const body = JSON.stringify({ input, stream: true });
    const start = { case: "createResponseStream", value: { body } } as const;
    const events = await listOf(served(await client.open(streamResponse, { start })));
    expect(events.at(-1)).toMatchObject({ type: "response.completed" });
    const { bytes } = await client.call(getResponse, { responseId: id });
    expect(fromBinary(ResponseSchema, bytes)).toMatchObject({ id, model: "gpt-5.1-2025-11-13" });
  });
});
