import type { InlineArm, TaggedObjects } from "@stepwire/mapping";
import type { Draft } from "./draft.js";
import { type Anchor, messageObjectText } from "./message-object.js";
import { spellString } from "./strings.js";
import { oddNames, otherTypeText, unknownObjectText } from "./unknown.js";
import { unknownString } from "./values.js";

/** Writes an object that one member assigns to an arm. */
export function taggedObjectText(draft: Draft, objects: TaggedObjects, arm: InlineArm): string {
  const { message } = arm.payload;
  if (message.kind !== "object") {
    return draft.writeMessage(message);
  }
  return messageObjectText(
    draft,
    message,
    arm.adjacentTag === undefined
      ? { constant: { name: objects.tag, right: true } }
      : {
          tag: arm.adjacentTag,
          without: new Set([objects.tag]),
          beside: draft.odd("unknown_member") ? strayTag(draft, objects) : undefined,
        },
  );
}

/** Writes an object that no member assigns to an arm. */
export function strangeObjectText(draft: Draft, objects: TaggedObjects): string {
  draft.violateMember("unknown_variant", objects.tag);
  return draft.writeUnread(() => otherText(draft, objects));
}

/** Writes an object of no arm: an unknown object, or one of an arm without its tag. */
function otherText(draft: Draft, mapping: TaggedObjects): string {
  const { random } = draft;
  const adjacentTag = mapping.adjacentArm?.adjacentTag;
  const without = new Set([mapping.tag, ...(adjacentTag === undefined ? [] : [adjacentTag])]);
  const payload = random.pick(mapping.arms)?.payload.message;
  if (payload?.kind === "object" && random.chance(0.5)) {
    const isPossible = adjacentTag === undefined || !payload.memberByName.has(adjacentTag);
    if (isPossible) {
      const beside = random.chance(0.5) ? strayTag(draft, mapping) : undefined;
      const constant = { name: mapping.tag, right: false };
      return messageObjectText(draft, payload, { constant, without, beside });
    }
  }
  const names = [...oddNames(draft)].filter((name) => !without.has(name));
  return unknownObjectText(draft, names, 0);
}

/** Returns the member that selects arms, with a value that selects none. */
function strayTag(draft: Draft, mapping: TaggedObjects): Anchor["beside"] {
  const content = unknownString(draft, (string) => mapping.armByConstant.has(string));
  const write = (): string =>
    draft.random.chance(0.6) ? spellString(draft, content) : otherTypeText(draft, "string");
  return { name: mapping.tag, write };
}
