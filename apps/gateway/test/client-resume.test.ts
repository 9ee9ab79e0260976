import { readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { EventIds, eventId, positionIn } from "@stepwire/handler/internal";
import { createFolder, printedSeed, Random } from "@stepwire/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import type { RunningGateway } from "../src/shutdown.js";
import { FileStore } from "../src/store/file-store.js";
import {
  type ChainOptions,
  collectLog,
  createUpstreamSource,
  startTestEgress,
  startTestIngress,
} from "./support/chain.js";
import { sampleStream } from "./support/collect.js";
import { type ReceivedEvent, readRun } from "./support/resuming-client.js";
import { sendStream, startUpstream, streamHeaders, type TestUpstream } from "./support/upstream.js";

const log = createLog("silent", "test", collectLog().destination);
const frames = sampleStream.split(/(?<=\n\n)/);
const count = frames.length;
const data = frames.map((frame) => /^data: (.*)$/m.exec(frame)?.[1]?.replaceAll(":1.0,", ":1,"));

/** Starts an upstream whose events come one by one. */
async function startPaced(pause = 5): Promise<TestUpstream & { readonly left: () => boolean }> {
  let isLeft = false;
  const upstream = await startUpstream(async (_request, response) => {
    response.on("close", () => {
      isLeft ||= !response.writableFinished;
    });
    response.writeHead(200, streamHeaders);
    for (const frame of frames) {
      response.write(frame);
      await delay(pause);
    }
    response.end();
  });
  return Object.assign(upstream, { left: () => isLeft });
}

/** Starts two egresses, each before an ingress of its own, with a store in common. */
async function startReplicas(
  upstream: TestUpstream,
  options: ChainOptions = {},
): Promise<{ a: string; b: string; directory: string }> {
  const directory = createFolder();
  const urls: string[] = [];
  for (let index = 0; index < 2; index++) {
    const store = await FileStore.open({ directory, maxAge: 60_000, maxBytes: 2 ** 26 });
    onTestFinished(() => store.close());
    const { source, close } = createUpstreamSource(upstream.url);
    const ingress = await startTestIngress(source, { log, onClose: close, store });
    urls.push((await startTestEgress(ingress.url, { log }, options)).url);
  }
  const [a = "", b = ""] = urls;
  return { a, b, directory };
}

/** Starts two egresses before one ingress, which keeps streams in memory. */
async function startEgresses(
  upstream: TestUpstream,
  options: ChainOptions = {},
): Promise<{ a: string; b: string; ingress: RunningGateway }> {
  const { source, close } = createUpstreamSource(upstream.url);
  const ingress = await startTestIngress(source, { log, onClose: close });
  const start = async (): Promise<string> =>
    (await startTestEgress(ingress.url, { log }, options)).url;
  return { a: await start(), b: await start(), ingress };
}

async function streamsOf({ url }: RunningGateway): Promise<string | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return /^stepwire_gateway_streams.* (\d+)$/m.exec(text)?.[1];
}

function numbersOf(events: readonly ReceivedEvent[]): number[] {
  return events.map(({ id }) => Number(id?.split(":")[1]));
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("a client that comes back with the identifier of its last event", () => {
  it("gets the rest at another egress and ingress, and the upstream is asked once", async () => {
    const upstream = await startPaced();
    // An egress may write the end before it notices that its client left.
    const { a, b, directory } = await startReplicas(upstream, { egress: { forgetDelay: 1000 } });
    const random = new Random(printedSeed());
    const seen: ReceivedEvent[] = [];
    let breaks = 0;
    for (let isBroken = true; isBroken; breaks++) {
      const until = 1 + random.below(20);
      const lastEventId = seen.at(-1)?.id;
      const answer = await readRun(breaks % 2 === 0 ? a : b, { lastEventId, until });
      expect(answer.status).toBe(200);
      seen.push(...answer.events);
      isBroken = answer.isBroken;
    }
    expect(seen.map((event) => event.data)).toEqual(data);
    expect(numbersOf(seen)).toEqual(range(1, count));
    expect(breaks).toBeGreaterThan(2);
    expect(upstream.seen).toHaveLength(1);
    // Once its end was written, the stream is forgotten.
    await expect.poll(() => readdirSync(directory), { timeout: 10_000 }).toEqual([]);
  });

  it("gets all of it from the start if it has no event yet", async () => {
    const upstream = await startPaced();
    const { a, b } = await startReplicas(upstream);
    const { openingId } = await readRun(a, { until: 1 });
    const { events } = await readRun(b, { lastEventId: openingId ?? "" });
    expect(events.map((event) => event.data)).toEqual(data);
    expect(upstream.seen).toHaveLength(1);
  });

  it("gets what came without it, as far as the memory of the ingress holds it", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { a, b, ingress } = await startEgresses(upstream);
    const { events } = await readRun(a, { until: 3 });
    const rest = await readRun(b, { lastEventId: events.at(-1)?.id });
    expect(numbersOf(rest.events)).toEqual(range(4, count));
    await expect.poll(() => streamsOf(ingress)).toBe("0");
    const again = await readRun(a, { lastEventId: rest.events.at(-1)?.id });
    expect(again.status).toBe(404);
    expect(again.body).toContain(`"code":"stream_not_found"`);
    expect(upstream.seen).toHaveLength(1);
  });

  it("gets no stream of another caller, and learns nothing of it", async () => {
    const upstream = await startPaced();
    const { a, b } = await startReplicas(upstream);
    const { events } = await readRun(a, { until: 2 });
    const lastEventId = events.at(-1)?.id ?? "";
    const unknown = lastEventId.replace(/^[0-9a-f]{8}/, "00000000");
    for (const url of [a, b]) {
      const other = await readRun(url, { lastEventId, apiKey: "key-of-another" });
      expect(other).toMatchObject({ status: 404, events: [] });
      const missing = await readRun(url, { lastEventId: unknown });
      expect(other).toEqual(missing);
    }
    const rest = await readRun(b, { lastEventId });
    expect(numbersOf(rest.events)).toEqual(range(3, count));
    expect(upstream.seen).toHaveLength(1);
  });

  it("starts no second run with an identifier that is not of an egress", async () => {
    const upstream = await startPaced();
    const { a } = await startEgresses(upstream);
    for (const lastEventId of ["7", "a:", ":1", "a:01", "%zz:1", `${"a".repeat(600)}:1`]) {
      const { status, body } = await readRun(a, { lastEventId });
      expect([lastEventId, status]).toEqual([lastEventId, 400]);
      expect(body).toContain('"code":"invalid_last_event_id"');
    }
    expect(upstream.seen).toEqual([]);
    const { events } = await readRun(a, { lastEventId: "" });
    expect(events).toHaveLength(count);
  });

  it("is told by an error if it is ahead of the stream", async () => {
    const upstream = await startPaced();
    const { a } = await startEgresses(upstream);
    const { openingId } = await readRun(a, { until: 2 });
    const { events } = await readRun(a, { lastEventId: openingId?.replace(/0$/, "900") });
    expect(events).toMatchObject([{ event: "error" }]);
  });
});

describe("a stream whose client left", () => {
  it("ends after the resume window", async () => {
    const upstream = await startPaced(50);
    const { a, ingress } = await startEgresses(upstream, { egress: { resumeWindow: 300 } });
    await readRun(a, { until: 1 });
    expect(await streamsOf(ingress)).toBe("1");
    expect(upstream.left()).toBe(false);
    await expect.poll(upstream.left, { timeout: 3000 }).toBe(true);
    expect(await streamsOf(ingress)).toBe("0");
  });

  it("ends at once if clients cannot resume, and its events have no identifiers", async () => {
    const upstream = await startPaced(20);
    const { source, close } = createUpstreamSource(upstream.url);
    const ingress = await startTestIngress(source, { log, onClose: close });
    const options = { egress: { resumeWindow: 60_000 } };
    const egress = await startTestEgress(ingress.url, { log, clientResume: false }, options);
    const { events, openingId } = await readRun(egress.url, { until: 2 });
    expect([openingId, ...events.map(({ id }) => id)]).toEqual([null, undefined, undefined]);
    await expect.poll(upstream.left).toBe(true);
    await expect.poll(() => streamsOf(ingress)).toBe("0");
  });
});

describe("the identifiers of events", () => {
  it("name any stream", () => {
    for (const streamId of ["3f", "replay:größer 🥐:1", "a%b\n"]) {
      const id = eventId({ streamId, after: 7 });
      expect(id).toMatch(/^[!-~]+$/);
      expect(positionIn(id)).toEqual({ streamId, after: 7 });
    }
  });

  it("come after one of the upstream, so that a reader takes them", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, "event: x\nid: of-the-upstream\ndata: {}\n\ndata: {}\n\n"),
    );
    const { a } = await startEgresses(upstream);
    const { events } = await readRun(a);
    expect(numbersOf(events)).toEqual([1, 2]);
  });

  it("fit the events, or fail", () => {
    const ids = new EventIds("s");
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    const add = (value: string, numbers: number[]): string =>
      Buffer.from(ids.add(text(value), numbers)).toString();
    expect(add("data: 1\n\ndata: 2\n\n", [4_294_967_294, 4_294_967_295])).toBe(
      "data: 1\nid: s:4294967294\n\ndata: 2\nid: s:4294967295\n\n",
    );
    expect(() => add("data: 1\n\n", [1, 2])).toThrow(TypeError);
    expect(() => add("data: 1\n\ndata: 2\n\n", [1])).toThrow(TypeError);
  });
});
