import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
} from "node:http2";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { startGateway } from "@stepwire/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import type { RunningGateway } from "../src/shutdown.js";
import {
  collectLog,
  createClient,
  createUpstreamSource,
  startChain,
  startTestIngress,
} from "./support/chain.js";
import { rawEvents, sampleIds } from "./support/collect.js";
import { sendJson, sendStream, startUpstream } from "./support/upstream.js";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const PATH = "/stepwire.v1.RunStepService/ListRunSteps";

/** Starts an ingress whose upstream never answers. */
async function startBounded(
  limits: Parameters<typeof startTestIngress>[2] = {},
): Promise<RunningGateway> {
  const upstream = await startUpstream(() => {});
  const { source, close } = createUpstreamSource(upstream.url);
  const log = createLog("silent", "ingress", collectLog().destination);
  return await startTestIngress(source, { log, onClose: close }, limits);
}

function openSocket(url: string): Socket {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

function openSession(url: string): ClientHttp2Session {
  const session = connectHttp2(url);
  session.on("error", () => {});
  onTestFinished(() => session.destroy());
  return session;
}

/** Sends the headers of a request, and never its end. */
function openRequest(session: ClientHttp2Session): ClientHttp2Stream {
  const headers = { ":method": "POST", ":path": PATH, "content-type": "application/json" };
  const stream = session.request(headers, { endStream: false });
  stream.on("error", () => {});
  stream.resume();
  return stream;
}

/** Long compared with the limits of the tests: the machine may be busy. */
const LONG = 10_000;

/** Returns whether a connection or stream is closed within a time, in milliseconds. */
async function closedWithin(
  closing: Socket | ClientHttp2Session | ClientHttp2Stream,
  time: number,
): Promise<boolean> {
  return await Promise.race<boolean>([
    closing.closed ? true : new Promise((resolve) => closing.once("close", () => resolve(true))),
    delay(time, false),
  ]);
}

describe("a connection", { timeout: 60_000 }, () => {
  it("issue 11.17: whose first bytes drip is closed in time", async () => {
    const { url } = await startBounded({ headersTimeout: 400 });
    const socket = openSocket(url);
    let sent = 0;
    const drip = setInterval(() => socket.write(PREFACE.slice(sent++, sent)), LONG / 10);
    onTestFinished(() => clearInterval(drip));
    expect(await closedWithin(socket, LONG)).toBe(true);
    expect(sent).toBeLessThan(PREFACE.length);
  });

  it("issue 11.17: that is silent after the preface is closed in time", async () => {
    const { url } = await startBounded({ headersTimeout: 300 });
    const socket = openSocket(url);
    socket.resume();
    socket.write(PREFACE);
    expect(await closedWithin(socket, LONG)).toBe(true);
  });

  it("issue 11.17: without requests is closed, pings or not", async () => {
    const { url } = await startBounded({ idleTimeout: 300 });
    const session = openSession(url);
    const ping = setInterval(() => {
      if (!session.destroyed) {
        session.ping(() => {});
      }
    }, 50);
    onTestFinished(() => clearInterval(ping));
    expect(await closedWithin(session, LONG)).toBe(true);
  });

  it("issue 11.17: is refused where there are as many as there may be", async () => {
    const { url } = await startBounded({ maxConnections: 2 });
    const first = openSession(url);
    await once(first, "remoteSettings");
    const second = openSocket(url);
    await once(second, "connect");
    const third = openSocket(url);
    expect(await closedWithin(third.resume(), LONG)).toBe(true);
    expect(first.closed || second.closed).toBe(false);
  });

  it("issue 11.17: of HTTP/2 is refused where there are as many as there may be", async () => {
    const { url } = await startBounded({ maxSessions: 1 });
    const first = openSession(url);
    await once(first, "remoteSettings");
    expect(await closedWithin(openSession(url), LONG)).toBe(true);
    expect(first.closed).toBe(false);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe("a request over HTTP/2", { timeout: 60_000 }, () => {
  it("issue 11.17: that never ends to arrive is closed in time", async () => {
    const { url } = await startBounded({ requestTimeout: 300 });
    const session = openSession(url);
    const silent = openRequest(session);
    const dripping = openRequest(session);
    const drip = setInterval(() => {
      if (dripping.writable) {
        dripping.write(" ");
      }
    }, 50);
    onTestFinished(() => clearInterval(drip));
    let status: number | undefined;
    silent.on("response", (headers) => {
      status = headers[":status"];
    });
    expect(await closedWithin(silent, LONG)).toBe(true);
    expect(await closedWithin(dripping, LONG)).toBe(true);
    expect(status).toBe(408);
    expect(session.closed).toBe(false);
  });

  it("issue 11.17: is refused where there are as many as there may be, over all connections", async () => {
    const { url } = await startBounded({ maxRequests: 4 });
    const sessions = [openSession(url), openSession(url)];
    const streams = sessions.flatMap((session) =>
      Array.from({ length: 5 }, () => openRequest(session)),
    );
    await expect.poll(() => streams.filter(({ closed }) => closed).length).toBe(6);
    await delay(100);
    const refused = streams.filter(({ closed }) => closed);
    // NGHTTP2_REFUSED_STREAM: the request was not looked at and may be sent again.
    expect(refused.map(({ rstCode }) => rstCode)).toEqual([7, 7, 7, 7, 7, 7]);
    for (const stream of streams) {
      stream.close();
    }
    // The server may learn of the closed streams of the other connection later.
    const isAccepted = async (): Promise<boolean> =>
      !(await closedWithin(openRequest(sessions[0] ?? openSession(url)), 200));
    await expect.poll(isAccepted).toBe(true);
  });

  it("issue 11.17: is answered as before by a client that sends its requests whole", async () => {
    const upstream = await startUpstream((_request, response) => {
      setTimeout(() => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end('{"object":"list","data":[]}');
      }, 700);
    });
    const { openai } = await startChain(upstream.url, { ingress: { requestTimeout: 200 } });
    const { run_id, ...rest } = sampleIds;
    expect((await openai.beta.threads.runs.steps.list(run_id, rest)).data).toEqual([]);
  });
});

describe("SIGTERM", () => {
  const start = (role: "ingress" | "egress"): ReturnType<typeof startGateway> =>
    startGateway([
      role,
      ...(role === "egress" ? ["--backend", "http://127.0.0.1:9"] : []),
      ...["--port", "0", "--shutdown-grace", "300ms"],
    ]);

  const expectEnd = async (gateway: Awaited<ReturnType<typeof start>>): Promise<void> => {
    gateway.process.kill("SIGTERM");
    const ended = await Promise.race([gateway.ended, delay(15_000, "still running")]);
    expect(ended, gateway.output()).toBe("0");
    expect(gateway.output()).toContain('"msg":"ended"');
  };

  it.each(["ingress", "egress"] as const)(
    "issue 11.22: ends the %s after a connection that came and went",
    { timeout: 60_000 },
    async (role) => {
      const gateway = await start(role);
      const socket = openSocket(gateway.url);
      await once(socket, "connect");
      socket.end();
      await delay(100);
      await expectEnd(gateway);
    },
  );

  it.each(["ingress", "egress"] as const)(
    "issue 11.22: ends the %s in spite of silent connections",
    { timeout: 60_000 },
    async (role) => {
      const gateway = await start(role);
      const begun = ["", "G", "PRI * HT", PREFACE, "GET / HTTP/1.1\r\nho"].map((text) => {
        const socket = openSocket(gateway.url);
        socket.write(text);
        return socket;
      });
      await Promise.all(begun.map((socket) => once(socket, "connect")));
      await delay(100);
      await expectEnd(gateway);
    },
  );

  it("issue 11.17: ends the ingress in spite of requests that never end to arrive", {
    timeout: 60_000,
  }, async () => {
    const gateway = await start("ingress");
    for (let count = 0; count < 3; count++) {
      const session = openSession(gateway.url);
      for (let request = 0; request < 50; request++) {
        openRequest(session);
      }
    }
    await delay(300);
    await expectEnd(gateway);
  });
});

describe("the sizes of what a server answers", { timeout: 60_000 }, () => {
  it("have limits at both commands; an image of 18 MB is below them", async () => {
    // As incompressible as an image.
    const noise = createHash("shake256", { outputLength: 13_500_000 }).update("image").digest();
    const answers: Readonly<Record<string, string>> = {
      large: JSON.stringify({ id: "large", object: "thread", image: noise.toString("base64") }),
      small: JSON.stringify({ id: "small", object: "thread", image: "x".repeat(100_000) }),
    };
    const upstream = await startUpstream(({ method, url }, response) => {
      if (method === "POST") {
        sendStream(response, `event: thread.created\ndata: ${answers["small"]}\n\n`);
      } else {
        sendJson(response, answers[url.split("/").at(-1) ?? ""] ?? "");
      }
    });
    const ingress = await startGateway(["ingress", "--port", "0", "--upstream", upstream.url]);
    const egress = ["egress", "--port", "0", "--no-pass-through", "--backend", ingress.url];
    const [open, narrow] = await Promise.all([
      startGateway(egress),
      startGateway([...egress, "--max-message", "64K"]),
    ]);
    const { threads } = createClient(open.url).beta;
    for (const [name, answer] of Object.entries(answers)) {
      expect(await threads.retrieve(name)).toEqual(JSON.parse(answer));
    }
    const refused: unknown = await createClient(narrow.url)
      .beta.threads.retrieve("small")
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "resource_exhausted" });
    const cut = await rawEvents(narrow.url);
    expect(cut).toMatch(/^event: error\ndata: .*at most 65536 bytes.*"code":"resource_exhausted"/);
  });
});
