import { arrayText, chainText, type Entry, objectText } from "./containers.js";
import { type Draft, MAXIMUM_DEPTH } from "./draft.js";
import { numberText } from "./numbers.js";
import { illFormedContent, oddName, spellString, stringText } from "./strings.js";

/** The type of a JSON value. */
export type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

/** All types of JSON values. */
export const jsonTypes: readonly [JsonType, ...JsonType[]] = [
  "null",
  "boolean",
  "number",
  "string",
  "array",
  "object",
];

/** Usual maximum depth of random arrays and objects. */
const NESTING = 4;

/** Writes any JSON value for a place that the schema does not describe. */
export function unknownText(draft: Draft, nesting = 0): string {
  if (nesting === 0 && draft.random.chance(0.004)) {
    const room = MAXIMUM_DEPTH - draft.depth;
    return chainText(draft, draft.random.chance(0.5) ? room : draft.random.below(room));
  }
  return textOfType(draft, draft.random.pick(jsonTypes), nesting);
}

/** Writes a JSON value of none of these types; at least one type must remain. */
export function otherTypeText(draft: Draft, ...types: readonly JsonType[]): string {
  let other = draft.random.pick(jsonTypes);
  while (types.includes(other)) {
    other = draft.random.pick(jsonTypes);
  }
  return textOfType(draft, other, NESTING - 1);
}

/** Writes an unknown object, with a member for each name. */
export function unknownObjectText(draft: Draft, names: Iterable<string>, nesting: number): string {
  const entries: Entry[] = [];
  for (const name of names) {
    entries.push({ name, write: () => unknownText(draft, nesting + 1) });
  }
  return objectText(draft, entries, "unknown");
}

/** Returns a few distinct member names. */
export function oddNames(draft: Draft): Set<string> {
  const names = new Set<string>();
  for (let count = draft.random.below(4); count > 0; count--) {
    names.add(oddName(draft));
  }
  return names;
}

function textOfType(draft: Draft, type: JsonType, nesting: number): string {
  const { random } = draft;
  draft.budget--;
  switch (type) {
    case "null":
      return "null";
    case "boolean":
      return random.chance(0.5) ? "true" : "false";
    case "number":
      return numberText(draft);
    case "string":
      return random.chance(0.03) ? spellString(draft, illFormedContent(draft)) : stringText(draft);
    case "array":
      return arrayText(draft, elementCount(draft, nesting), () => unknownText(draft, nesting + 1));
    case "object":
      return unknownObjectText(draft, nesting < NESTING ? oddNames(draft) : [], nesting);
  }
}

function elementCount(draft: Draft, nesting: number): number {
  return nesting < NESTING ? draft.random.below(4) : 0;
}
