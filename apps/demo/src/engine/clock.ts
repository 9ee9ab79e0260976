/** What a function gave, and how long it took. */
export interface Timed<Result> {
  readonly result: Result;
  readonly milliseconds: number;
}

/** Long enough for the clock of a browser, which is coarse on purpose. */
const BATCH_MILLISECONDS = 1.5;
const MOST_RUNS = 100;
const BATCHES = 4;

/**
 * Runs a function, and quick ones so often that the time of one run can be told: that
 * of the best of some batches, which other work on the machine disturbed least.
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
