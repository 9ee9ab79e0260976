import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { startChain } from "./support/chain.js";
import { rawEvents, sampleIds, sampleStream } from "./support/collect.js";
import { startUpstream, streamHeaders } from "./support/upstream.js";

const events = sampleStream.split(/(?<=\n\n)/);

describe("a stream that is silent", () => {
  it("issue 11.9: gets a comment after each time of silence, and none without", async () => {
    let silence = 0;
    const upstream = await startUpstream(async (_request, response) => {
      response.writeHead(200, streamHeaders);
      const started = performance.now();
      response.write(events[0]);
      // Comments of the upstream's own do not reach the client.
      for (let count = 0; count < 10; count++) {
        await delay(60);
        response.write(": processing\n\n");
      }
      silence = performance.now() - started;
      response.end(events.slice(1).join(""));
    });
    const spoken = await startChain(upstream.url, { egress: { keepAliveInterval: 100 } });
    const text = await rawEvents(spoken.egress.url);
    const comments = text.split(/(?<=\n\n)/).filter((each) => each.startsWith(":"));
    expect(comments.length).toBeGreaterThanOrEqual(2);
    expect(comments.length).toBeLessThanOrEqual(silence / 100 + 1);
    expect(new Set(comments)).toEqual(new Set([": keep-alive\n\n"]));
    const silent = await startChain(upstream.url, { egress: { keepAliveInterval: 0 } });
    const without = await rawEvents(silent.egress.url);
    expect(without).not.toContain(": keep-alive");
    expect(text.replaceAll(": keep-alive\n\n", "")).toBe(without);
  });
});

/** Starts a stream of the egress at a socket that reads nothing more than its head. */
async function stall(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on("error", () => {});
  const body = '{"stream":true}';
  socket.write(
    `POST /v1/threads/${sampleIds.thread_id}/runs HTTP/1.1\r\nhost: x\r\n` +
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
const LONG = { timeout: 40_000 };

describe("a reader that stalls", () => {
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
    const { egress, ingress } = await startChain(upstream.url, {
      egress: { maxStreams: 1, streamTimeout: 3000, resumeWindow: 200 },
    });
    const stalled = await stall(egress.url);
    const refused = await rawEvents(egress.url);
    expect(refused).toContain("too_many_streams");
    await expect.poll(() => streamsOf(egress.url), { timeout: 10_000 }).toBe(0);
    await expect.poll(() => streamsOf(ingress.url), { timeout: 10_000 }).toBe(0);
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
