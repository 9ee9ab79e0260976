/**
 * A level of validity for documents. Each level also allows what the previous ones allow.
 *
 * - `canonical`: what servers write, so that a message holds it without residue
 * - `strict`: everything that mode `strict` accepts
 * - `preserve`: also unknown members, values and variants
 * - `archive`: any JSON object
 */
export type Rightness = "canonical" | "strict" | "preserve" | "archive";

/** Violations that every mode refuses. */
export type Flaw = "duplicate_member" | "lone_surrogate" | "too_deep";

/** Violation codes that a mode may refuse. */
export type ExpectedCode =
  | Flaw
  | "missing_member"
  | "wrong_type"
  | "unknown_member"
  | "unknown_value"
  | "unknown_variant"
  | "tag_mismatch"
  | "not_representable";

/** A violation in a document, known because the generator inserted it. */
export interface ExpectedViolation {
  readonly code: ExpectedCode;
  /** The place, as a JSON Pointer. */
  readonly pointer: string;
}

/** The mode for reading a document. */
export type Mode = "strict" | "preserve" | "archive";

/** All modes. */
export const modes: readonly Mode[] = ["strict", "preserve", "archive"];

const flaws: readonly ExpectedCode[] = ["duplicate_member", "lone_surrogate", "too_deep"];

/** Violations that the modes `preserve` and `archive` keep. */
export const kept: readonly ExpectedCode[] = [
  "unknown_member",
  "unknown_value",
  "unknown_variant",
  "tag_mismatch",
  "not_representable",
];

/** Violations that only the mode `archive` keeps. */
export const misfits: readonly ExpectedCode[] = ["missing_member", "wrong_type"];

/** The violations that a level of validity allows. */
export const allowedCodes: Readonly<Record<Rightness, ReadonlySet<ExpectedCode>>> = {
  canonical: new Set(),
  strict: new Set(),
  preserve: new Set(kept),
  archive: new Set([...kept, ...misfits]),
};

/** The violations that each mode refuses. */
const refusedCodes: Readonly<Record<Mode, ReadonlySet<ExpectedCode>>> = {
  strict: new Set([...flaws, ...misfits, ...kept]),
  preserve: new Set([...flaws, ...misfits]),
  archive: new Set(flaws),
};

/** Returns whether every mode refuses violations with this code. */
export function isFlaw(code: ExpectedCode): boolean {
  return flaws.includes(code);
}

/** Returns the violations that a mode reports. */
export function violationsIn(
  mode: Mode,
  violations: readonly ExpectedViolation[],
): ExpectedViolation[] {
  return violations.filter(({ code }) => refusedCodes[mode].has(code));
}
