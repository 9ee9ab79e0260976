import { diffArrays } from "diff/lib/diff/array.js";

/** A line of two texts that are compared. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Texts with more differences than this are not shown line by line. */
const MOST_EDITS = 600;

/**
 * Returns the lines of two texts with the fewest removals and additions; undefined if
 * there are more than 600 of them.
 */
export function diffLines(before: string, after: string): readonly DiffLine[] | undefined {
  const changes = diffArrays(before.split("\n"), after.split("\n"), { maxEditLength: MOST_EDITS });
  return changes?.flatMap(({ removed, added, value }) => {
    const kind = removed ? "removed" : added ? "added" : "same";
    return value.map((text): DiffLine => ({ kind, text }));
  });
}
