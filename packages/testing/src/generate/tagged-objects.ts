import type { InlineArm, TaggedObjects } from "@stepwire/mapping";
import { arrayText, type Entry, objectText } from "./containers.js";
import type { Draft } from "./draft.js";
import { type ListAnchor, messageObjectText, type Selector } from "./message-object.js";
import { spellKnown, spellString } from "./strings.js";
import type { TagAnchor } from "./unions.js";
import { oddNames, otherTypeText, unknownText } from "./unknown.js";
import { listText, unknownString } from "./values.js";

/** Writes an object that one member assigns to an arm. */
export function taggedObjectText(draft: Draft, objects: TaggedObjects, arm: InlineArm): string {
  const { message } = arm.payload;
  if (message.kind !== "object") {
    return draft.writeMessage(message);
  }
  const { tag } = objects;
  if (lacksTag(draft, objects, arm)) {
    const selector = { name: tag, write: undefined };
    return messageObjectText(draft, message, { selector, without: selectorsOf(objects) });
  }
  if (arm.tagValues.length > 0) {
    const value = pickValue(draft, arm.tagValues);
    const list = anchorList(draft, objects, arm, value);
    return messageObjectText(draft, message, { selector: rightSelector(draft, tag, value), list });
  }
  return messageObjectText(draft, message, {
    ...(arm.adjacentTag !== undefined && { tag: anchorTag(objects, arm, arm.adjacentTag) }),
    without: new Set([tag]),
    beside: draft.odd("unknown_member") ? strayTag(draft, objects) : undefined,
  });
}

/** Returns whether the object has no tag, which selects its arm as well. */
function lacksTag(draft: Draft, objects: TaggedObjects, arm: InlineArm): boolean {
  if (arm !== objects.armWithoutTag) {
    return false;
  }
  const { message } = arm.payload;
  const adjacentTag = objects.adjacentArm?.adjacentTag;
  const goesElsewhere =
    adjacentTag !== undefined && message.kind === "object" && message.memberByName.has(adjacentTag);
  return arm.tagValues.length === 0 || (!goesElsewhere && draft.loose());
}

/** Returns the names of the members that select an arm. */
function selectorsOf({ tag, adjacentArm }: TaggedObjects): ReadonlySet<string> {
  return new Set(adjacentArm?.adjacentTag === undefined ? [tag] : [tag, adjacentArm.adjacentTag]);
}

/** Returns one of the values of a tag, at random if there are several. */
function pickValue({ random }: Draft, values: readonly string[]): string {
  return (values.length > 1 ? random.pick(values) : values[0]) ?? "";
}

function rightSelector(draft: Draft, name: string, value: string): Selector {
  return { name, write: () => spellKnown(draft, value) };
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
  { tag, list, armByTagValue, armsByElement }: TaggedObjects,
  arm: InlineArm,
  value: string,
): ListAnchor | undefined {
  const { message } = arm.payload;
  const member = message.kind === "object" && list ? message.memberByName.get(list) : undefined;
  const armByElement = armsByElement.get(value);
  if (armByElement === undefined || member?.kind !== "field") {
    return undefined;
  }
  const element = member.value.kind === "list" ? member.value.element : undefined;
  const first = element?.kind === "message" ? element.message : undefined;
  if (element === undefined || first?.kind !== "object") {
    return undefined;
  }
  const values = [...armByElement].flatMap(([each, selected]) => (selected === arm ? each : []));
  return {
    name: member.name,
    mustBeThere: armByTagValue.get(value) !== arm,
    write: () =>
      listText(draft, element, false, () => {
        const selector = rightSelector(draft, tag, pickValue(draft, values));
        return messageObjectText(draft, first, { selector });
      }),
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
  const without = selectorsOf(mapping);
  const needsTag = mapping.armWithoutTag !== undefined;
  const payload = random.pick(mapping.arms)?.payload.message;
  if (payload?.kind === "object" && random.chance(0.5)) {
    const isPossible = adjacentTag === undefined || !payload.memberByName.has(adjacentTag);
    if (isPossible) {
      const beside = needsTag || random.chance(0.5) ? strayTag(draft, mapping) : undefined;
      const selector = { name: mapping.tag, write: needsTag ? beside?.write : undefined };
      return messageObjectText(draft, payload, { selector, without, beside });
    }
  }
  const names = [...oddNames(draft)].filter((name) => !without.has(name));
  const entries: Entry[] = names.map((name) => ({ name, write: () => unknownText(draft, 1) }));
  return objectText(draft, needsTag ? [...entries, strayTag(draft, mapping)] : entries, "unknown");
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
function strayTag(draft: Draft, mapping: TaggedObjects): Entry {
  const content = unknownString(draft, (string) => mapping.armByTagValue.has(string));
  const write = (): string =>
    draft.random.chance(0.6) ? spellString(draft, content) : otherTypeText(draft, "string");
  return { name: mapping.tag, write };
}
