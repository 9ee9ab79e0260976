/** A line of two texts that were laid side by side. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Texts with more differences than this are not worth a line-by-line view. */
const MOST_EDITS = 600;

/**
 * The lines of two texts with the fewest removals and additions (Myers, 1986);
 * undefined if they have too little in common.
 */
export function diffLines(before: string, after: string): readonly DiffLine[] | undefined {
  const [removed, added] = [before.split("\n"), after.split("\n")];
  const trace = findEdits(removed, added);
  return trace && walkBack(trace, removed, added);
}

/** How far each diagonal came, for each number of edits. */
type Trace = readonly ReadonlyMap<number, number>[];

function findEdits(before: readonly string[], after: readonly string[]): Trace | undefined {
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= MOST_EDITS; edits++) {
    const current = new Map(furthest);
    trace.push(furthest);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOf(furthest, diagonal, edits);
      while (
        x < before.length &&
        x - diagonal < after.length &&
        before[x] === after[x - diagonal]
      ) {
        x++;
      }
      current.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) {
        return trace;
      }
    }
    furthest = current;
  }
  return undefined;
}

function startOf(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const below = furthest.get(diagonal + 1) ?? -1;
  const right = furthest.get(diagonal - 1) ?? -1;
  return comesFromAbove(diagonal, edits, below, right) ? below : right + 1;
}

function comesFromAbove(diagonal: number, edits: number, below: number, right: number): boolean {
  return diagonal === -edits || (diagonal !== edits && right < below);
}

function walkBack(trace: Trace, before: readonly string[], after: readonly string[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let [x, y] = [before.length, after.length];
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const { kind, startX, startY } = lastEdit(trace[edits], x - y, edits);
    // After the edit, the lines are the same up to here.
    const behind = kind === "added" ? startX : startX + 1;
    for (; x > behind; x--) {
      lines.push({ kind: "same", text: before[x - 1] ?? "" });
    }
    lines.push({ kind, text: (kind === "added" ? after[startY] : before[startX]) ?? "" });
    [x, y] = [startX, startY];
  }
  for (; x > 0; x--) {
    lines.push({ kind: "same", text: before[x - 1] ?? "" });
  }
  return lines.reverse();
}

/** The last edit on the way to a diagonal, and where it starts. */
interface Edit {
  readonly kind: "added" | "removed";
  readonly startX: number;
  readonly startY: number;
}

function lastEdit(
  furthest: ReadonlyMap<number, number> | undefined,
  diagonal: number,
  edits: number,
): Edit {
  const below = furthest?.get(diagonal + 1) ?? -1;
  const right = furthest?.get(diagonal - 1) ?? -1;
  return comesFromAbove(diagonal, edits, below, right)
    ? { kind: "added", startX: below, startY: below - (diagonal + 1) }
    : { kind: "removed", startX: right, startY: right - (diagonal - 1) };
}
