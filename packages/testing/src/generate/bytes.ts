import type { Draft } from "./draft.js";
import { spellString } from "./strings.js";

/** Writes a string with the base64 form of some bytes. */
export function bytesText(draft: Draft): string {
  return spellString(draft, base64(draft));
}

/** Writes a string that is not base64, or not in the form of ProtoJSON. */
export function notBase64Text(draft: Draft): string {
  const text = base64(draft);
  return spellString(draft, text + draft.random.pick(odd));
}

/** Changes that make canonical base64 non-canonical or invalid. */
const odd = [
  "A",
  "AA",
  "AAA",
  "=",
  "====",
  "AB==",
  "AAB=",
  "-_-_",
  " ",
  "\n",
  "é",
  "\u0000",
] as const;

/** Returns the base64 form of a few bytes, sometimes of hundreds. */
function base64({ random }: Draft): string {
  const length = random.below(random.chance(0.05) ? 400 : 12);
  const bytes = Uint8Array.from({ length }, () => random.below(256));
  return Buffer.from(bytes).toString("base64");
}
