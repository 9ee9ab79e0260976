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
  /** The size of the smaller input at least. @defaultValue 50 */
  readonly least?: number;
  /** The size of the larger input at most. @defaultValue 20,000 */
  readonly largest?: number;
  /** How many bytes may be held for a size, where that is to be checked. */
  readonly maxBytes?: (size: number) => number;
}

/** Reads an input. What it gives is held while memory is measured. */
export type Run = () => unknown;

/** Ten times the input. */
const FACTOR = 10;
/** May cost as many times as much. */
export const LARGEST_RATIO = 12;
/** How long a run of the smaller input is at least, in milliseconds, if its bound allows that. */
const LEAST_RUN = 0.5;
/** How long runs are repeated for one measurement, in milliseconds. */
const LEAST_TIME = 2;
const MOST_REPEATS = 500;
/** Memory below this is noise, in bytes. */
const LEAST_MEMORY = 1024 * 1024;
/** How often both are measured at least. */
const LEAST_ROUNDS = 3;
/**
 * For how long both are measured while the ratio is too large, in milliseconds: of the
 * processor, which a busy machine gives little of, and in all.
 */
const LONGEST_PROCESSOR = 1000;
const LONGEST = 60_000;
/** How often memory is measured while the ratio is too large. */
const MEMORY_ATTEMPTS = 4;
/** A single run of the larger input that is not worth another, in milliseconds. */
const HOPELESS_TIME = 4000;
const HOPELESS_RATIO = 60;
/** How long the clock of the processor has to run before it counts, in milliseconds. */
const LEAST_PROCESSOR = 20;

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** What was measured. */
export interface Measured {
  /** Of the smaller input. */
  readonly size: number;
  /** The time of the smaller and the larger input, in milliseconds. */
  readonly time: readonly [number, number];
  /** What is held afterwards, in bytes, likewise. */
  readonly memory: readonly [number, number];
  readonly timeRatio: number;
  /** What `timeRatio` may be: more than the bound where something linear grew by more too. */
  readonly largestRatio: number;
  readonly memoryRatio: number;
}

/**
 * Measures an input and one that is ten times as large, in turn, until the ratio is small
 * enough or the time is over. Under load either clock may mislead: that on the wall counts
 * what other programs do, so that the least of many short runs is taken; that of the
 * processor is behind at times in a virtual machine, so that the mean is. The smaller
 * ratio counts: of what grows with the square, both are near a hundred. What is still too
 * large in the end is compared with that of a reference.
 */
export async function measure(growth: Growth): Promise<Measured> {
  const { largest = 20_000 } = growth;
  const size = await findSize(growth, Math.floor(largest / FACTOR));
  const few = await prepare(growth, size);
  const many = await prepare(growth, size * FACTOR);
  const estimate = many.estimate / few.estimate;
  if (many.estimate > HOPELESS_TIME && estimate > HOPELESS_RATIO) {
    const time = [few.estimate, many.estimate] as const;
    const largestRatio = LARGEST_RATIO;
    return { size, time, memory: [0, 0], timeRatio: estimate, largestRatio, memoryRatio: 1 };
  }
  const memory = await measureMemory(few, many);
  const until = performance.now() + LONGEST;
  const [less, more] = [new Clock(few), new Clock(many)];
  let reference: readonly [Clock, Clock] | undefined;
  for (let round = 1; ; round++) {
    await less.run();
    await more.run();
    // Both have to be on the processor for long enough.
    do {
      await less.run();
    } while (round > 1 && less.processor < more.processor);
    const timeRatio = ratioOfTime(less, more);
    if (timeRatio > LARGEST_RATIO) {
      reference ??= await referenceClocks(size);
      await reference[0].run();
      await reference[1].run();
      await reference[0].run();
    }
    const isOver = performance.now() > until || less.processor + more.processor > LONGEST_PROCESSOR;
    if (timeRatio <= LARGEST_RATIO || (isOver && round >= LEAST_ROUNDS)) {
      const largestRatio = reference === undefined ? LARGEST_RATIO : allowedBy(reference);
      const memoryRatio = ratioOfMemory(memory);
      const time = [less.least, more.least] as const;
      return { size, time, memory, timeRatio, largestRatio, memoryRatio };
    }
  }
}

/**
 * By the clock on the wall, or by that of the processor once that has run for long enough:
 * whichever is smaller.
 */
function ratioOfTime(less: Clock, more: Clock): number {
  const wall = more.least / less.least;
  return Math.min(less.processor, more.processor) < LEAST_PROCESSOR
    ? wall
    : Math.min(wall, more.mean / less.mean);
}

/** As much more than the reference as the bound is more than ten times as much. */
function allowedBy(reference: readonly [Clock, Clock]): number {
  const ratio = (ratioOfTime(...reference) * LARGEST_RATIO) / FACTOR;
  return Math.min(Math.max(ratio, LARGEST_RATIO), 2 * LARGEST_RATIO);
}

/** The members that the larger reference has at most. */
const LARGEST_REFERENCE = 200_000;

/**
 * What is linear by all means, in the same two sizes. On a busy machine, whose caches
 * belong to others, that too takes more than ten times as long.
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
 * What is held after each input. Something else that is freed meanwhile makes less of it,
 * something that is first needed more: of several measurements, the one that says so least.
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

/** Runs one input again and again, and measures how long it takes, in milliseconds. */
class Clock {
  /** Of one run, by the clock on the wall. */
  least: number = Number.POSITIVE_INFINITY;
  /** Of all runs, by the clock of the processor. */
  processor = 0;
  readonly #input: Prepared;
  #runs = 0;

  constructor(input: Prepared) {
    this.#input = input;
  }

  /** Of one run, by the clock of the processor. */
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

/** The size from which one run takes long enough, if the bound allows that. */
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
  /** How long one run takes, roughly, in milliseconds. */
  readonly estimate: number;
  /** How often it is run for one measurement. */
  readonly repeats: number;
}

async function prepare(growth: Growth, size: number): Promise<Prepared> {
  return await prepareRun(await growth.prepare(size));
}

async function prepareRun(read: Run): Promise<Prepared> {
  const run = (): Promise<unknown> => settle(read);
  // What is compiled or allocated at first use is no matter of the input.
  await run();
  const estimate = await timeOf({ run, repeats: 1 });
  const repeats = Math.min(MOST_REPEATS, Math.ceil(LEAST_TIME / Math.max(estimate, 0.001)));
  return { run, estimate, repeats };
}

/** The time of one run, in milliseconds. */
async function timeOf({ run, repeats }: Pick<Prepared, "run" | "repeats">): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < repeats; count++) {
    await run();
  }
  return (performance.now() - start) / repeats;
}

/** What is held after a run, in bytes. */
async function memoryOf({ run }: Prepared): Promise<number> {
  collect();
  const before = held();
  const result = await run();
  collect();
  const memory = held() - before;
  // The result is used after memory was measured, so that it is held until then.
  return result === run ? 0 : memory;
}

/** The result, or the error by which an input is refused. */
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
