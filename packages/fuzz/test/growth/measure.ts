import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How the cost of functions grows with one kind of input. */
export interface Growth {
  /** The functions, each as `package:export`. */
  readonly of: readonly string[];
  /** The part of the input that grows. */
  readonly shape: string;
  /** Creates an input of a size. Returns the function that is measured, which reads this input. */
  readonly prepare: (size: number) => Run | Promise<Run>;
  /** Minimum size of the smaller input. @defaultValue 50 */
  readonly least?: number;
  /** Maximum size of the larger input. @defaultValue 20,000 */
  readonly largest?: number;
  /** Returns the maximum memory for a size, in bytes. Without it, the memory is not limited. */
  readonly maxBytes?: (size: number) => number;
}

/** Reads an input. The result is kept while memory is measured. */
export type Run = () => unknown;

/** The larger input is this many times as large as the smaller one. */
const FACTOR = 10;
/** Maximum ratio of the costs of both inputs. */
export const LARGEST_RATIO = 12;
/** Minimum time of a run of the smaller input in milliseconds, if its maximum size allows that. */
const LEAST_RUN = 0.5;
/** Runs are repeated for at least this time for one measurement, in milliseconds. */
const LEAST_TIME = 2;
const MOST_REPEATS = 500;
/** Memory below this is noise, in bytes. */
const LEAST_MEMORY = 1024 * 1024;
/** Minimum number of measurements of both inputs. */
const LEAST_ROUNDS = 3;
/**
 * Maximum times for measuring both inputs while the ratio is too large, in milliseconds: processor
 * time, which is scarce on a busy machine, and total time.
 */
const LONGEST_PROCESSOR = 1000;
const LONGEST = 60_000;
/** Maximum number of measurements of memory while the ratio is too large. */
const MEMORY_ATTEMPTS = 4;
/** If one run of the larger input takes this time, in milliseconds, it is not measured again. */
const HOPELESS_TIME = 4000;
const HOPELESS_RATIO = 60;
/** Minimum processor time that counts, in milliseconds. */
const LEAST_PROCESSOR = 20;

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** The result of a measurement. */
export interface Measured {
  /** Size of the smaller input. */
  readonly size: number;
  /** The time of the smaller and the larger input, in milliseconds. */
  readonly time: readonly [number, number];
  /** The memory that is in use after a run of each, in bytes. */
  readonly memory: readonly [number, number];
  readonly timeRatio: number;
  /** Maximum for `timeRatio`. It is above the usual limit if the linear reference also exceeded that. */
  readonly largestRatio: number;
  readonly memoryRatio: number;
}

/**
 * Measures an input and one that is ten times as large, in turn, until the ratio is small enough or
 * the time is over. Under load, both clocks are unreliable. Wall-clock time includes other programs,
 * so the shortest of many runs is used. Processor time is updated late in some virtual machines, so
 * the mean is used. The smaller of both ratios counts: if the cost is quadratic, both are near 100.
 * If the ratio is still too large in the end, it is compared with that of a linear reference.
 *
 * @param bound how many times the time of the smaller input the larger one may take.
 */
export async function measure(growth: Growth, bound: number): Promise<Measured> {
  const { largest = 20_000 } = growth;
  const size = await findSize(growth, Math.floor(largest / FACTOR));
  const few = await prepare(growth, size);
  const many = await prepare(growth, size * FACTOR);
  const estimate = many.estimate / few.estimate;
  if (many.estimate > HOPELESS_TIME && estimate > HOPELESS_RATIO) {
    const time = [few.estimate, many.estimate] as const;
    const memory = [0, 0] as const;
    return { size, time, memory, timeRatio: estimate, largestRatio: bound, memoryRatio: 1 };
  }
  const memory = await measureMemory(few, many);
  const until = performance.now() + LONGEST;
  const [less, more] = [new Clock(few), new Clock(many)];
  let reference: readonly [Clock, Clock] | undefined;
  for (let round = 1; ; round++) {
    await less.run();
    await more.run();
    // Both need enough processor time.
    do {
      await less.run();
    } while (round > 1 && less.processor < more.processor);
    const timeRatio = ratioOfTime(less, more);
    if (timeRatio > bound) {
      reference ??= await referenceClocks(size);
      await reference[0].run();
      await reference[1].run();
      await reference[0].run();
    }
    const isOver = performance.now() > until || less.processor + more.processor > LONGEST_PROCESSOR;
    if (timeRatio <= bound || (isOver && round >= LEAST_ROUNDS)) {
      const largestRatio = Math.max(bound, reference === undefined ? 0 : allowedBy(reference));
      const memoryRatio = ratioOfMemory(memory);
      const time = [less.least, more.least] as const;
      return { size, time, memory, timeRatio, largestRatio, memoryRatio };
    }
  }
}

/**
 * Returns the smaller of two ratios: of wall-clock times, and, if there is enough of it, of processor
 * times.
 */
function ratioOfTime(less: Clock, more: Clock): number {
  const wall = more.least / less.least;
  return Math.min(less.processor, more.processor) < LEAST_PROCESSOR
    ? wall
    : Math.min(wall, more.mean / less.mean);
}

/** Returns the maximum ratio, relative to the ratio of the reference. */
function allowedBy(reference: readonly [Clock, Clock]): number {
  const ratio = (ratioOfTime(...reference) * LARGEST_RATIO) / FACTOR;
  return Math.min(Math.max(ratio, LARGEST_RATIO), 2 * LARGEST_RATIO);
}

/** Maximum number of members of the larger reference. */
const LARGEST_REFERENCE = 200_000;

/**
 * Measures work that is certainly linear, for the same two sizes. On a machine with other programs in
 * its caches, it also takes more than ten times as long.
 */
async function referenceClocks(size: number): Promise<readonly [Clock, Clock]> {
  const few = Math.min(size, LARGEST_REFERENCE / FACTOR);
  return [await referenceClock(few), await referenceClock(few * FACTOR)];
}

async function referenceClock(size: number): Promise<Clock> {
  const members = Array.from({ length: size }, (_, index) => [`m${index}`, `${index}`]);
  const text = JSON.stringify(Object.fromEntries(members));
  return new Clock(
    await prepareRun(() => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text))))),
  );
}

/**
 * Measures the memory that is in use after each input. Other memory that is freed or allocated at the
 * same time distorts it, so the smallest ratio of several measurements counts.
 */
async function measureMemory(few: Prepared, many: Prepared): Promise<readonly [number, number]> {
  let memory = [await memoryOf(few), await memoryOf(many)] as const;
  for (let attempt = 1; attempt < MEMORY_ATTEMPTS; attempt++) {
    if (ratioOfMemory(memory) <= LARGEST_RATIO) {
      break;
    }
    const [less, more] = [await memoryOf(few), await memoryOf(many)];
    memory = [Math.max(memory[0], less), Math.min(memory[1], more)];
  }
  return memory;
}

function ratioOfMemory([few, many]: readonly [number, number]): number {
  return many / Math.max(few, LEAST_MEMORY);
}

/** Runs one input repeatedly, and measures its time in milliseconds. */
class Clock {
  /** The shortest wall-clock time of one run. */
  least: number = Number.POSITIVE_INFINITY;
  /** The processor time of all runs. */
  processor = 0;
  readonly #input: Prepared;
  #runs = 0;

  constructor(input: Prepared) {
    this.#input = input;
  }

  /** The mean processor time of one run. */
  get mean(): number {
    return this.processor / this.#runs;
  }

  async run(): Promise<void> {
    const start = process.threadCpuUsage();
    this.least = Math.min(this.least, await timeOf(this.#input));
    const { user, system } = process.threadCpuUsage(start);
    this.processor += (user + system) / 1000;
    this.#runs += this.#input.repeats;
  }
}

/** Returns a size for which one run takes long enough, if the maximum size allows that. */
async function findSize(growth: Growth, largest: number): Promise<number> {
  let size = Math.min(growth.least ?? 50, largest);
  for (;;) {
    const each = await prepare(growth, size);
    const time = Math.min(await timeOf(each), await timeOf(each));
    if (time >= LEAST_RUN || size >= largest) {
      return size;
    }
    const step = Math.min(4, Math.max(1.5, LEAST_RUN / time));
    size = Math.min(Math.ceil(size * step), largest);
  }
}

interface Prepared {
  readonly run: Run;
  /** Approximate time of one run in milliseconds. */
  readonly estimate: number;
  /** Number of runs for one measurement. */
  readonly repeats: number;
}

async function prepare(growth: Growth, size: number): Promise<Prepared> {
  return await prepareRun(await growth.prepare(size));
}

async function prepareRun(read: Run): Promise<Prepared> {
  const run = (): Promise<unknown> => settle(read);
  // The first run also compiles and allocates, so it is not measured.
  await run();
  const estimate = await timeOf({ run, repeats: 1 });
  const repeats = Math.min(MOST_REPEATS, Math.ceil(LEAST_TIME / Math.max(estimate, 0.001)));
  return { run, estimate, repeats };
}

/** Returns the time of one run in milliseconds. */
async function timeOf({ run, repeats }: Pick<Prepared, "run" | "repeats">): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < repeats; count++) {
    await run();
  }
  return (performance.now() - start) / repeats;
}

/** Returns the memory that is in use after a run, in bytes. */
async function memoryOf({ run }: Prepared): Promise<number> {
  collect();
  const before = held();
  const result = await run();
  collect();
  const memory = held() - before;
  // The result is used after the measurement, so that it is not freed before.
  return result === run ? 0 : memory;
}

/** Returns the result of a run, or the error that refuses the input. */
async function settle(run: Run): Promise<unknown> {
  try {
    return await run();
  } catch (reason) {
    if (reason instanceof RangeError || reason instanceof TypeError) {
      throw reason;
    }
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
