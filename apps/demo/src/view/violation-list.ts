import { type Mode, modes, type PlacedViolation } from "../model/conversion.js";

/** A violation with the modes that refuse the document because of it. */
export interface RefusedBy {
  readonly violation: PlacedViolation;
  readonly modes: readonly Mode[];
}

/** Returns each violation once, whatever the number of modes that find it, in the order of the text. */
export function listViolations(
  byMode: Readonly<Partial<Record<Mode, readonly PlacedViolation[]>>>,
): readonly RefusedBy[] {
  const found = new Map<string, { readonly violation: PlacedViolation; readonly modes: Mode[] }>();
  for (const mode of modes) {
    for (const violation of byMode[mode] ?? []) {
      const key = keyOf(violation);
      const known = found.get(key);
      if (known === undefined) {
        found.set(key, { violation, modes: [mode] });
      } else if (!known.modes.includes(mode)) {
        known.modes.push(mode);
      }
    }
  }
  return Array.from(found.values()).sort(
    ({ violation: one }, { violation: other }) =>
      one.document - other.document || startOf(one) - startOf(other),
  );
}

function startOf({ range, offset = 0 }: PlacedViolation): number {
  return range?.start ?? offset;
}

/** Identifies a violation among those of one text. */
function keyOf({ document, code, pointer, offset, range, found }: PlacedViolation): string {
  return JSON.stringify([document, code, pointer, range?.start ?? offset, found]);
}
