import type { InlineMapping, MessageMapping } from "@stepwire/mapping";
import { byKindText } from "./by-kind.js";
import type { Draft } from "./draft.js";
import { messageObjectText } from "./message-object.js";
import { strangeObjectText, taggedObjectText } from "./tagged-objects.js";
import { listText } from "./values.js";

/** Probability that a document belongs to no arm, if that is allowed. */
const OTHER_RATE = 0.15;

/** Writes a message. */
export function messageText(draft: Draft, mapping: MessageMapping, mayBeNull: boolean): string {
  switch (mapping.kind) {
    case "object":
      return messageObjectText(draft, mapping, {});
    case "array":
      return listText(draft, mapping.element, true);
    case "inline":
      return inlineText(draft, mapping);
    case "byKind":
      return byKindText(draft, mapping, mayBeNull);
  }
}

function inlineText(draft: Draft, mapping: InlineMapping): string {
  const arm = draft.random.pick(mapping.arms);
  const isOther =
    mapping.otherArm !== undefined &&
    draft.allows("unknown_variant") &&
    draft.random.chance(OTHER_RATE);
  return isOther || arm === undefined
    ? strangeObjectText(draft, mapping)
    : taggedObjectText(draft, mapping, arm);
}
