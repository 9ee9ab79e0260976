/**
 * What a document is right in. Each level allows what the ones before it allow.
 *
 * - `canonical`: it is what the live wire writes, so a message holds it without residue
 * - `strict`: whatever `strict` accepts
 * - `preserve`: also members, values and variants that the schema does not know
 * - `archive`: any JSON object
 */
export type Rightness = "canonical" | "strict" | "preserve" | "archive";

/** What every mode refuses. */
export type Flaw = "duplicate_member" | "lone_surrogate" | "too_deep";

/** The code of something that a mode may refuse. */
export type ExpectedCode =
  | Flaw
  | "missing_member"
  | "wrong_type"
  | "unknown_member"
  | "unknown_value"
  | "unknown_variant"
  | "tag_mismatch"
  | "not_representable";

/** Something wrong with a document, known because it was put there. */
export interface ExpectedViolation {
  readonly code: ExpectedCode;
  /** The place, as a JSON Pointer. */
  readonly pointer: string;
}

/** The mode that a document is read in. */
export type Mode = "strict" | "preserve" | "archive";

const flaws: readonly ExpectedCode[] = ["duplicate_member", "lone_surrogate", "too_deep"];

const kept: readonly ExpectedCode[] = [
  "unknown_member",
  "unknown_value",
  "unknown_variant",
  "tag_mismatch",
  "not_representable",
];

const misfits: readonly ExpectedCode[] = ["missing_member", "wrong_type"];

/** What may be wrong with a document that is right in a level. */
export const allowedCodes: Readonly<Record<Rightness, ReadonlySet<ExpectedCode>>> = {
  canonical: new Set(),
  strict: new Set(),
  preserve: new Set(kept),
  archive: new Set([...kept, ...misfits]),
};

/** What each mode refuses. */
const refusedCodes: Readonly<Record<Mode, ReadonlySet<ExpectedCode>>> = {
  strict: new Set([...flaws, ...misfits, ...kept]),
  preserve: new Set([...flaws, ...misfits]),
  archive: new Set(flaws),
};

/** Whether every mode refuses it. */
export function isFlaw(code: ExpectedCode): boolean {
  return flaws.includes(code);
}

/** Those of the violations that a mode reports. */
export function violationsIn(
  mode: Mode,
  violations: readonly ExpectedViolation[],
): ExpectedViolation[] {
  return violations.filter(({ code }) => refusedCodes[mode].has(code));
}
