import { arrayText, chainText, type Entry, longChainText, objectText } from "./containers.js";
import type { Draft } from "./draft.js";
import { doubleText, misfitText } from "./numbers.js";
import { illFormedContent, spellString, stringText } from "./strings.js";
import { oddNames } from "./unknown.js";

/** Maximum number of nested arrays and objects in a `google.protobuf.Value`. */
const LEVELS = 24;

/** Usual maximum depth of random arrays and objects. */
const NESTING = 4;

/** Writes a JSON value for a `google.protobuf.Value`. */
export function anyText(draft: Draft): string {
  const { random } = draft;
  if (draft.odd("not_representable")) {
    const levels = LEVELS + random.pick([1, 1, 2, 30]);
    return longChainText(draft, levels, LEVELS, "not_representable");
  }
  return random.chance(0.01) ? chainText(draft, LEVELS - random.below(3)) : nestedText(draft, 0);
}

function nestedText(draft: Draft, nesting: number): string {
  const { random } = draft;
  draft.budget--;
  switch (random.below(nesting < NESTING ? 10 : 8)) {
    case 0:
      return "null";
    case 1:
      return random.chance(0.5) ? "true" : "false";
    case 2:
    case 3:
      return numberText(draft);
    case 8:
      return arrayText(draft, random.below(4), () => nestedText(draft, nesting + 1));
    case 9:
      return nestedObjectText(draft, nesting);
    default:
      return textText(draft);
  }
}

function numberText(draft: Draft): string {
  if (draft.odd("not_representable")) {
    draft.violate("not_representable");
    return misfitText(draft);
  }
  return doubleText(draft);
}

function textText(draft: Draft): string {
  if (draft.odd("not_representable")) {
    draft.violate("not_representable");
    return spellString(draft, illFormedContent(draft));
  }
  return stringText(draft);
}

function nestedObjectText(draft: Draft, nesting: number): string {
  const entries: Entry[] = [];
  for (const name of oddNames(draft)) {
    entries.push({ name, write: () => nestedText(draft, nesting + 1) });
  }
  return objectText(draft, entries, "unknown");
}
