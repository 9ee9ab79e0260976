import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, millis } from "@nats-io/transport-node";
import type { StreamState } from "@stepwire/connect";
import {
  describeWithNats,
  type NatsCluster,
  printedSeed,
  Random,
  startGateway,
  startNatsServer,
} from "@stepwire/testing";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { IngressOptions } from "../../src/ingress/ingress.js";
import { createLog } from "../../src/log.js";
import { run } from "../../src/run.js";
import type { RunningGateway } from "../../src/shutdown.js";
import { type JetStreamOptions, JetStreamStore } from "../../src/store/jetstream-store.js";
import {
  collectLog,
  createClient,
  createUpstreamSource,
  startTestEgress,
  startTestIngress,
} from "../support/chain.js";
import { eventsOf, receive, sampleStream } from "../support/collect.js";
import { expectStoredPrefix } from "../support/killed-ingress.js";
import { startRelay } from "../support/relay.js";
import { startUpstream, streamHeaders, type TestUpstream } from "../support/upstream.js";

const seed = printedSeed();
const log = createLog("silent", "test", collectLog().destination);
const events = sampleStream.split(/(?<=\n\n)/);
const all = eventsOf(sampleStream);

/** Opens a store, for the time of a test. */
async function openStore(
  url: string,
  options: Partial<JetStreamOptions> = {},
): Promise<JetStreamStore> {
  const store = await JetStreamStore.open({
    servers: url.split(","),
    maxAge: 60_000,
    maxBytes: 2 ** 26,
    replicas: 1,
    timeout: 500,
    appendTimeout: 500,
    lossTimeout: 500,
    ...options,
  });
  onTestFinished(() => store.close().catch(() => {}));
  return store;
}

/** Starts an upstream whose events come one by one. */
async function startSlow(pause = 5): Promise<TestUpstream> {
  return await startUpstream(async (_request, response) => {
    response.writeHead(200, streamHeaders);
    for (const event of events) {
      response.write(event);
      await delay(pause);
    }
    response.end();
  });
}

/** Starts an ingress with a store. */
async function startStored(
  upstream: TestUpstream,
  store: JetStreamStore,
  options: Partial<IngressOptions> = {},
): Promise<RunningGateway> {
  const { source, close } = createUpstreamSource(upstream.url);
  return await startTestIngress(source, { log, onClose: close, store, ...options });
}

async function incidents(url: string, kind: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(
    new RegExp(`incidents_total\\{kind="${kind}".*\\} (\\d+)$`, "m").exec(text)?.[1] ?? 0,
  );
}

/** What JetStream says of the stream that has the blocks of all streams. */
async function storedInfo(url: string): Promise<{ messages: number; maxAge: number }> {
  const connection = await connect({ servers: url });
  try {
    const manager = await jetstreamManager(connection);
    const { state, config } = await manager.streams.info("STEPWIRE_STREAMS");
    return { messages: state.messages, maxAge: millis(config.max_age) };
  } finally {
    await connection.close();
  }
}

describeWithNats("streams in JetStream", () => {
  let nats: NatsCluster;
  beforeAll(async () => {
    nats = await startNatsServer();
  });
  afterAll(() => nats.close());

  it("are resumed at another ingress, every event once and in order", async () => {
    const upstream = await startSlow();
    const a = await startStored(upstream, await openStore(nats.url));
    const b = await startStored(upstream, await openStore(nats.url));
    const relay = await startRelay(a.url);
    const egress = await startTestEgress(relay.url, { log });
    const random = new Random(seed);
    const at = 1 + random.below(all.length - 10);
    const received = await receive(createClient(egress.url), async (count) => {
      if (count === at) {
        relay.target = b.url;
        relay.cutAll();
      }
      await Promise.resolve();
    });
    expect(received).toEqual({ events: all });
    expect(upstream.seen).toHaveLength(1);
    expect(await incidents(b.url, "stream_taken_over")).toBeGreaterThan(0);
    expect(await incidents(a.url, "stream_not_stored")).toBe(0);
    // A stream that was read to its end is removed, through the ingress that did not open it.
    await expect.poll(async () => (await storedInfo(nats.url)).messages).toBe(0);
  });

  it("are resumed at another ingress before their beginning is stored", async () => {
    const upstream = await startSlow(50);
    const way = await startRelay(nats.url.replace("nats:", "http:"));
    const slow = await openStore(way.url.replace("http:", "nats:"), {
      timeout: 10_000,
      appendTimeout: 10_000,
    });
    const a = await startStored(upstream, slow);
    const b = await startStored(upstream, await openStore(nats.url, { lossTimeout: 5000 }));
    const relay = await startRelay(a.url);
    const egress = await startTestEgress(relay.url, { log });
    // The first ingress has no way to its store for a while.
    const { target } = way;
    way.target = "http://127.0.0.1:1";
    way.cutAll();
    const received = await receive(createClient(egress.url), async (count) => {
      if (count === 3) {
        relay.target = b.url;
        relay.cutAll();
        setTimeout(() => {
          way.target = target;
        }, 1000);
      }
      await Promise.resolve();
    });
    expect(received).toEqual({ events: all });
    expect(upstream.seen).toHaveLength(1);
  });

  it("that were never stored: an error says so, or that their ingress is gone", async () => {
    const one = await openStore(nats.url);
    const other = await openStore(nats.url);
    const states = new Map<string, StreamState>();
    one.serve({ onRead: (id) => states.get(id) ?? "forgotten", end: () => {} });
    const id = one.newId();
    expect(await other.open(id)).toBeUndefined();
    states.set(id, "stored");
    await expect(other.open(id)).rejects.toThrow("is not stored yet");
    states.set(id, "not stored");
    await expect(other.open(id)).rejects.toMatchObject({ isProducerGone: false });
    await one.close();
    const left = new AbortController();
    const reading = other.open(id, left.signal);
    left.abort(new Error("the reader left"));
    await expect(reading).rejects.toThrow("the reader left");
    await expect(other.open(id)).rejects.toMatchObject({ isProducerGone: true });
  });

  it("survive kill -9 of their ingress: all that it stored, then an error", async () => {
    const upstream = await startSlow(15);
    const parameters = ["ingress", "--port", "0", "--upstream", upstream.url, "--store", nats.url];
    const [a, b] = await Promise.all([startGateway(parameters), startGateway(parameters)]);
    await expectStoredPrefix({ killed: a, other: b, upstream, seed });
  }, 30_000);

  it("have one writer, and only identifiers that the store gave", async () => {
    const one = await openStore(nats.url);
    const other = await openStore(nats.url);
    const id = randomUUID();
    const head = new TextEncoder().encode("head");
    const writer = await one.create(id, head);
    await expect(other.create(id, head)).rejects.toThrow(/wrong last sequence/);
    await writer.append(new Uint8Array([1]), 1);
    await writer.append(new Uint8Array([2]), 2);
    const reader = await other.open(id);
    expect(reader?.head).toEqual(head);
    for (const strange of ["*", ">", `${id}.>`, "", id.toUpperCase()]) {
      expect(await other.open(strange)).toBeUndefined();
    }
    const blocks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const block of reader?.blocks(AbortSignal.timeout(10_000), 0) ?? []) {
        blocks.push(block);
      }
    })();
    // Nobody answers for the streams of this process.
    await expect(reading).rejects.toMatchObject({ name: "StreamLostError", isProducerGone: true });
    expect(blocks).toEqual([new Uint8Array([1]), new Uint8Array([2])]);
  });

  it("are read from the block that has the next event, among those of other streams", async () => {
    const store = await openStore(nats.url);
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const writers = await Promise.all(ids.map((id) => store.create(id, new Uint8Array([7]))));
    for (let block = 0; block < 30; block++) {
      for (const [index, writer] of writers.entries()) {
        if (block % (index + 1) === 0) {
          await writer.append(new Uint8Array([block]), 1 + 3 * block);
        }
      }
    }
    for (const after of [0, 2, 3, 43, 44, 45, 86, 87, 88, 500]) {
      for (const [index, id] of ids.entries()) {
        const reader = await store.open(id);
        let first: Uint8Array | undefined;
        for await (const block of reader?.blocks(AbortSignal.timeout(10_000), after) ?? []) {
          first = block;
          break;
        }
        const step = index + 1;
        const block = Math.min(29, Math.floor(after / 3));
        expect([after, index, first?.[0]]).toEqual([after, index, block - (block % step)]);
      }
    }
  });

  it("expire after the time that is set", async () => {
    const short = await startNatsServer();
    onTestFinished(() => short.close());
    const store = await openStore(short.url, { maxAge: 1000 });
    expect((await storedInfo(short.url)).maxAge).toBe(1000);
    store.serve({ onRead: () => "forgotten", end: () => {} });
    const id = store.newId();
    await store.create(id, new Uint8Array([1]));
    expect(await store.open(id)).toBeDefined();
    await expect.poll(() => store.open(id), { timeout: 5000 }).toBeUndefined();
  });
});

describeWithNats("a JetStream", () => {
  let nats: NatsCluster;
  beforeAll(async () => {
    nats = await startNatsServer();
  });
  afterAll(() => nats.close());

  const failures = [
    ["gone", () => nats.nodes[0]?.kill()],
    ["hung", () => nats.nodes[0]?.signal("SIGSTOP")],
  ] as const;

  describe.each(failures)("that is %s in a stream", (name, fail) => {
    it.each(["continue", "end"] as const)("as configured: %s", async (storeFailure) => {
      const upstream = await startSlow(20);
      const ingress = await startStored(upstream, await openStore(nats.url), { storeFailure });
      const egress = await startTestEgress(ingress.url, { log });
      onTestFinished(async () => {
        await (name === "gone" ? nats.nodes[0]?.restart() : nats.nodes[0]?.signal("SIGCONT"));
      });
      const received = await receive(createClient(egress.url), async (count) => {
        if (count === 5) {
          await fail();
        }
      });
      expect(received.events).toEqual(all.slice(0, received.events.length));
      if (storeFailure === "continue") {
        expect(received).toEqual({ events: all });
      } else {
        expect(received.error).toMatchObject({ name: "APIError", code: "stream_not_stored" });
      }
      expect(await incidents(ingress.url, "stream_not_stored")).toBe(1);
    });
  });

  it("that is full: streams go on, and none loses its beginning", async () => {
    const small = await startNatsServer();
    onTestFinished(() => small.close());
    const upstream = await startSlow(0);
    const store = await openStore(small.url, { maxBytes: 3000 });
    const ingress = await startStored(upstream, store);
    const openai = createClient((await startTestEgress(ingress.url, { log })).url);
    expect(await receive(openai)).toEqual({ events: all });
    await expect.poll(() => incidents(ingress.url, "stream_not_stored")).toBe(1);
  });
});

describeWithNats("a cluster of JetStream", () => {
  it("that loses a server: streams go on, stored", async () => {
    const nats = await startNatsServer({ nodes: 3 });
    onTestFinished(() => nats.close());
    const upstream = await startSlow(30);
    const options = { replicas: 3, timeout: 10_000, appendTimeout: 10_000, lossTimeout: 10_000 };
    const a = await startStored(upstream, await openStore(nats.url, options));
    const b = await startStored(upstream, await openStore(nats.url, options));
    const relay = await startRelay(a.url);
    const egress = await startTestEgress(relay.url, { log });
    const lost = new Random(seed).below(3);
    const received = await receive(createClient(egress.url), async (count) => {
      if (count === 10) {
        await nats.nodes[lost]?.kill();
      }
      if (count === 20) {
        relay.target = b.url;
        relay.cutAll();
      }
    });
    expect(received).toEqual({ events: all });
    expect(await incidents(a.url, "stream_not_stored")).toBe(0);
  }, 60_000);
});

/** Runs the command, and returns its exit code and what it wrote to standard error. */
async function runIngress(store: string): Promise<{ code: number; text: string }> {
  const { destination: stderr, text } = collectLog();
  const code = await run(["ingress", "--port", "0", "--store", store], {
    stdout: collectLog().destination,
    stderr,
    directory: ".",
    signal: AbortSignal.abort(),
  });
  return { code, text: text() };
}

describe("the address of a store", () => {
  it.each(["", "http://127.0.0.1:4222", "nats://", "nats://127.0.0.1:4222,", "file:"])(
    "%j: is refused",
    async (address) => {
      const { code, text } = await runIngress(address);
      expect(code).toBe(2);
      expect(text).toContain("Expected memory, file:FOLDER, or addresses");
    },
  );

  it("of no server: the ingress does not start, and says nothing secret", async () => {
    const { code, text } = await runIngress("nats://user:secret@127.0.0.1:1");
    expect(code).toBe(2);
    expect(text).toContain("the store cannot be used");
    expect(text).not.toContain("secret");
  });

  it("of a folder that cannot be created: the ingress does not start", async () => {
    const { code, text } = await runIngress(`file:${import.meta.filename}/folder`);
    expect(code).toBe(2);
    expect(text).toContain("the store cannot be used: ENOTDIR");
  });

  it("memory: the ingress needs no server", async () => {
    expect(await runIngress("memory")).toEqual({ code: 0, text: "" });
  });
});
