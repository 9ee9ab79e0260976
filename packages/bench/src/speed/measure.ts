/** One of several ways to do the same work. */
export interface Contender {
  readonly name: string;
  run(): unknown;
}

/** The time of one run of a contender, in microseconds. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  /** A quarter of the rounds took at most this time. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

/** How much is measured. */
export interface MeasureOptions {
  readonly rounds: number;
  /** How long each contender runs in a round, in milliseconds. */
  readonly roundTime: number;
}

/**
 * Measures contenders in turn: each runs in every round, so that a change in the machine's speed
 * affects all of them.
 */
export function measure(
  contenders: readonly Contender[],
  { rounds, roundTime }: MeasureOptions,
): readonly Timing[] {
  for (const contender of contenders) {
    warmUp(contender, warmUpRounds * roundTime);
  }
  const runs = contenders.map((contender) => calibrate(contender, roundTime));
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      times[index]?.push(timeRuns(contender, runs[index] ?? 1));
    }
  }
  return contenders.map(({ name }, index) => summarize(name, times[index] ?? []));
}

/** Number of first rounds that are not counted, because engines are still compiling hot code. */
const warmUpRounds = 10;

function warmUp(contender: Contender, milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    contender.run();
  }
}

/** Returns how many times a contender runs in a round. */
function calibrate(contender: Contender, roundTime: number): number {
  let runs = 1;
  for (;;) {
    const milliseconds = (timeRuns(contender, runs) * runs) / 1_000;
    if (milliseconds >= roundTime) {
      return runs;
    }
    runs = Math.ceil(runs * Math.min(10, Math.max(1.5, roundTime / Math.max(milliseconds, 0.001))));
  }
}

function timeRuns(contender: Contender, runs: number): number {
  const start = performance.now();
  for (let run = 0; run < runs; run++) {
    contender.run();
  }
  return ((performance.now() - start) * 1_000) / runs;
}

/** The quartiles of the times of all rounds. */
export function summarize(name: string, rounds: readonly number[]): Timing {
  const times = rounds.toSorted((a, b) => a - b);
  const quantile = (part: number): number => times[Math.floor((times.length - 1) * part)] ?? 0;
  return {
    name,
    median: quantile(0.5),
    lowerQuartile: quantile(0.25),
    upperQuartile: quantile(0.75),
  };
}
