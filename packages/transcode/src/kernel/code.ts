import type { Mode } from "@stepwire/openai-json";

/** The reasons for which the kernel stops. The numbers are part of its interface. */
export const KernelCode = {
  notJson: 1,
  notAnObject: 2,
  duplicateMember: 3,
  loneSurrogate: 4,
  tooDeep: 5,
  tooLarge: 6,
  missingMember: 7,
  wrongType: 8,
  unknownMember: 9,
  unknownValue: 10,
  unknownVariant: 11,
  tagMismatch: 12,
  notRepresentable: 13,
  invalidResidue: 14,
  malformedBinary: 15,
  unknownField: 16,
  outOfMemory: 17,
  invalidTable: 18,
} as const;

const PRESERVE = bits([KernelCode.missingMember, KernelCode.wrongType]);
const STRICT =
  PRESERVE |
  bits([
    KernelCode.unknownMember,
    KernelCode.unknownValue,
    KernelCode.unknownVariant,
    KernelCode.tagMismatch,
    KernelCode.notRepresentable,
  ]);

/**
 * The violations that each mode refuses, one bit for each code. Violations that every mode
 * refuses are not included.
 */
export const refusedByMode: Readonly<Record<Mode, number>> = {
  strict: STRICT,
  preserve: PRESERVE,
  archive: 0,
};

/** Makes unknown fields an error. */
export const REFUSE_UNKNOWN_FIELDS: number = bits([KernelCode.unknownField]);

function bits(codes: readonly number[]): number {
  return codes.reduce((set, code) => set | (1 << code), 0);
}
