import type { ResidueCounts, RoundtripResult } from "./result.js";

/** What all documents come to together. */
export interface RoundtripTotal {
  readonly documents: number;
  readonly equal: number;
  /** Of all documents that were not refused. */
  readonly jsonBytes: number;
  readonly binaryBytes: number;
  readonly residue: ResidueCounts;
}

/** Adds up results. */
export function sumUp(results: readonly RoundtripResult[]): RoundtripTotal {
  const residue: ResidueCounts = {};
  for (const counts of results.map((result) => result.residue ?? {})) {
    for (const kind of residueKinds) {
      const count = counts[kind] ?? 0;
      if (count > 0) {
        residue[kind] = (residue[kind] ?? 0) + count;
      }
    }
  }
  return {
    documents: results.length,
    equal: results.filter(({ result }) => result === "equal").length,
    jsonBytes: results.reduce((sum, { jsonBytes = 0 }) => sum + jsonBytes, 0),
    binaryBytes: results.reduce((sum, { binaryBytes = 0 }) => sum + binaryBytes, 0),
    residue,
  };
}

const residueKinds = ["member", "absent_member", "null", "absent", "empty"] as const;

/** The residue in few words: "2 members, 1 null". */
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
