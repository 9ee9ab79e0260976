import type { InlineArm, TaggedObjects } from "@stepwire/mapping";
import { arrayText, type Entry, objectText } from "./containers.js";
import type { Draft } from "./draft.js";
import { type Anchor, type ListAnchor, messageObjectText } from "./message-object.js";
import { spellKnown, spellString } from "./strings.js";
import type { TagAnchor } from "./unions.js";
import { oddNames, otherTypeText, unknownObjectText } from "./unknown.js";
import { listText, unknownString } from "./values.js";

/** Writes an object that one member assigns to an arm. */
export function taggedObjectText(draft: Draft, objects: TaggedObjects, arm: InlineArm): string {
  const { message } = arm.payload;
  if (message.kind !== "object") {
    return draft.writeMessage(message);
  }
  const { tag } = objects;
  if (arm.constant !== undefined) {
    const constant = { name: tag, right: true };
    return messageObjectText(draft, message, { constant, list: anchorList(draft, objects, arm) });
  }
  return messageObjectText(draft, message, {
    ...(arm.adjacentTag !== undefined && { tag: anchorTag(objects, arm, arm.adjacentTag) }),
    without: new Set([tag]),
    beside: draft.odd("unknown_member") ? strayTag(draft, objects) : undefined,
  });
}

/** Returns the requirements on the tag of an adjacent union that is an arm. */
function anchorTag(objects: TaggedObjects, arm: InlineArm, name: string): TagAnchor {
  const { adjacentArm, armByAdjacentTag } = objects;
  const isOnly = armByAdjacentTag.size === 0;
  return {
    name,
    selects: (value) => isOnly || armByAdjacentTag.get(value) === arm,
    isDefault: arm === adjacentArm,
    isKnown: (value) => armByAdjacentTag.has(value),
  };
}

/** Returns the requirements on the list that tells an arm apart; undefined if there is none. */
function anchorList(
  draft: Draft,
  { tag, list, armByConstant, armsByElement }: TaggedObjects,
  arm: InlineArm,
): ListAnchor | undefined {
  const { message } = arm.payload;
  const member = message.kind === "object" && list ? message.memberByName.get(list) : undefined;
  if (!armsByElement.has(arm.constant ?? "") || member?.kind !== "field") {
    return undefined;
  }
  const element = member.value.kind === "list" ? member.value.element : undefined;
  const first = element?.kind === "message" ? element.message : undefined;
  if (element === undefined || first?.kind !== "object") {
    return undefined;
  }
  const constant = { name: tag, right: true };
  return {
    name: member.name,
    mustBeThere: armByConstant.get(arm.constant ?? "") !== arm,
    write: () =>
      listText(draft, element, false, () => messageObjectText(draft, first, { constant })),
  };
}

/** Writes an object that no member assigns to an arm. */
export function strangeObjectText(draft: Draft, objects: TaggedObjects): string {
  draft.violateMember("unknown_variant", objects.tag);
  return draft.writeUnread(() => otherText(draft, objects));
}

/** Writes an object of no arm: an unknown object, or one of an arm without its tag. */
function otherText(draft: Draft, mapping: TaggedObjects): string {
  const { random } = draft;
  if (mapping.list !== undefined && random.chance(0.3)) {
    return strangeListText(draft, mapping, mapping.list);
  }
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

/** Writes an object with the constant of lists, and a first element that selects none of them. */
function strangeListText(draft: Draft, mapping: TaggedObjects, list: string): string {
  const { random } = draft;
  const constants = [...mapping.armsByElement.keys()];
  const constant = random.pick(constants) ?? "";
  const elements = mapping.armsByElement.get(constant);
  const name = mapping.tag;
  const writeElement = (): string => {
    if (random.chance(0.3)) {
      return otherTypeText(draft, "object");
    }
    const content = unknownString(draft, (string) => elements?.has(string) === true);
    const entry = { name, write: () => spellString(draft, content) };
    return objectText(draft, random.chance(0.7) ? [entry] : [], "unknown");
  };
  const entries: Entry[] = [
    { name, write: () => spellKnown(draft, constant) },
    { name: list, write: () => arrayText(draft, 1 + random.below(3), writeElement) },
  ];
  if (draft.anyOrder) {
    random.shuffle(entries);
  }
  return objectText(draft, entries, "unknown");
}

/** Returns the member that selects arms, with a value that selects none. */
function strayTag(draft: Draft, mapping: TaggedObjects): Anchor["beside"] {
  const content = unknownString(draft, (string) => mapping.armByConstant.has(string));
  const write = (): string =>
    draft.random.chance(0.6) ? spellString(draft, content) : otherTypeText(draft, "string");
  return { name: mapping.tag, write };
}
