import type { ByKindMapping, KindArm } from "@stepwire/mapping";
import type { Draft } from "./draft.js";
import { spellKnown, spellString } from "./strings.js";
import { strangeObjectText, taggedObjectText } from "./tagged-objects.js";
import { otherTypeText } from "./unknown.js";
import { singularText, unknownString } from "./values.js";

/**
 * Writes a value for a union by kind. Without an arm for other values, its JSON type is one that
 * has an arm.
 */
export function byKindText(draft: Draft, mapping: ByKindMapping, mayBeNull: boolean): string {
  const { otherArm, enumArm, armByKind, taggedObjects } = mapping;
  if (otherArm !== undefined && draft.odd("unknown_variant")) {
    const text = otherKindText(draft, mapping, mayBeNull);
    if (text !== undefined) {
      return text;
    }
  }
  if (taggedObjects !== undefined && draft.odd("unknown_variant")) {
    return strangeObjectText(draft, taggedObjects);
  }
  if (enumArm !== undefined && !armByKind.has("string") && draft.odd("unknown_value")) {
    const { numberByString } = enumArm.value;
    draft.violate("unknown_value");
    return spellString(
      draft,
      unknownString(draft, (content) => numberByString.has(content)),
    );
  }
  const arms = mapping.arms.filter(({ jsonKind }) => mayBeNull || jsonKind !== "null");
  const arm = draft.random.pick(arms);
  return arm === undefined ? "null" : armText(draft, mapping, arm);
}

/** Returns a value of a JSON type without an arm; undefined if all types have one. */
function otherKindText(
  draft: Draft,
  mapping: ByKindMapping,
  mayBeNull: boolean,
): string | undefined {
  const kinds = new Set(mapping.arms.map(({ jsonKind }) => jsonKind));
  if (!mayBeNull) {
    kinds.add("null");
  }
  if (kinds.size === KINDS) {
    return undefined;
  }
  draft.violate("unknown_variant");
  return draft.writeUnread(() => otherTypeText(draft, ...kinds));
}

/** The number of JSON types. */
const KINDS = 6;

function armText(draft: Draft, { enumArm, taggedObjects }: ByKindMapping, arm: KindArm): string {
  if (arm.field === enumArm?.field) {
    const strings = [...enumArm.value.numberByString.keys()];
    return spellKnown(draft, draft.random.pick(strings) ?? "");
  }
  const tagged = taggedObjects?.arms.find(({ field }) => field === arm.field);
  if (taggedObjects !== undefined && tagged !== undefined) {
    return taggedObjectText(draft, taggedObjects, tagged);
  }
  return singularText(draft, arm.value);
}
