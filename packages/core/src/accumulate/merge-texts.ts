import { joinJsonObject, splitJsonObject } from "./json-text.js";

/** Deeper objects are set as a whole. */
const MAXIMUM_DEPTH = 100;

/**
 * Merges two JSON texts that the schema says nothing of: objects by their
 * members; of all else, the second is what remains.
 */
export function mergeTexts(before: string, said: string, depth = 0): string {
  if (depth === MAXIMUM_DEPTH) {
    return said;
  }
  const members = splitJsonObject(before);
  const added = members && splitJsonObject(said);
  if (members === undefined || added === undefined) {
    return said;
  }
  for (const [name, text] of added) {
    const held = members.get(name);
    members.set(name, held === undefined ? text : mergeTexts(held, text, depth + 1));
  }
  return joinJsonObject(members);
}
