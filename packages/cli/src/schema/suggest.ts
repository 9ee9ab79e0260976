import { distance } from "fastest-levenshtein";

/** How many names are suggested at most. */
const MOST_SUGGESTIONS = 3;
/** A name is near if so much of it is the same. */
const LEAST_LIKENESS = 0.6;

/**
 * Returns the names that somebody may have meant: those that are nearly spelled like that,
 * and full names of messages that end with it.
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
