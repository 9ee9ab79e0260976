import { createRandom, shuffle } from "../corpus/random.js";

/** One of several ways to convert the documents of a set. */
export interface SetContender {
  readonly name: string;
  /** Converts some documents, given by their indexes. */
  run(documents: readonly number[]): void;
}

/** A contender that converts one document after the other. */
export function contender(name: string, convert: (document: number) => unknown): SetContender {
  return {
    name,
    run(documents) {
      for (const document of documents) {
        convert(document);
      }
    },
  };
}

/** Returns the value with an index that is known to exist. */
export function at<T>(values: readonly T[], index: number): T {
  return values[index] as T;
}

/** What one document of a set takes on average, in microseconds. */
export interface SetTiming {
  readonly name: string;
  /** The sum of the least times of all blocks: what it takes while nothing else runs. */
  readonly least: number;
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

/** How much is measured. */
export interface SetOptions {
  /** How long all contenders together run, in milliseconds. Every block has {@link LEAST_ROUNDS}. */
  readonly milliseconds: number;
}

/**
 * The longest time of a block in the fastest contender, and in the slowest, in milliseconds. What is
 * longer than a time slice is always interrupted on a busy machine.
 */
const FASTEST_BLOCK = 0.7;
const SLOWEST_BLOCK = 2;
const LEAST_ROUNDS = 7;
/** Part of the time that is not counted: engines compile hot code. */
const WARM_UP = 0.2;

/**
 * Measures contenders in turn, over the same documents. The documents are divided into blocks, and
 * each contender converts a block before any of them converts the next one. Blocks are short, so a
 * process that interrupts one contender spoils one of many rounds of one block; the order of the
 * contenders changes from round to round, so none of them always finds the block in the cache.
 *
 * @param count The number of documents.
 */
export function measureSet(
  contenders: readonly SetContender[],
  count: number,
  { milliseconds }: SetOptions,
): readonly SetTiming[] {
  const all = Array.from({ length: count }, (_, index) => index);
  const share = (milliseconds * WARM_UP) / contenders.length;
  const shortest = contenders.map((contender) => warmUp(contender, all, share));
  const blocks = divide(
    all,
    Math.ceil(
      Math.max(Math.min(...shortest) / FASTEST_BLOCK, Math.max(...shortest) / SLOWEST_BLOCK),
    ),
  );
  const times = contenders.map(() => blocks.map((): number[] => []));
  const random = createRandom(count);
  const end = performance.now() + milliseconds * (1 - WARM_UP);
  for (let round = 0; round < LEAST_ROUNDS || performance.now() < end; round++) {
    for (const [place, block] of blocks.entries()) {
      for (const index of shuffle(random, [...contenders.keys()])) {
        const start = performance.now();
        contenders[index]?.run(block);
        times[index]?.[place]?.push(performance.now() - start);
      }
    }
  }
  return contenders.map(({ name }, index) => summarizeBlocks(name, times[index] ?? [], count));
}

/** Converts all documents for some time. Returns the shortest time. */
function warmUp(contender: SetContender, all: readonly number[], milliseconds: number): number {
  let shortest = Number.POSITIVE_INFINITY;
  const end = performance.now() + milliseconds;
  do {
    const start = performance.now();
    contender.run(all);
    shortest = Math.min(shortest, performance.now() - start);
  } while (performance.now() < end);
  return shortest;
}

/** Divides documents into blocks of about the same number. */
function divide(all: readonly number[], parts: number): readonly (readonly number[])[] {
  const number = Math.max(1, Math.min(parts, all.length));
  return Array.from({ length: number }, (_, part) =>
    all.slice(
      Math.floor((part * all.length) / number),
      Math.floor(((part + 1) * all.length) / number),
    ),
  );
}

/**
 * The time of a document from those of all blocks.
 *
 * @param blocks Milliseconds, by block and round.
 */
export function summarizeBlocks(
  name: string,
  blocks: readonly (readonly number[])[],
  count: number,
): SetTiming {
  const sorted = blocks.map((times) => times.toSorted((a, b) => a - b));
  const sum = (part: number): number =>
    (sorted.reduce(
      (total, times) => total + (times[Math.floor((times.length - 1) * part)] ?? Number.NaN),
      0,
    ) *
      1_000) /
    count;
  return {
    name,
    least: sum(0),
    median: sum(0.5),
    lowerQuartile: sum(0.25),
    upperQuartile: sum(0.75),
  };
}
