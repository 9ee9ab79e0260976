/** Whole numbers from 0 to below a bound. */
export type Random = (bound: number) => number;

/** Returns random numbers that are always the same for a seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** Whether something happens that happens in so many of 100 cases. */
export function chance(random: Random, percent: number): boolean {
  return random(100) < percent;
}

/** A whole number from one number to another, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + random(most - least + 1);
}

/** One of several values; there must be at least one. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random(values.length)] as T;
}

/** The same values in another order (Fisher and Yates). */
export function shuffle<T>(random: Random, values: readonly T[]): T[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random(last + 1);
    const value = result[last] as T;
    result[last] = result[other] as T;
    result[other] = value;
  }
  return result;
}
