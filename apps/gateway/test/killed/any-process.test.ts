import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  type Program,
  printedSeed,
  Random,
  startGateway,
  startNatsServer,
} from "@stepwire/testing";
import { expect, it, onTestFinished } from "vitest";
import { createLog } from "../../src/log.js";
import { collectLog, createClient, startTestEgress } from "../support/chain.js";
import { eventsOf, type Received, receive, sampleStream } from "../support/collect.js";
import { startUpstream, streamHeaders, type TestUpstream } from "../support/upstream.js";

/*
 * Kills ingresses and NATS servers at random times, while clients read streams. It takes minutes,
 * so it runs with KILL_TESTS=1.
 */

const STREAMS = 300;
const AT_ONCE = 30;

const random = new Random(printedSeed());
const log = createLog("silent", "test", collectLog().destination);
const all = eventsOf(sampleStream);

type Ingress = Program & { readonly url: string };

async function startPaced(): Promise<TestUpstream> {
  return await startUpstream(async (_request, response) => {
    response.writeHead(200, streamHeaders);
    for (const event of sampleStream.split(/(?<=\n\n)/)) {
      await delay(60);
      response.write(event);
    }
    response.end();
  });
}

/** Starts a load balancer: each connection goes to an ingress that lives. */
async function startBalancer(live: readonly Ingress[]): Promise<string> {
  const server = createServer((client) => {
    const { port = "" } = new URL(live[random.below(live.length)]?.url ?? "http://127.0.0.1");
    const ingress = connect(Number(port), "127.0.0.1");
    for (const socket of [client, ingress]) {
      socket.on("error", () => {});
    }
    client.on("close", () => ingress.destroy());
    ingress.on("close", () => client.resetAndDestroy());
    client.pipe(ingress).pipe(client);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
  });
  // A server on a port has an address of this kind.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Describes how a stream ended. */
function outcomeOf({ events, error }: Received): string {
  const isPrefix = JSON.stringify(events) === JSON.stringify(all.slice(0, events.length));
  if (!isPrefix || (error === undefined && events.length < all.length)) {
    return "lost or doubled events";
  }
  if (error === undefined) {
    return "complete";
  }
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : "";
  return `${events.length === 0 ? "refused at its start" : "interrupted"}: ${String(code)}`;
}

it("a client sees every event once and in order, or an error that names the loss", async () => {
  const nats = await startNatsServer({ nodes: 3 });
  onTestFinished(() => nats.close());
  const upstream = await startPaced();
  const replicas = ["--store", nats.url, "--store-replicas", "3"];
  const start = async (): Promise<Ingress> =>
    await startGateway(["ingress", "--port", "0", "--upstream", upstream.url, ...replicas]);
  const live = await Promise.all([start(), start(), start()]);
  const url = await startBalancer(live);
  const options = { httpVersion: "1.1", egress: { resumeWindow: 20_000 } } as const;
  const egresses = await Promise.all([
    startTestEgress(url, { log }, options),
    startTestEgress(url, { log }, options),
  ]);
  const clients = egresses.map((egress) => createClient(egress.url));

  let isDone = false;
  const kills = { ingress: 0, nats: 0 };
  const killing = (async () => {
    while (!isDone) {
      await delay(500 + random.below(1500));
      if (random.below(2) === 0) {
        const next = start();
        const [victim] = live.splice(random.below(live.length), 1);
        victim?.process.kill("SIGKILL");
        kills.ingress++;
        live.push(await next);
      } else {
        const node = nats.nodes[random.below(nats.nodes.length)];
        await node?.kill();
        kills.nats++;
        await delay(random.below(2000));
        await node?.restart();
      }
    }
  })();

  const outcomes = new Map<string, number>();
  let started = 0;
  const read = async (index: number): Promise<void> => {
    for (const client = clients[index % clients.length]; started < STREAMS && client; ) {
      started++;
      await delay(random.below(500));
      const outcome = outcomeOf(await receive(client));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => read(index)));
  isDone = true;
  await killing;
  console.log(`${STREAMS} streams, kills: ${JSON.stringify(kills)}`, Object.fromEntries(outcomes));
  // A stream that the client did not get an event of is not resumed.
  const allowed = /^(complete|interrupted: upstream_lost|refused at its start: .*)$/;
  expect([...outcomes.keys()].filter((outcome) => !allowed.test(outcome))).toEqual([]);
  expect(kills.ingress).toBeGreaterThan(0);
  expect(kills.nats).toBeGreaterThan(0);
}, 600_000);
