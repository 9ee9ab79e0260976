import type { Reserved } from "../proto/numbered.js";
import type { LockedName } from "./lock.js";

/** Returns the numbers and names that a message or enum reserves, in the order of the numbers. */
export function reservedOf(reserved: readonly LockedName[]): Reserved {
  const sorted = reserved.toSorted((one, other) => one.number - other.number);
  return { numbers: sorted.map(({ number }) => number), names: sorted.map(({ name }) => name) };
}
