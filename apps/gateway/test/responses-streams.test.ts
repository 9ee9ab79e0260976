import { describeWithCorpus, responsesStreams } from "@stepwire/testing";
import { createParser } from "eventsource-parser";
import type { OpenAI } from "openai";
import { expect, it } from "vitest";
import { createClient, startChain } from "./support/chain.js";
import { describe as describeError, withoutIds } from "./support/collect.js";
import { sendStream, startUpstream } from "./support/upstream.js";

/** What a client gets of a stream until it ends or fails. */
async function read(events: Promise<AsyncIterable<unknown>>): Promise<unknown[]> {
  const seen: unknown[] = [];
  try {
    for await (const event of await events) {
      seen.push(event);
    }
  } catch (error) {
    seen.push(describeError(error));
  }
  return seen;
}

/** The events of a new stream. */
function create({ responses }: OpenAI): Promise<unknown[]> {
  return read(responses.create({ input: "größer?", stream: true }));
}

/** The events of the helper `.stream()`, and the response that it builds from them. */
async function help({ responses }: OpenAI): Promise<unknown[]> {
  const stream = responses.stream({ input: "größer?", model: "gpt-5.1" });
  const final = stream.finalResponse().catch(describeError);
  const events: unknown[] = [];
  stream.on("event", (event) => events.push(event));
  return [await final, events];
}

/** The events of a stream as any client of server-sent events reads them, with their JSON parsed. */
function eventsOf(text: string): unknown[] {
  const events: unknown[] = [];
  const parser = createParser({
    onEvent: ({ event, id, data }) =>
      events.push([event, id, data.startsWith("{") ? (JSON.parse(data) as unknown) : data]),
  });
  parser.feed(`${text}\n\n`);
  return events;
}

/** The text of a recorded stream, with the blank lines that some recordings have lost. */
function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString();
  if (/\n\r?\n./.test(text)) {
    return text;
  }
  return text.replaceAll(/^event:/m.test(text) ? /\n(?=event:)/g : /\n(?=data:)/g, "\n\n");
}

/** The size, in bytes or characters, up to which a stream is used in every way. */
const SMALL = 25_000;

describeWithCorpus("recorded streams of Responses", () => {
  const streams = responsesStreams().map(({ name, bytes }) => ({ name, text: textOf(bytes) }));

  it("reach the openai package unchanged", { timeout: 60_000 }, async () => {
    let text = "";
    const upstream = await startUpstream((_request, response) => sendStream(response, text));
    const { openai } = await startChain(upstream.url);
    const alone = createClient(upstream.url.replace("/v1", ""));
    let helped = 0;
    for (const stream of streams) {
      ({ text } = stream);
      // The helper copies the whole response at each event.
      for (const use of text.length < SMALL ? [create, help] : [create]) {
        const direct = await use(alone);
        const seen = await use(openai);
        expect(seen, stream.name).toEqual(direct);
        helped += JSON.stringify(seen[0]).includes('"status":"completed"') ? 1 : 0;
      }
    }
    expect(streams.length).toBeGreaterThan(100);
    // Most of what the helper builds are complete responses.
    expect(helped).toBeGreaterThan(50);
  });

  it("come back with all their events", { timeout: 60_000 }, async () => {
    let text = "";
    const upstream = await startUpstream((_request, response) => sendStream(response, text));
    const { egress } = await startChain(upstream.url);
    const unnamed = responsesStreams("unnamed").filter(({ name }) => name.endsWith(".jsonl"));
    const small = unnamed.filter(({ bytes }) => bytes.length < SMALL);
    expect(small.length).toBeGreaterThan(10);
    for (const stream of [
      ...streams,
      ...small.map(({ name, bytes }) => ({ name, text: textOf(bytes) })),
    ]) {
      ({ text } = stream);
      const answer = await fetch(`${egress.url}/v1/responses/resp_1?stream=true&starting_after=0`);
      const seen = withoutIds(await answer.text());
      expect(eventsOf(seen), stream.name).toEqual(eventsOf(text));
    }
  });
});
