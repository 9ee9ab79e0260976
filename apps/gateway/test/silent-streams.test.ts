import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import {
  collectLog,
  createClient,
  createUpstreamSource,
  startChain,
  startTestEgress,
  startTestIngress,
} from "./support/chain.js";
import { collect, rawEvents, sampleIds, sampleStream, startRun } from "./support/collect.js";
import { startRelay } from "./support/relay.js";
import { sendStream, startUpstream, streamHeaders } from "./support/upstream.js";

const events = sampleStream.split(/(?<=\n\n)/);

describe("a stream that is silent", () => {
  it("issue 11.9: gets a comment after each time of silence, and none without", async () => {
    const upstream = await startUpstream(async (_request, response) => {
      response.writeHead(200, streamHeaders);
      response.write(events[0]);
      // Comments of the upstream's own do not reach the client.
      for (let count = 0; count < 10; count++) {
        await delay(60);
        response.write(": processing\n\n");
      }
      response.end(events.slice(1).join(""));
    });
    const spoken = await startChain(upstream.url, { egress: { keepAliveInterval: 100 } });
    const started = performance.now();
    const text = await rawEvents(spoken.egress.url);
    const most = (performance.now() - started) / 100;
    const comments = text.match(/^:.*\n/gm) ?? [];
    expect(comments.length).toBeGreaterThanOrEqual(2);
    expect(comments.length).toBeLessThanOrEqual(most + 1);
    expect(new Set(comments)).toEqual(new Set([": keep-alive\n"]));
    const silent = await startChain(upstream.url, { egress: { keepAliveInterval: 0 } });
    const without = await rawEvents(silent.egress.url);
    expect(without).not.toContain(": keep-alive");
    expect(text.replaceAll(": keep-alive\n", "")).toBe(without);
  });
});

/** Starts an upstream that sends comments only, for some time, between two events. */
async function startThinking(): Promise<{ url: string; silence: () => number }> {
  let silence = 0;
  const upstream = await startUpstream(async (_request, response) => {
    response.writeHead(200, streamHeaders);
    response.write(events[0]);
    const started = performance.now();
    for (let count = 0; count < 12; count++) {
      await delay(100);
      response.write(": processing\n\n");
    }
    silence = performance.now() - started;
    response.end(events.slice(1).join(""));
  });
  return { url: upstream.url, silence: () => silence };
}

describe.each(["1.1", "2"] as const)("a long silence, over HTTP/%s", (httpVersion) => {
  it("with comments of the upstream: proxies and time limits keep the stream", async () => {
    const upstream = await startThinking();
    const log = createLog("silent", "test", collectLog().destination);
    const idleTimeout = 1000;
    const read = async (keepAliveInterval: number): Promise<{ cuts: number; seen: unknown[] }> => {
      const { source, close } = createUpstreamSource(upstream.url, { idleTimeout });
      const ingress = await startTestIngress(source, { log, onClose: close });
      const inner = await startRelay(ingress.url, { idleTimeout });
      const egress = await startTestEgress(
        inner.url,
        { log },
        { httpVersion, egress: { keepAliveInterval } },
      );
      const outer = await startRelay(egress.url, { idleTimeout });
      const seen = await collect(startRun(createClient(outer.url)));
      return { cuts: inner.cuts + outer.cuts, seen };
    };
    const { cuts, seen } = await read(100);
    expect(upstream.silence()).toBeGreaterThan(idleTimeout);
    expect(cuts).toBe(0);
    expect(seen).toEqual(await collect(startRun(createClient(upstream.url.replace("/v1", "")))));
    // Without keep-alives, the proxies close both connections.
    expect((await read(0)).cuts).toBeGreaterThan(0);
  });
});

const RUNS = `/v1/threads/${sampleIds.thread_id}/runs`;
const TOO_MANY = 429;
const streamRequest = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"stream":true}',
};

/** Starts a stream of the egress at a socket that reads nothing more than its head. */
async function stall(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on("error", () => {});
  const { body } = streamRequest;
  socket.write(
    `POST ${RUNS} HTTP/1.1\r\nhost: x\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await once(socket, "readable");
  socket.read();
  socket.pause();
  return socket;
}

async function streamsOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^stepwire_gateway_streams\{.*\} (\d+)$/m.exec(text)?.[1]);
}

/** The test waits for several times to pass, one after the other. */
const LONG = { timeout: 120_000 };

describe("a reader that stalls", () => {
  it("gets no comments in addition to what it has not read", LONG, async () => {
    const large = `event: x\ndata: ${JSON.stringify("x".repeat(8_000_000))}\n\n`;
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, large + sampleStream),
    );
    const { egress } = await startChain(upstream.url, { egress: { keepAliveInterval: 100 } });
    const stalled = await stall(egress.url);
    await delay(2000);
    let text = "";
    stalled.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
    });
    stalled.resume();
    await expect.poll(() => text, { timeout: 20_000 }).toContain("[DONE]");
    // Comments before the large event came while it was converted.
    const start = text.indexOf("event: x");
    const waiting = text.slice(start, text.indexOf("event: thread.run.created", start));
    // In the time of two seconds there would be twenty.
    expect(waiting.split(": keep-alive").length - 1).toBeLessThan(10);
  });

  it("issue 11.18: gives its slot back when the time of the stream is over", LONG, async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, streamHeaders);
      const event = `event: x\ndata: ${JSON.stringify("x".repeat(500_000))}\n\n`;
      const write = (): void => {
        while (!response.destroyed && response.write(event)) {}
      };
      response.on("drain", write);
      write();
    });
    /** Returns undefined if the time was over before it was known whether the slot is taken. */
    const takeSlot = async (streamTimeout: number) => {
      const chain = await startChain(upstream.url, {
        egress: { maxStreams: 1, streamTimeout, resumeWindow: 200 },
      });
      const started = performance.now();
      const stalled = await stall(chain.egress.url);
      const second = await fetch(`${chain.egress.url}${RUNS}`, streamRequest);
      const { status } = second;
      const text = status === TOO_MANY ? await second.text() : "";
      await second.body?.cancel().catch(() => {});
      if (status !== TOO_MANY && performance.now() - started >= streamTimeout) {
        return undefined;
      }
      expect([status, text]).toEqual([TOO_MANY, expect.stringContaining("too_many_streams")]);
      return { ...chain, stalled };
    };
    // A busy machine may take the whole of the shorter time for the two requests.
    const taken = (await takeSlot(3000)) ?? (await takeSlot(20_000));
    const { egress, ingress, stalled } = taken ?? expect.unreachable("the machine is too slow");
    const slow = { timeout: 30_000 };
    await expect.poll(() => streamsOf(egress.url), slow).toBe(0);
    await expect.poll(() => streamsOf(ingress.url), slow).toBe(0);
    // Nor is its connection held until it reads: it ends in the middle of the response.
    await delay(1500);
    let rest = "";
    stalled.on("data", (chunk: Buffer) => {
      rest += chunk.toString("latin1");
    });
    stalled.resume();
    await once(stalled, "close");
    expect(rest.length).toBeGreaterThan(0);
    expect(rest).not.toMatch(/\r\n0\r\n\r\n$/);
  });
});
