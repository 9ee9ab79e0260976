import type { Draft } from "./draft.js";
import { spellString } from "./strings.js";

/** Writes a string that is the base64 of some bytes. */
export function bytesText(draft: Draft): string {
  return spellString(draft, base64(draft));
}

/** Writes a string that is base64 of no bytes, or not as ProtoJSON writes it. */
export function notBase64Text(draft: Draft): string {
  const text = base64(draft);
  return spellString(draft, text + draft.random.pick(odd));
}

/** What makes canonical base64 something else. */
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

/** The base64 of a few bytes, sometimes of hundreds. */
function base64({ random }: Draft): string {
  const length = random.below(random.chance(0.05) ? 400 : 12);
  const bytes = Uint8Array.from({ length }, () => random.below(256));
  return Buffer.from(bytes).toString("base64");
}
