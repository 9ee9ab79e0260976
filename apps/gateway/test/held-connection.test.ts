import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import {
  collectLog,
  createUpstreamSource,
  startTestEgress,
  startTestIngress,
} from "./support/chain.js";
import { rawEvents } from "./support/collect.js";
import { startUpstream, streamHeaders } from "./support/upstream.js";

/** A wire whose near side can be cut while its far side stays open. */
interface HoldingRelay {
  readonly url: string;
  /** Cuts the near side; the server knows nothing of it. */
  cut(): void;
  /** Ends what the server still holds. */
  release(): void;
}

async function startHoldingRelay(target: string): Promise<HoldingRelay> {
  const near = new Set<Socket>();
  const held = new Set<Socket>();
  const far = new Set<Socket>();
  const server = createServer((client) => {
    const { hostname, port } = new URL(target);
    const upstream = connect(Number(port), hostname);
    near.add(client);
    far.add(upstream);
    for (const socket of [client, upstream]) {
      socket.on("error", () => {});
    }
    client.on("data", (chunk: Buffer) => upstream.write(chunk));
    upstream.on("data", (chunk: Buffer) => client.destroyed || client.write(chunk));
    upstream.on("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of [...near, ...far]) {
      socket.destroy();
    }
    server.close();
  });
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    cut: () => {
      for (const socket of near) {
        socket.resetAndDestroy();
      }
      near.clear();
      for (const socket of far) {
        held.add(socket);
      }
      far.clear();
    },
    release: () => {
      for (const socket of held) {
        socket.destroy();
      }
      held.clear();
    },
  };
}

describe("a stream whose old connection the ingress still holds", () => {
  it.each(["1.1", "2"] as const)(
    "issue 11.15: is not cut when that one ends after the stream was resumed, over HTTP/%s",
    { timeout: 30_000 },
    async (httpVersion) => {
      const count = 600;
      let sent = 0;
      const upstream = await startUpstream(async (_request, response) => {
        response.writeHead(200, streamHeaders);
        for (; sent < count; sent++) {
          response.write(`event: x\ndata: {"number":${sent}}\n\n`);
          await delay(5);
        }
        response.end("event: done\ndata: [DONE]\n\n");
      });
      const log = createLog("silent", "test", collectLog().destination);
      const { source, close } = createUpstreamSource(upstream.url);
      const limits = { maxResumeWindow: 1000 };
      const ingress = await startTestIngress(source, { log, onClose: close }, limits);
      const relay = await startHoldingRelay(ingress.url);
      const egress = await startTestEgress(relay.url, { log }, { httpVersion });
      const text = rawEvents(egress.url);
      await expect.poll(() => sent).toBeGreaterThan(20);
      relay.cut();
      await delay(1000);
      relay.release();
      const numbers = [...(await text).matchAll(/"number":(\d+)/g)].map(([, each]) => Number(each));
      expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index));
      expect(await text).toMatch(/event: done\ndata: \[DONE\]\n\n$/);
    },
  );
});
