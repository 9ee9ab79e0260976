/** The result of a function, and the time that it took. */
export interface Timed<Result> {
  readonly result: Result;
  readonly milliseconds: number;
}

/** Browsers limit the resolution of the clock; this is long enough to be measured. */
const BATCH_MILLISECONDS = 1.5;
const MOST_RUNS = 2000;
const BATCHES = 4;

/**
 * Runs a function, and measures the time of one run. A fast function runs many times, in batches; the
 * fastest batch counts, because other work on the machine disturbed it least.
 */
export function timed<Result>(run: () => Result): Timed<Result> {
  const result = run();
  const times = Array.from({ length: BATCHES }, () => timeBatch(run));
  return { result, milliseconds: Math.min(...times) };
}

function timeBatch(run: () => unknown): number {
  const start = performance.now();
  let elapsed = 0;
  let runs = 0;
  do {
    run();
    runs++;
    elapsed = performance.now() - start;
  } while (elapsed < BATCH_MILLISECONDS && runs < MOST_RUNS);
  return elapsed / runs;
}

/** Runs a function once. */
export function timedOnce<Result>(run: () => Result): Timed<Result> {
  const start = performance.now();
  const result = run();
  return { result, milliseconds: performance.now() - start };
}
