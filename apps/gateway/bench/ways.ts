import { type Load, type LoadResult, percentile, runLoad } from "./load.js";
import { type BenchProcess, startProcess } from "./processes.js";
import type { Role } from "./roles.js";

/** A way from the upstream to the client, through two processes. */
interface WayOptions {
  readonly name: string;
  readonly near: Role;
  readonly far: Role;
  /** Whether the way needs a NATS server. */
  readonly isStored?: boolean;
}

const ways: readonly WayOptions[] = [
  { name: "SSE, passed through unparsed", near: "unparsed", far: "unparsed" },
  { name: "SSE, parsed and written anew", near: "parsed", far: "parsed" },
  { name: "Stream format over HTTP/1.1", near: "ingress", far: "egress-stream-h1" },
  { name: "Stream format over HTTP/2", near: "ingress", far: "egress-stream-h2" },
  {
    name: "Stream format over HTTP/1.1, JetStream",
    near: "ingress-jetstream",
    far: "egress-stream-h1",
    isStored: true,
  },
  {
    name: "Stream format over HTTP/2, JetStream",
    near: "ingress-jetstream",
    far: "egress-stream-h2",
    isStored: true,
  },
  { name: "Connect binary over HTTP/1.1", near: "ingress", far: "egress-h1" },
  { name: "Connect binary over HTTP/2", near: "ingress", far: "egress-h2" },
];

/** What a way costs: the median of all rounds. Times in microseconds for each event. */
export interface WayCost {
  readonly name: string;
  /** As fast as the client reads. */
  readonly eventsPerSecond: number;
  readonly cpuUnpaced: number;
  /** For each stream: to open it, bring one event, and close it. */
  readonly cpuOpening: number;
  /** For each event after the first one of a stream. */
  readonly cpuFurther: number;
  /** At the pace of the paced load: nearly every event comes by itself. */
  readonly cpuPaced: number;
  readonly nearPaced: number;
  readonly farPaced: number;
  /** What the two processes add to the age of an event, in milliseconds. */
  readonly addedMedian: number;
  readonly addedLate: number;
}

/** How it is measured. */
export interface WayLoads {
  readonly rounds: number;
  /** Number of loads that each way gets before it is measured. */
  readonly warmUps: number;
  readonly unpaced: Load;
  readonly paced: Load;
  /** The ways to measure, by name. */
  readonly only: RegExp;
  /** Address of a NATS server with JetStream; undefined to leave out the ways that need one. */
  readonly store: string | undefined;
}

interface Way extends WayOptions {
  readonly nearProcess: BenchProcess;
  readonly farProcess: BenchProcess;
  readonly rounds: Omit<WayCost, "name">[];
}

/**
 * Measures all ways in turn, round after round, so that whatever else the machine does
 * meets them alike.
 */
export async function measureWays(
  upstream: BenchProcess,
  { rounds, warmUps, unpaced, paced, only, store }: WayLoads,
): Promise<WayCost[]> {
  const chosen = ways.filter(
    ({ name, isStored = false }) => only.test(name) && (store !== undefined || !isStored),
  );
  const started = await Promise.all(
    chosen.map(async (way): Promise<Way> => {
      const nearProcess = await startProcess(
        way.near,
        upstream.url,
        store === undefined ? {} : { BENCH_STORE: store },
      );
      const farProcess = await startProcess(way.far, nearProcess.url);
      return { ...way, nearProcess, farProcess, rounds: [] };
    }),
  );
  for (let warmUp = 0; warmUp < warmUps; warmUp++) {
    for (const way of started) {
      await runLoad(way.farProcess.url, unpaced);
    }
  }
  for (let round = 0; round < rounds; round++) {
    const direct = await runLoad(upstream.url, paced);
    for (const way of started) {
      way.rounds.push(await measureRound(way, unpaced, paced, direct));
    }
  }
  for (const { nearProcess, farProcess } of started) {
    farProcess.end();
    nearProcess.end();
  }
  return started.map(({ name, rounds: measured }) => ({ name, ...medians(measured) }));
}

async function measureRound(
  way: Way,
  unpaced: Load,
  paced: Load,
  direct: LoadResult,
): Promise<Omit<WayCost, "name">> {
  const fast = await measureLoad(way, unpaced);
  const single = await measureLoad(way, { ...unpaced, events: 1 });
  const cpuOpening = single.near + single.far;
  const slow = await measureLoad(way, paced);
  const added = (share: number): number =>
    percentile(slow.result.ages, share) - percentile(direct.ages, share);
  return {
    eventsPerSecond: fast.result.events / fast.result.seconds,
    cpuUnpaced: fast.near + fast.far,
    cpuOpening,
    cpuFurther:
      ((fast.near + fast.far) * unpaced.events - cpuOpening) / Math.max(1, unpaced.events - 1),
    cpuPaced: slow.near + slow.far,
    nearPaced: slow.near,
    farPaced: slow.far,
    addedMedian: added(0.5),
    addedLate: added(0.99),
  };
}

async function measureLoad(
  { nearProcess, farProcess }: Way,
  load: Load,
): Promise<{ result: LoadResult; near: number; far: number }> {
  const before = [await nearProcess.usage(), await farProcess.usage()] as const;
  const result = await runLoad(farProcess.url, load);
  const after = [await nearProcess.usage(), await farProcess.usage()] as const;
  return {
    result,
    near: (after[0].cpu - before[0].cpu) / result.events,
    far: (after[1].cpu - before[1].cpu) / result.events,
  };
}

function medians(rounds: readonly Omit<WayCost, "name">[]): Omit<WayCost, "name"> {
  const median = (name: keyof Omit<WayCost, "name">): number =>
    percentile(
      rounds.map((round) => round[name]).sort((a, b) => a - b),
      0.5,
    );
  return {
    eventsPerSecond: median("eventsPerSecond"),
    cpuUnpaced: median("cpuUnpaced"),
    cpuOpening: median("cpuOpening"),
    cpuFurther: median("cpuFurther"),
    cpuPaced: median("cpuPaced"),
    nearPaced: median("nearPaced"),
    farPaced: median("farPaced"),
    addedMedian: median("addedMedian"),
    addedLate: median("addedLate"),
  };
}
