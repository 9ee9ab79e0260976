import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How the cost of functions grows with one kind of input. */
export interface Growth {
  /** The functions, each as `package:export`. */
  readonly of: readonly string[];
  /** What there is much of in the input. */
  readonly shape: string;
  /** Makes the input of a size; the function that comes back reads it. Its cost is measured. */
  readonly prepare: (size: number) => Run | Promise<Run>;
  /** The size to begin with. @defaultValue 100 */
  readonly size?: number;
  /** The largest size that the bounds of the functions allow. @defaultValue 20,000,000 */
  readonly largest?: number;
}

/** Reads an input. What it gives is held while memory is measured. */
export type Run = () => unknown;

/** Ten times the input. */
const FACTOR = 10;
/** May cost as many times as much. */
export const LARGEST_RATIO = 12;
/** A ratio that no noise explains. */
const CERTAIN_RATIO = 40;
/** What the smaller input costs at least, in microseconds, so that the clock can tell. */
const LEAST_COST = 5000;
/** Memory below this is noise, in bytes. */
const LEAST_MEMORY = 1024 * 1024;
const ATTEMPTS = 4;
const ROUNDS = 5;

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** What was measured. */
export interface Measured {
  /** Of the smaller input. */
  readonly size: number;
  /** The time on the processor, in microseconds, of the smaller and the larger input. */
  readonly time: readonly [number, number];
  /** What is held afterwards, in bytes, likewise. */
  readonly memory: readonly [number, number];
  readonly timeRatio: number;
  readonly memoryRatio: number;
}

/**
 * Measures an input and one that is ten times as large. Noise only ever adds: the least of
 * several interleaved runs counts, and if the ratio is still too large, larger inputs are
 * tried, of which caches and single collections of garbage are a smaller part.
 */
export async function measure(growth: Growth): Promise<Measured> {
  const { largest = 20_000_000 } = growth;
  let size = await findSize(growth, Math.floor(largest / FACTOR));
  for (let attempt = 1; ; attempt++) {
    const measured = await compare(growth, size);
    const ratio = Math.max(measured.timeRatio, measured.memoryRatio);
    if (ratio <= LARGEST_RATIO || ratio > CERTAIN_RATIO || attempt === ATTEMPTS) {
      return measured;
    }
    size = Math.min(size * 2, Math.floor(largest / FACTOR));
  }
}

/** The size from which an input costs enough to be measured. */
async function findSize(growth: Growth, largest: number): Promise<number> {
  let size = Math.min(growth.size ?? 100, largest);
  for (;;) {
    const run = await growth.prepare(size);
    await run();
    const { time } = await cost(run);
    if (time >= LEAST_COST || size >= largest) {
      return size;
    }
    const step = Math.min(4, Math.max(1.3, (LEAST_COST * 1.2) / Math.max(time, 1)));
    size = Math.min(Math.ceil(size * step), largest);
  }
}

async function compare(growth: Growth, size: number): Promise<Measured> {
  const [few, many] = [await growth.prepare(size), await growth.prepare(size * FACTOR)];
  let time: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let memory: [number, number] = time;
  for (let round = 1; ; round++) {
    const costs = [await cost(few), await cost(many)] as const;
    // The smaller one may cost more than once the larger one was run: the code is compiled.
    const again = await cost(few);
    time = [Math.min(time[0], costs[0].time, again.time), Math.min(time[1], costs[1].time)];
    memory = [
      Math.min(memory[0], costs[0].memory, again.memory),
      Math.min(memory[1], costs[1].memory),
    ];
    const timeRatio = time[1] / time[0];
    const memoryRatio = memory[1] / Math.max(memory[0], LEAST_MEMORY);
    const ratio = Math.max(timeRatio, memoryRatio);
    if (ratio <= LARGEST_RATIO || ratio > CERTAIN_RATIO || round === ROUNDS) {
      return { size, time, memory, timeRatio, memoryRatio };
    }
  }
}

async function cost(run: Run): Promise<{ time: number; memory: number }> {
  collect();
  const before = held();
  const start = process.threadCpuUsage();
  const result = await settle(run);
  const { user, system } = process.threadCpuUsage(start);
  collect();
  const memory = held() - before;
  // The result is used after memory was measured, so that it is held until then.
  return { time: user + system, memory: result === settle ? 0 : memory };
}

/** The result, or the error: an input may be refused. */
async function settle(run: Run): Promise<unknown> {
  try {
    return await run();
  } catch (reason) {
    return reason;
  }
}

function collect(): void {
  if (typeof collectGarbage === "function") {
    collectGarbage();
  }
}

function held(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
