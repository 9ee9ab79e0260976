import { normalizeNumber } from "@stepwire/json";

/** Returns the spelling that all equal numbers share. Unlike `normalizeNumber`, `-0` is not `0`. */
export function spellNumber(text: string): string {
  const spelled = normalizeNumber(text);
  return spelled === "0" && text.startsWith("-") ? "-0" : spelled;
}

/** Returns whether two JSON numbers are the same decimal number, with the same sign. */
export function isSameNumber(left: string, right: string): boolean {
  return left === right || spellNumber(left) === spellNumber(right);
}
