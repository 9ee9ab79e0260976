import { setTimeout as delay } from "node:timers/promises";
import { type Client, Code, createClient } from "@connectrpc/connect";
import { RunStepService, type StreamRunEventsResponse } from "@stepwire/core";
import { getServiceMapping } from "@stepwire/mapping";
import { describe, expect, it } from "vitest";
import { createTransport } from "../src/index.js";
import { Callers } from "../src/streams/caller.js";
import { LiveStream } from "../src/streams/live-stream.js";
import { StreamRegistry } from "../src/streams/stream-registry.js";
import { PushedSource } from "./support/pushed-source.js";
import { all, serve, start } from "./support/server.js";

const wire = { protocol: "connect", httpVersion: "1.1" } as const;
const resumeWindow = { seconds: 20n, nanos: 0 };

/** A client of Connect itself, which resumes nothing on its own. */
function plainClient(url: string): Client<typeof RunStepService> {
  return createClient(
    RunStepService,
    createTransport({ baseUrl: url, httpVersion: wire.httpVersion }),
  );
}

type Responses = AsyncIterator<StreamRunEventsResponse>;

/** Reads the opening of a stream: its identifier. */
async function readOpening(responses: Responses): Promise<string> {
  const { value } = await responses.next();
  const { content } = value as StreamRunEventsResponse;
  return content.case === "opening" ? content.value.streamId : "";
}

/** The numbers of all events to come. */
async function numbers(responses: Responses): Promise<number[]> {
  const seen: number[] = [];
  for (let next = await responses.next(); next.done !== true; next = await responses.next()) {
    seen.push(next.value.number);
  }
  return seen;
}

describe("a stream with two readers in turn", () => {
  it("issue 11.15: a resumed stream outlives the end of the old connection", async () => {
    const source = new PushedSource();
    const { url, server } = await serve(source, wire, { maxResumeWindow: 100 });
    const client = plainClient(url);
    const left = new AbortController();
    source.push(1);
    const first = client
      .streamRunEvents({ start, resumeWindow }, { signal: left.signal })
      [Symbol.asyncIterator]();
    const streamId = await readOpening(first);
    expect((await first.next()).value).toMatchObject({ number: 1 });
    const resume = { case: "resume", value: { streamId, after: 1 } } as const;
    const second = client.streamRunEvents({ start: resume, resumeWindow })[Symbol.asyncIterator]();
    await readOpening(second);
    const rest = numbers(second);
    // The server tells the old reader that it is displaced; then its call ends there too.
    await expect(first.next()).rejects.toMatchObject({ code: Code.Aborted });
    left.abort();
    await delay(400);
    expect(source.aborted).toBe(false);
    source.push(3, { end: true });
    expect(await rest).toEqual([2, 3, 4]);
    expect(server.streams).toBe(1);
  });

  it("issue 11.15: a stream that is ended early gives its reader an error", async () => {
    for (const end of ["closed by a call", "closed with the server"]) {
      const source = new PushedSource();
      const { url, server } = await serve(source, wire);
      const client = plainClient(url);
      source.push(2);
      const responses = client.streamRunEvents({ start, resumeWindow })[Symbol.asyncIterator]();
      const streamId = await readOpening(responses);
      expect((await responses.next()).value).toMatchObject({ number: 1 });
      expect((await responses.next()).value).toMatchObject({ number: 2 });
      const rest = numbers(responses);
      if (end === "closed by a call") {
        await client.closeRunEvents({ streamId });
      } else {
        server.close();
      }
      await expect(rest, end).rejects.toMatchObject({ code: Code.Aborted });
      expect(source.aborted).toBe(true);
    }
  });
});

describe("a stream of another caller", () => {
  const owner = { authorization: "Bearer of-the-owner", "openai-organization": "org_1" };
  const others: Record<string, string>[] = [
    {},
    { authorization: "Bearer of-another" },
    { authorization: "Bearer of-the-owner", "openai-organization": "org_2" },
    { "api-key": "Bearer of-the-owner", "openai-organization": "org_1" },
  ];

  it("issue 11.23: is neither read, nor displaced, nor ended", async () => {
    const source = new PushedSource();
    const { url, server } = await serve(source, wire);
    const client = plainClient(url);
    source.push(2);
    const responses = client
      .streamRunEvents({ start, resumeWindow }, { headers: owner })
      [Symbol.asyncIterator]();
    const streamId = await readOpening(responses);
    expect((await responses.next()).value).toMatchObject({ number: 1 });
    const unknown = async (id: string, headers: Record<string, string>): Promise<unknown> =>
      await all(
        client.streamRunEvents(
          { start: { case: "resume", value: { streamId: id, after: 0 } } },
          { headers },
        ),
      ).catch((error: unknown) => error);
    for (const headers of others) {
      const refusal = await unknown(streamId, headers);
      expect(refusal).toMatchObject({ code: Code.NotFound });
      const message = String(refusal);
      expect(message).toBe(String(await unknown("00000000-0000-4000-8000-000000000000", headers)));
      // Closing tells nobody whether there is such a stream.
      await client.closeRunEvents({ streamId }, { headers });
    }
    expect(server.streams).toBe(1);
    source.push(1, { end: true });
    expect(await numbers(responses)).toEqual([2, 3]);
    await client.closeRunEvents({ streamId }, { headers: owner });
    expect(server.streams).toBe(0);
  });

  it("issue 11.23: is not replaced by one that its source opens by the same name", async () => {
    const source = new PushedSource();
    let reopened = 0;
    const { url, server } = await serve(
      {
        streamRunEvents: async (_start, call) => ({
          ...(await source.streamRunEvents(_start, call)),
          streamId: "named",
        }),
        reopen: async (_method, _position, call) => {
          reopened++;
          return await new PushedSource().streamRunEvents(undefined, call);
        },
      },
      wire,
    );
    const client = plainClient(url);
    const responses = client
      .streamRunEvents({ start, resumeWindow }, { headers: owner })
      [Symbol.asyncIterator]();
    expect(await readOpening(responses)).toBe("named");
    const foreign = [
      { case: "resume", value: { streamId: "named", after: 0 } } as const,
      // The source uses the name of the first stream for the second.
      start,
    ];
    for (const each of foreign) {
      const stolen = all(client.streamRunEvents({ start: each, resumeWindow }));
      await expect(stolen).rejects.toMatchObject({ code: Code.NotFound });
    }
    expect(reopened).toBe(0);
    expect(server.streams).toBe(1);
    await client.closeRunEvents({ streamId: "named" }, { headers: owner });
  });
});

describe("a stream of one rpc", () => {
  it("does not exist for another", async () => {
    const method = getServiceMapping(RunStepService).methodByName.get("StreamRunEvents");
    if (method?.kind !== "stream") {
      expect.unreachable("not a stream");
    }
    const registry = new StreamRegistry({ maxStreams: 1, maxStreamTime: 1000 });
    const caller = await new Callers().of(new Headers());
    const source = new AbortController();
    const bounds = { maxBytes: 0, first: 1 };
    const lost = (): void => {};
    registry.add(new LiveStream("id", method, noEvents(), source, bounds), caller, lost);
    const other = { ...method, desc: { ...method.desc } };
    expect(() => registry.attach("id", other, caller, lost)).toThrow(/no such stream/);
    expect(registry.attach("id", method, caller, lost)).toBeDefined();
    registry.closeAll();
  });
});

async function* noEvents(): AsyncGenerator<Uint8Array, void> {
  yield* await Promise.resolve([]);
}
