import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadResult, runLoad } from "../../../apps/gateway/bench/load.ts";
import { startProcess } from "../../../apps/gateway/bench/processes.ts";
import type { Role } from "../../../apps/gateway/bench/roles.ts";
import { serveTarballs } from "../../test/packages/support/registry.ts";
import { buildPackages, pack, publishedPackages } from "../packing.ts";
import { type Mount, mounts } from "./mounts.ts";
import { cpuTime } from "./processes.ts";
import { ExamplesProject } from "./project.ts";

/** What a way from the upstream to the client costs, through two processes: the least of all rounds. */
interface HandlerCost {
  readonly name: string;
  /** CPU of both processes for an event of a long stream, in microseconds. */
  readonly event: number;
  /** Likewise for a stream of one event, from the request to the end. */
  readonly stream: number;
}

/** How much is measured. */
export interface HandlerLoads {
  readonly rounds: number;
  /** Streams at once. */
  readonly streams: number;
  /** Events of each long stream. */
  readonly events: number;
  /** How often the streams of one event are repeated in a round, because one is short. */
  readonly repeats: number;
  /** Long streams that each way gets before it is measured, as often as this. */
  readonly warmUps: number;
  readonly progress: (text: string) => void;
}

/** The way with which the others are compared. */
const COMPARED = "SSE, parsed and written anew";

/** Ways whose processes are those of the gateway's benchmark. */
const ways: readonly { name: string; near: Role; far: Role }[] = [
  { name: COMPARED, near: "parsed", far: "parsed" },
  { name: "`apps/gateway`, HTTP/1.1 between", near: "ingress", far: "egress-stream-h1" },
  { name: "`apps/gateway`, HTTP/2 between", near: "ingress", far: "egress-stream-h2" },
];

/** A started way. */
interface Way {
  readonly name: string;
  readonly url: string;
  readonly pids: readonly number[];
  stop(): void | Promise<void>;
}

/**
 * Measures the handlers in all mounts, with packages as they would be published, and the gateway.
 * All ways take their turn in each round, so that whatever else the machine does meets them alike.
 */
async function measureHandlers(loads: HandlerLoads): Promise<HandlerCost[]> {
  const stack = new AsyncDisposableStack();
  try {
    return await measureAll(loads, stack);
  } finally {
    await stack.disposeAsync();
  }
}

async function measureAll(
  loads: HandlerLoads,
  stack: AsyncDisposableStack,
): Promise<HandlerCost[]> {
  const { progress, rounds, warmUps, streams, events } = loads;
  progress("packing and installing");
  const project = await installExamples(stack);
  const upstream = await startProcess("upstream");
  stack.defer(() => upstream.end());
  const started: (Way & { readonly measured: Omit<HandlerCost, "name">[] })[] = [];
  const starters = [
    ...ways.map((way) => () => startGatewayWay(way, upstream.url)),
    ...mounts
      .filter(({ isForDevelopment }) => !isForDevelopment)
      .map((mount) => () => startMountedWay(project, mount, upstream.url)),
  ];
  for (const start of starters) {
    const way = await start();
    stack.defer(() => way.stop());
    progress(`started: ${way.name}`);
    started.push({ ...way, measured: [] });
  }
  for (let warmUp = 0; warmUp < warmUps; warmUp++) {
    for (const { url } of started) {
      await runLoad(url, { streams, events, interval: 0 });
    }
  }
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const way of started) {
      way.measured.push(await measureRound(way, loads));
    }
  }
  return started.map(({ name, measured: all }) => ({
    name,
    event: Math.min(...all.map(({ event }) => event)),
    stream: Math.min(...all.map(({ stream }) => stream)),
  }));
}

async function measureRound(
  way: Way,
  { streams, events, repeats }: HandlerLoads,
): Promise<Omit<HandlerCost, "name">> {
  const event = await cpuPerEvent(way, () => runLoad(way.url, { streams, events, interval: 0 }));
  const stream = await cpuPerEvent(way, async () => {
    let count = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      count += (await runLoad(way.url, { streams, events: 1, interval: 0 })).events;
    }
    return { events: count };
  });
  return { event, stream };
}

async function cpuPerEvent(
  { pids }: Way,
  load: () => Promise<Pick<LoadResult, "events">>,
): Promise<number> {
  const before = cpuTime(pids);
  const { events } = await load();
  return (cpuTime(pids) - before) / events;
}

async function installExamples(stack: AsyncDisposableStack): Promise<ExamplesProject> {
  const { succeeded, output } = await buildPackages();
  if (!succeeded) {
    throw new Error(`the packages could not be built:\n${output}`);
  }
  const folder = mkdtempSync(join(tmpdir(), "stepwire-tarballs-"));
  stack.defer(() => rmSync(folder, { recursive: true }));
  const tarballs = await Promise.all(publishedPackages().map((each) => pack(each, folder)));
  const registry = await serveTarballs(tarballs);
  stack.defer(() => registry.close());
  const project = new ExamplesProject(registry.url);
  stack.defer(() => project.remove());
  await project.install();
  return project;
}

async function startGatewayWay(
  { name, near, far }: (typeof ways)[number],
  upstream: string,
): Promise<Way> {
  const nearProcess = await startProcess(near, upstream);
  const farProcess = await startProcess(far, nearProcess.url);
  return {
    name,
    url: farProcess.url,
    pids: [nearProcess, farProcess].flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    stop: () => {
      farProcess.end();
      nearProcess.end();
    },
  };
}

async function startMountedWay(
  project: ExamplesProject,
  mount: Mount,
  upstream: string,
): Promise<Way> {
  if (mount.build !== undefined) {
    await project.run(mount.build);
  }
  const ingress = await project.start(mount, { UPSTREAM: `${upstream}/v1` });
  const egress = await project.start(mount, { INGRESS: ingress.url });
  return {
    name: mount.name,
    url: egress.url,
    pids: [ingress.pid, egress.pid],
    stop: async () => {
      await egress.stop();
      await ingress.stop();
    },
  };
}

/** Returns how much is measured: roughly, or for a table in the docs. */
export function handlerLoads(isQuick: boolean, progress: HandlerLoads["progress"]): HandlerLoads {
  return isQuick
    ? { rounds: 1, streams: 200, events: 20, repeats: 1, warmUps: 1, progress }
    : { rounds: 5, streams: 200, events: 100, repeats: 5, warmUps: 5, progress };
}

/** Measures, and returns the table. */
export async function tellHandlers(loads: HandlerLoads): Promise<string> {
  return formatHandlers(await measureHandlers(loads), loads);
}

/** The costs as a table, with ratios to the way that parses server-sent events. */
function formatHandlers(costs: readonly HandlerCost[], loads: HandlerLoads): string {
  const compared = costs.find(({ name }) => name === COMPARED);
  const { rounds, streams, events, warmUps } = loads;
  const furtherOf = ({ event, stream }: HandlerCost): number =>
    (event * events - stream) / (events - 1);
  const cell = (cost: HandlerCost, read: (cost: HandlerCost) => number): string => {
    const ratio = compared === undefined ? "" : ` (${(read(cost) / read(compared)).toFixed(1)} ×)`;
    return `${read(cost).toFixed(0)} µs${ratio}`;
  };
  const rows = costs.map((cost) => [
    cost.name,
    cell(cost, ({ event }) => event),
    cell(cost, ({ stream }) => stream),
    cell(cost, furtherOf),
  ]);
  const head = ["", "an event", "a stream of one event", "a further event"];
  const table = [head, ["---", "--:", "--:", "--:"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
  const count = (value: number): string => value.toLocaleString("en");
  return `${table}

CPU of the two processes between the upstream and the client, the operating system's work for them included, on loopback; in brackets, relative
to the first row. ${streams} streams at once, as fast as the client reads. "An event" is for streams of ${events} events, their opening included; "a further
event" is what each adds to a stream of one event. The least of ${rounds} rounds, in each of which all rows took their turn, after
${count(warmUps * streams * events)} events of each to warm up.`;
}
