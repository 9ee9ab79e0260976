import { once } from "node:events";
import { stepwireFetch } from "@stepwire/handler";
import { OpenAI, toFile } from "openai";
import { describe, expect, it } from "vitest";
import { createApi } from "./support/api-server.js";
import { type Chain, createClient, startChain } from "./support/chain.js";
import { describe as describeError } from "./support/collect.js";
import { essence } from "./support/compare.js";
import { startUpstream, streamHeaders, type TestUpstream } from "./support/upstream.js";

/** Starts an ingress, and a client in this process that calls it by its `fetch`. */
async function start(
  answer: TestUpstream["answer"],
): Promise<{ chain: Chain; openai: OpenAI; upstream: TestUpstream }> {
  const upstream = await startUpstream(answer);
  const chain = await startChain(upstream.url, { passThrough: {} });
  const openai = new OpenAI({
    // No such host exists.
    baseURL: "https://api.invalid/v1",
    apiKey: "key-of-the-test",
    maxRetries: 0,
    logLevel: "off",
    fetch: stepwireFetch({ ingress: chain.ingress.url }),
  });
  return { chain, openai, upstream };
}

/** Uses documents, streams, tools, uploads and errors. */
async function use(openai: OpenAI): Promise<unknown[]> {
  const seen: unknown[] = [];
  const chat = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Hallo, Köln" }] };
  seen.push(await openai.chat.completions.create(chat));
  for await (const chunk of await openai.chat.completions.create({ ...chat, stream: true })) {
    seen.push(chunk);
  }
  const events = openai.responses.stream({ model: "gpt-4o", input: "Hallo" });
  for await (const event of events) {
    seen.push(event);
  }
  const file = await toFile(Buffer.from("flour\nwater\n"), "notes.txt");
  seen.push(await openai.files.create({ file, purpose: "assistants" }).catch(describeError));
  seen.push(await openai.chat.completions.retrieve("chatcmpl_none").catch(describeError));
  return seen.map((each) => structuredClone(each));
}

describe("fetch for clients of the API", () => {
  it("issue 19: gives an unchanged client what the API gives it", async () => {
    const alone = await startUpstream(createApi());
    const direct = await use(createClient(alone.url.replace("/v1", "")));
    const { chain, openai, upstream } = await start(createApi());
    expect(await use(openai)).toEqual(direct);
    expect(upstream.seen.map(essence)).toEqual(alone.seen.map(essence));
    // Not through the egress of the chain.
    expect(chain.log()).not.toContain('"role":"egress","operation"');
    expect(chain.log()).toContain('"operation":"create_completion_stream"');
  });

  it("issue 19: an abort ends a stream at its server, and is no error of the SDK", async () => {
    let left: Promise<unknown> | undefined;
    const { openai } = await start((_, response) => {
      left = once(response, "close");
      response.writeHead(200, streamHeaders);
      response.write('data: {"id":"chatcmpl_1","choices":[]}\n\n');
    });
    const stream = await openai.chat.completions.create({ model: "m", messages: [], stream: true });
    const seen: string[] = [];
    for await (const chunk of stream) {
      seen.push(chunk.id);
      stream.controller.abort();
    }
    expect(seen).toEqual(["chatcmpl_1"]);
    await left;
  });

  it("issue 19: rejects as fetch does if a request is aborted, before and during it", async () => {
    const { openai } = await start(() => {});
    const before = AbortSignal.abort();
    const chat = { model: "m", messages: [] };
    const create = (signal: AbortSignal): Promise<unknown> =>
      openai.chat.completions.create(chat, { signal });
    await expect(create(before)).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await expect(create(AbortSignal.timeout(50))).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await expect(openai.chat.completions.create(chat, { timeout: 50 })).rejects.toBeInstanceOf(
      OpenAI.APIConnectionTimeoutError,
    );
    const fetch = stepwireFetch({ ingress: "http://127.0.0.1:9" });
    await expect(fetch("http://api.invalid/v1/models", { signal: before })).rejects.toHaveProperty(
      "name",
      "AbortError",
    );
  });

  it("issue 19: answers 503 without an ingress, which clients retry", async () => {
    const fetch = stepwireFetch({ ingress: "http://127.0.0.1:9" });
    const openai = new OpenAI({ apiKey: "k", maxRetries: 0, fetch, logLevel: "off" });
    const failed = openai.chat.completions.create({ model: "m", messages: [] });
    await expect(failed).rejects.toMatchObject({ status: 503, code: "unavailable" });
  });
});
