import type { ModeName } from "@stepwire/mapping";
import { ResultCode, violationKinds } from "@stepwire/mapping/internal";

/**
 * Returns the violations that a mode refuses, one bit for each code. Violations that every mode
 * refuses are not included.
 */
export function refusedIn(mode: ModeName): number {
  const refused = violationKinds.filter(
    ({ keptIn }) => keptIn.length > 0 && !keptIn.includes(mode),
  );
  return bits(refused.map(({ code }) => code));
}

/** Makes unknown fields an error. */
export const REFUSE_UNKNOWN_FIELDS: number = bits([ResultCode.UNKNOWN_FIELD]);

function bits(codes: readonly number[]): number {
  return codes.reduce((set, code) => set | (1 << code), 0);
}
