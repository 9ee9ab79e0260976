import {
  corpusStreams,
  describeWithCorpus,
  printedSeed,
  Random,
  startGateway,
} from "@stepwire/testing";
import type { OpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { createLog } from "../src/log.js";
import {
  type ChainOptions,
  collectLog,
  createClient,
  createUpstreamSource,
  startChain,
  startTestEgress,
  startTestIngress,
} from "./support/chain.js";
import { eventsOf, receive, sampleStream } from "./support/collect.js";
import { PacedStream } from "./support/paced-stream.js";
import { startRelay } from "./support/relay.js";
import { sendStream, startUpstream, streamHeaders } from "./support/upstream.js";

const seed = printedSeed();

/** Where the events of a stream end, in bytes. */
function boundaries(stream: Uint8Array): number[] {
  const text = Buffer.from(stream).toString("latin1");
  return [...text.matchAll(/\n\n/g)].map(({ index }) => index + 2);
}

describeWithCorpus("a stream that the upstream cuts", () => {
  const streams = corpusStreams().filter(({ name }) => /\/(014|022)-/.test(name));

  it.each(streams)(
    "at and after each event: an error behind all whole events ($name)",
    async ({ bytes }) => {
      const text = Buffer.from(bytes).toString();
      let cut = 0;
      const upstream = await startUpstream((_request, response) => {
        response.writeHead(200, streamHeaders);
        response.write(bytes.subarray(0, cut), () => response.destroy());
      });
      const { openai } = await startChain(upstream.url);
      const ends = boundaries(bytes);
      const all = eventsOf(text);
      for (const [index, end] of ends.slice(0, -1).entries()) {
        for (const extra of [0, 9]) {
          cut = end + extra;
          const { events, error } = await receive(openai);
          expect(events).toEqual(all.slice(0, index + 1));
          expect(error).toMatchObject({ name: "APIError", code: "upstream_interrupted" });
        }
      }
      expect(ends.length).toBeGreaterThan(15);
    },
  );
});

describe.each<ChainOptions>([
  { protocol: "stream", httpVersion: "1.1" },
  { protocol: "stream", httpVersion: "1.1", compression: true },
  { protocol: "stream", httpVersion: "2" },
  { protocol: "connect", httpVersion: "2" },
])("a stream whose inner wire is cut, over $protocol, HTTP/$httpVersion", (options) => {
  it("at any byte: the client gets all of it, once and in order", { timeout: 60_000 }, async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const log = createLog("silent", "test", collectLog().destination);
    const { source, close } = createUpstreamSource(upstream.url);
    const compression = options.compression ?? false;
    const ingress = await startTestIngress(source, { log, onClose: close, compression });
    const relay = await startRelay(ingress.url);
    const openai = createClient((await startTestEgress(relay.url, { log }, options)).url);
    const whole = await receive(openai);
    expect(whole).toEqual({ events: eventsOf(sampleStream) });
    relay.received = 0;
    await receive(openai);
    const total = relay.received;
    const step = Math.ceil(total / 60);
    for (let cutAt = 1; cutAt < total; cutAt += step) {
      relay.cutAfter = cutAt;
      const received = await receive(openai);
      if (received.error === undefined) {
        expect(received).toEqual(whole);
      } else {
        // Before its opening arrived, nobody knows by what name to resume it.
        expect(received.events).toEqual([]);
      }
      relay.cutAfter = Number.POSITIVE_INFINITY;
    }
    expect(relay.cuts).toBeGreaterThan(50);
  });

  it("more often than it is tried: an error, behind the events that came", async () => {
    const events = sampleStream.split(/(?<=\n\n)/);
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, streamHeaders);
      response.write(events.slice(0, 20).join(""));
    });
    const log = createLog("silent", "test", collectLog().destination);
    const { source, close } = createUpstreamSource(upstream.url);
    const ingress = await startTestIngress(source, { log, onClose: close });
    const relay = await startRelay(ingress.url);
    const chain = { ...options, egress: { resumeWindow: 100 } };
    const egress = await startTestEgress(relay.url, { log }, chain);
    const { events: received, error } = await receive(createClient(egress.url), async (count) => {
      if (count === 1) {
        relay.cutAfter = 0;
        await ingress.close(0);
      }
    });
    expect(received).toEqual(eventsOf(sampleStream).slice(0, received.length));
    expect(error).toMatchObject({ name: "APIError" });
  });
});

describe("an ingress that is killed", () => {
  /** Starts ingresses at one address, of which one serves at a time. */
  async function startAll(
    count: number,
    parameters: readonly string[],
  ): Promise<{ openai: OpenAI; kill: () => Promise<void> }> {
    const all = Array.from({ length: count }, () =>
      startGateway(["ingress", "--port", "0", ...parameters]),
    );
    const [first, ...spare] = await Promise.all(all);
    let serving = first;
    const relay = await startRelay(first?.url ?? "");
    const log = createLog("silent", "test", collectLog().destination);
    const egress = await startTestEgress(relay.url, { log });
    return {
      openai: createClient(egress.url),
      kill: async () => {
        serving?.process.kill("SIGKILL");
        await serving?.ended;
        serving = spare.shift();
        relay.target = serving?.url ?? "";
      },
    };
  }

  it("replaying: the next one goes on where it stood", { timeout: 60_000 }, async () => {
    const random = new Random(seed);
    const { openai, kill } = await startAll(3, ["--replay-pace", "5ms"]);
    const all = eventsOf(sampleStream);
    const first = 1 + random.below(all.length / 2);
    const second = first + 1 + random.below(all.length / 2 - 2);
    const received = await receive(openai, async (count) => {
      if (count === first || count === second) {
        await kill();
      }
    });
    expect(received).toEqual({ events: all });
  });

  it("before an upstream: the client is told", { timeout: 60_000 }, async () => {
    const random = new Random(seed);
    const events = sampleStream.split(/(?<=\n\n)/);
    const stream = new PacedStream(events);
    const upstream = await startUpstream((_request, response) => stream.send(response));
    const { openai, kill } = await startAll(2, ["--upstream", upstream.url]);
    const at = 1 + random.below(events.length - 20);
    const { events: received, error } = await receive(openai, async (count) => {
      stream.reached(count);
      if (count === at) {
        await kill();
      }
    });
    expect(received).toEqual(eventsOf(sampleStream).slice(0, received.length));
    expect(received.length).toBeGreaterThanOrEqual(at);
    expect(error).toMatchObject({ name: "APIError" });
  });
});
