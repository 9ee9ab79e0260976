import { distance } from "fastest-levenshtein";

/** Maximum number of suggested names. */
export const MOST_SUGGESTIONS = 3;
/** Minimum similarity of a suggested name, from 0 to 1. */
const LEAST_LIKENESS = 0.6;

/**
 * Returns suggestions for an unknown name: names with a similar spelling, and full message names
 * that end with it.
 */
export function suggest(given: string, names: Iterable<string>): string[] {
  const rated = [...new Set(names)].map((name) => ({ name, likeness: likeness(given, name) }));
  return rated
    .filter((each) => each.likeness >= LEAST_LIKENESS)
    .sort((one, other) => other.likeness - one.likeness)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ name }) => name);
}

function likeness(given: string, name: string): number {
  const shortName = name.slice(name.lastIndexOf(".") + 1);
  return Math.max(ratio(given, name), ratio(given, shortName));
}

function ratio(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return 1 - distance(a, b) / Math.max(a.length, b.length, 1);
}
