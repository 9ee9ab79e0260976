import type { ResidueCounts, RoundtripResult } from "./result.js";

/** The totals over all documents. */
export interface RoundtripTotal {
  readonly documents: number;
  readonly equal: number;
  /** Total size of all documents that were not refused. */
  readonly jsonBytes: number;
  readonly binaryBytes: number;
  /** Number of bytes of the binary that are text, because the schema does not describe them. */
  readonly verbatimBytes: number;
  readonly residue: ResidueCounts;
}

/** Adds up results without storing them. */
export class Sum {
  #documents = 0;
  #equal = 0;
  #jsonBytes = 0;
  #binaryBytes = 0;
  #verbatimBytes = 0;
  readonly #residue: ResidueCounts = {};

  add({ result, residue = {}, ...sizes }: RoundtripResult): void {
    this.#documents++;
    this.#equal += result === "equal" ? 1 : 0;
    this.#jsonBytes += sizes.jsonBytes ?? 0;
    this.#binaryBytes += sizes.binaryBytes ?? 0;
    this.#verbatimBytes += sizes.verbatimBytes ?? 0;
    addResidue(this.#residue, residue);
  }

  /** The totals. */
  get total(): RoundtripTotal {
    return {
      documents: this.#documents,
      equal: this.#equal,
      jsonBytes: this.#jsonBytes,
      binaryBytes: this.#binaryBytes,
      verbatimBytes: this.#verbatimBytes,
      residue: this.#residue,
    };
  }
}

const residueKinds = ["member", "absent_member", "null", "absent", "empty"] as const;

/** Adds residue entries to a sum. */
export function addResidue(sum: ResidueCounts, counts: ResidueCounts): void {
  for (const kind of residueKinds) {
    const count = counts[kind] ?? 0;
    if (count > 0) {
      sum[kind] = (sum[kind] ?? 0) + count;
    }
  }
}

/** Returns a short text about residue: "2 members, 1 null". */
export function describeResidue(counts: ResidueCounts): string {
  const { member = 0, absent_member = 0, absent = 0, empty = 0 } = counts;
  const parts: readonly (readonly [number, string])[] = [
    [member, member === 1 ? "member" : "members"],
    [counts.null ?? 0, "null"],
    [absent + absent_member, "absent"],
    [empty, "empty"],
  ];
  const described = parts.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  return described.length === 0 ? "–" : described.join(", ");
}
