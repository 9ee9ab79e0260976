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
import { eventsOf, sampleStream } from "../support/collect.js";
import { type ReceivedAnswer, type ReceivedEvent, readRun } from "../support/resuming-client.js";
import { startUpstream, streamHeaders, type TestUpstream } from "../support/upstream.js";

/*
 * Kills ingresses, egresses and NATS servers at random times, while clients read streams and come
 * back by `Last-Event-ID`. It takes minutes, so it runs with KILL_TESTS=1.
 */

const STREAMS = 300;
const AT_ONCE = 30;

/** The code of the error of a stream whose ingress died. */
const UPSTREAM_LOST = "upstream_lost";

/** How long an ingress may take to store what it was sent, in milliseconds. */
const LONGEST_STORING = 1000;

/** How long a client tries to come back, in milliseconds. */
const PATIENCE = 60_000;

const random = new Random(printedSeed());
const all = eventsOf(sampleStream);

type Gateway = Program & { readonly url: string };

/** An upstream that knows how its streams ended. */
interface PacedUpstream extends TestUpstream {
  /** The number of streams whose connection broke. */
  broken(): number;
  /** When the others were written to their end. */
  readonly ends: readonly number[];
}

async function startPaced(): Promise<PacedUpstream> {
  let broken = 0;
  const ends: number[] = [];
  const upstream = await startUpstream(async (_request, response) => {
    response.on("close", () => {
      if (response.writableFinished) {
        ends.push(performance.now());
      } else {
        broken++;
      }
    });
    response.writeHead(200, streamHeaders);
    for (const event of sampleStream.split(/(?<=\n\n)/)) {
      await delay(60);
      response.write(event);
    }
    response.end();
  });
  return Object.assign(upstream, { broken: () => broken, ends });
}

/** Starts a load balancer: each connection goes to an ingress that lives. */
async function startBalancer(live: readonly Gateway[]): Promise<string> {
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

/** What a client has of one run. */
interface Run {
  readonly events: ReceivedEvent[];
  /** How often it came back. */
  returns: number;
  /** The code of the error that ended the stream; undefined if it has its end. */
  error?: string;
}

/** Reads a run, and comes back whenever the connection breaks. */
async function readThrough(egresses: readonly Gateway[]): Promise<Run> {
  const run: Run = { events: [], returns: 0 };
  let openingId: string | undefined;
  for (const until = performance.now() + PATIENCE; ; run.returns++) {
    const lastEventId = run.events.at(-1)?.id ?? openingId;
    // One client in three also leaves of its own accord.
    const leaves = random.below(3) === 0;
    const answer = await readRun(egresses[random.below(egresses.length)]?.url ?? "", {
      lastEventId,
      until: leaves ? 1 + random.below(all.length) : Number.POSITIVE_INFINITY,
    });
    openingId ??= answer.openingId ?? undefined;
    run.events.push(...answer.events);
    if (run.events.at(-1)?.event === "error") {
      run.error = codeOf(run.events.pop()?.data ?? "");
      return run;
    }
    if (answer.events.at(-1)?.event === "done") {
      return run;
    }
    const isUnknown = run.events.length === 0 && openingId === undefined;
    const refusal = refusalOf(answer);
    if (refusal !== undefined || isUnknown || performance.now() > until) {
      run.error = isUnknown ? `unknown, ${describe(answer)}` : (refusal ?? describe(answer));
      return run;
    }
    await delay(100 + random.below(400));
  }
}

/** Returns why no further request can succeed; undefined if one may. */
function refusalOf(answer: ReceivedAnswer): string | undefined {
  const code = codeOf(answer.body);
  if (code === UPSTREAM_LOST) {
    return code;
  }
  return answer.status >= 400 && answer.status < 500 ? describe(answer) : undefined;
}

function describe({ status, body }: ReceivedAnswer): string {
  return `${status} ${codeOf(body)}`;
}

function codeOf(json: string): string {
  try {
    const { error } = JSON.parse(json) as { error: { code: unknown } };
    return String(error.code);
  } catch {
    return "none";
  }
}

/** Describes how a stream ended. */
function outcomeOf({ events, error }: Run): string {
  const seen = events.map(({ event, data }) => ({ event, data }));
  const isPrefix = seen.every(({ event, data }, index) => {
    const expected = all[index] as { event: string; data: unknown } | undefined;
    return event === "done"
      ? index === all.length
      : event === expected?.event && isSame(data, expected?.data);
  });
  const isWhole = seen.at(-1)?.event === "done";
  if (!isPrefix || (error === undefined && !isWhole)) {
    return "lost or doubled events";
  }
  if (error === undefined) {
    return "complete";
  }
  return `${error.startsWith("unknown") ? "refused before its opening" : "interrupted"}: ${error}`;
}

function isSame(json: string, value: unknown): boolean {
  return JSON.stringify(JSON.parse(json)) === JSON.stringify(value);
}

const LOST = `interrupted: ${UPSTREAM_LOST}`;

/** A client that does not know the name of its stream cannot come back. */
const allowed = /^(complete|interrupted: upstream_lost|refused before its opening: .*)$/;

it("a client sees every event once and in order, or an error that names the loss", async () => {
  const nats = await startNatsServer({ nodes: 3 });
  onTestFinished(() => nats.close());
  const upstream = await startPaced();
  const replicas = ["--store", nats.url, "--store-replicas", "3", "--store-wait", "5s"];
  const window = ["--resume-window", "20s"];
  const startIngress = async (): Promise<Gateway> =>
    await startGateway([
      "ingress",
      "--port",
      "0",
      "--upstream",
      upstream.url,
      ...replicas,
      ...window,
    ]);
  const ingresses = await Promise.all([startIngress(), startIngress(), startIngress()]);
  const backend = ["--backend", await startBalancer(ingresses), "--http", "1.1"];
  const startEgress = async (): Promise<Gateway> =>
    await startGateway(["egress", "--port", "0", ...backend, ...window]);
  const egresses = await Promise.all([startEgress(), startEgress()]);

  let isDone = false;
  const kills = { ingress: 0, egress: 0, nats: 0 };
  const ingressKills: number[] = [];
  const replace = async (live: Gateway[], start: () => Promise<Gateway>): Promise<void> => {
    const next = start();
    const [victim] = live.splice(random.below(live.length), 1);
    victim?.process.kill("SIGKILL");
    live.push(await next);
  };
  const killing = (async () => {
    for (let round = 0; !isDone; round++) {
      await delay(500 + random.below(1500));
      // At first one of each.
      switch (round < 3 ? round : random.below(3)) {
        case 0:
          kills.ingress++;
          ingressKills.push(performance.now());
          await replace(ingresses, startIngress);
          break;
        case 1:
          kills.egress++;
          await replace(egresses, startEgress);
          break;
        default: {
          kills.nats++;
          const node = nats.nodes[random.below(nats.nodes.length)];
          await node?.kill();
          await delay(random.below(2000));
          await node?.restart();
        }
      }
    }
  })();

  const outcomes = new Map<string, number>();
  let started = 0;
  let returns = 0;
  const read = async (): Promise<void> => {
    while (started < STREAMS) {
      started++;
      await delay(random.below(500));
      const run = await readThrough(egresses);
      const outcome = outcomeOf(run);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (!allowed.test(outcome)) {
        console.log(`${outcome} after ${run.events.length} events and ${run.returns} returns`);
      }
      returns += run.returns;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, read));
  isDone = true;
  await killing;
  console.log(
    `${STREAMS} streams, ${returns} returns, kills: ${JSON.stringify(kills)}, upstream asked ${upstream.seen.length} times, ${upstream.broken()} of them broken`,
    Object.fromEntries(outcomes),
  );
  expect([...outcomes.keys()].filter((outcome) => !allowed.test(outcome))).toEqual([]);
  // No client is told of a loss that did not happen. An ingress may also be killed when its upstream has
  // written everything, but before it has read and stored that.
  const unstored = upstream.ends.filter((end) =>
    ingressKills.some((kill) => kill >= end && kill < end + LONGEST_STORING),
  ).length;
  expect(outcomes.get(LOST) ?? 0).toBeLessThanOrEqual(upstream.broken() + unstored);
  expect(upstream.seen.length).toBeLessThanOrEqual(STREAMS);
  expect(Math.min(...Object.values(kills))).toBeGreaterThan(0);
}, 900_000);
