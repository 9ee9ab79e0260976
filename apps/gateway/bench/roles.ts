import { once } from "node:events";
import { type Agent, createServer, Agent as HttpAgent, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { createTransport, ServiceClient } from "@stepwire/connect";
import { UpstreamSource } from "@stepwire/handler/internal";
import { createParser } from "eventsource-parser";
import { startEgress } from "../src/egress/egress.js";
import { defaultServerLimits } from "../src/http/server-limits.js";
import { startIngress } from "../src/ingress/ingress.js";
import { connectUpstream } from "../src/ingress/upstream.js";
import { createLog } from "../src/log.js";
import { builtInModel } from "../src/model.js";
import { JetStreamStore } from "../src/store/jetstream-store.js";
import { deltaEvent } from "./events.js";

/** What a process of the benchmark is. Each starts and gives back its URL. */
export type Role =
  | "upstream"
  | "unparsed"
  | "parsed"
  | "ingress"
  | "ingress-jetstream"
  | "egress-stream-h1"
  | "egress-stream-h2"
  | "egress-h1"
  | "egress-h2";

const limits = {
  ...defaultServerLimits,
  requestTimeout: 30_000,
  idleTimeout: 60_000,
  maxBodyBytes: 2 ** 20,
  maxStreams: 1000,
};

/** Starts a role in this process. */
export async function startRole(role: Role, target: string): Promise<string> {
  const log = createLog("silent", role, new PassThrough());
  const local = { host: "127.0.0.1", port: 0, log, shutdownGrace: 0 };
  switch (role) {
    case "upstream":
      return await listen(createUpstream());
    case "unparsed":
    case "parsed":
      return await listen(createProxy(target, role === "parsed"));
    case "ingress":
    case "ingress-jetstream": {
      const upstream = connectUpstream({
        baseUrl: `${target}/v1`,
        connectTimeout: 10_000,
        answerTimeout: 60_000,
        idleTimeout: 60_000,
        maxHeaderBytes: 16_384,
        maxConnections: 1000,
      });
      const source = new UpstreamSource(upstream, {
        maxDocumentBytes: 2 ** 24,
        maxEventBytes: 2 ** 20,
        streamTimeout: 600_000,
      });
      const ingress = await startIngress({
        ...local,
        model: builtInModel,
        source,
        limits: { ...limits, maxResumeWindow: 10_000, maxResumeBytes: 2 ** 16 },
        ...(role === "ingress-jetstream" && { store: await openStore() }),
        compression: true,
      });
      return ingress.url;
    }
    case "egress-stream-h1":
    case "egress-stream-h2":
    case "egress-h1":
    case "egress-h2": {
      const httpVersion = role.endsWith("h1") ? "1.1" : "2";
      const protocol = role.startsWith("egress-stream") ? "stream" : "connect";
      const compression = process.env["BENCH_COMPRESSION"] === "1";
      const egress = await startEgress({
        ...local,
        prefix: "/v1",
        services: builtInModel.services,
        client: new ServiceClient(
          createTransport({ baseUrl: target, protocol, httpVersion, compression }),
        ),
        limits: { ...limits, answerTimeout: 60_000, streamTimeout: 600_000, resumeWindow: 10_000 },
      });
      return egress.url;
    }
  }
}

/** Opens the store whose address is in the environment. */
async function openStore(): Promise<JetStreamStore> {
  const servers = (process.env["BENCH_STORE"] ?? "").split(",");
  return await JetStreamStore.open({ servers, maxAge: 600_000, maxBytes: 2 ** 30, replicas: 1 });
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Sends as many events as the body asks for, at once or at a pace. */
function createUpstream(): Server {
  // By default, it closes unused connections after 5 s: also one on which the next request is just
  // coming, if both processes are busy.
  return createServer({ keepAliveTimeout: 60_000 }, async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) {
      body += String(chunk);
    }
    const { events, interval } = JSON.parse(body) as { events: number; interval: number };
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    if (interval > 0) {
      await delay(Math.random() * interval);
    }
    for (let number = 0; number < events && !response.destroyed; number++) {
      if (interval > 0) {
        await delay(interval);
      }
      if (!response.write(deltaEvent(number))) {
        await Promise.race([once(response, "drain"), once(response, "close")]);
      }
    }
    response.end("event: done\ndata: [DONE]\n\n");
  });
}

/** How long connections are kept without a request, in milliseconds. */
const LONGEST_UNUSED = 3000;

/** A gateway without Protobuf, for comparison: it passes bytes on, or parses each event. */
function createProxy(target: string, parses: boolean): Server {
  // Unused connections are closed before the other side does so, as by an ingress and an egress.
  const agent: Agent = new HttpAgent({
    keepAlive: true,
    maxSockets: 1000,
    timeout: LONGEST_UNUSED,
  });
  return createServer((incoming, response) => {
    const { method, headers, url } = incoming;
    const outgoing = request(new URL(url ?? "", target), { agent, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { "content-type": "text/event-stream" });
      response.flushHeaders();
      if (!parses) {
        answer.pipe(response);
        return;
      }
      const decoder = new TextDecoder();
      const parser = createParser({
        onEvent({ event, data }) {
          const payload: unknown = data === "[DONE]" ? data : JSON.parse(data);
          const text = typeof payload === "string" ? payload : JSON.stringify(payload);
          if (!response.write(`event: ${event}\ndata: ${text}\n\n`)) {
            answer.pause();
          }
        },
      });
      response.on("drain", () => answer.resume());
      answer.on("data", (chunk: Buffer) => parser.feed(decoder.decode(chunk, { stream: true })));
      answer.on("end", () => response.end());
    });
    incoming.pipe(outgoing);
    response.on("close", () => outgoing.destroy());
    outgoing.on("error", () => response.destroy());
  });
}
