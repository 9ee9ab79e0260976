import type { ResidueCounts, RoundtripResult } from "./result.js";

/** The totals over all documents. */
export interface RoundtripTotal {
  readonly documents: number;
  readonly equal: number;
  /** Total size of all documents that were not refused. */
  readonly jsonBytes: number;
  readonly binaryBytes: number;
  readonly residue: ResidueCounts;
}

/** Adds up results without storing them. */
export class Sum {
  #documents = 0;
  #equal = 0;
  #jsonBytes = 0;
  #binaryBytes = 0;
  readonly #residue: ResidueCounts = {};

  add({ result, jsonBytes = 0, binaryBytes = 0, residue = {} }: RoundtripResult): void {
    this.#documents++;
    this.#equal += result === "equal" ? 1 : 0;
    this.#jsonBytes += jsonBytes;
    this.#binaryBytes += binaryBytes;
    for (const kind of residueKinds) {
      const count = residue[kind] ?? 0;
      if (count > 0) {
        this.#residue[kind] = (this.#residue[kind] ?? 0) + count;
      }
    }
  }

  /** The totals. */
  get total(): RoundtripTotal {
    return {
      documents: this.#documents,
      equal: this.#equal,
      jsonBytes: this.#jsonBytes,
      binaryBytes: this.#binaryBytes,
      residue: this.#residue,
    };
  }
}

const residueKinds = ["member", "absent_member", "null", "absent", "empty"] as const;

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
