import type { ArmMapping, UnionMapping } from "@stepwire/mapping";
import type { Draft } from "./draft.js";
import { type ObjectPlan, planValue } from "./object-plan.js";
import { illFormedContent, spellKnown, spellString } from "./strings.js";
import { otherTypeText, unknownText } from "./unknown.js";
import { unknownString, valueText } from "./values.js";

/** The state of a union's tag. */
type Tag =
  | { readonly kind: "of"; readonly arm: ArmMapping }
  | { readonly kind: "unknown"; readonly content: string }
  | { readonly kind: "ill_formed"; readonly content: string }
  | { readonly kind: "wrong_type" }
  | { readonly kind: "absent" };

/** A tag that must be present, because an inline union around this one selects its arm by it. */
export interface TagAnchor {
  readonly name: string;
  /** Returns whether a value of the tag selects this union. */
  readonly selects: (value: string) => boolean;
  /** Whether values that are unknown to all unions, and those that are not strings, select it. */
  readonly isDefault: boolean;
  /** Returns whether any union knows a value. */
  readonly isKnown: (value: string) => boolean;
}

/** Plans the tag and the payloads of a union. */
export function planUnion(
  plan: ObjectPlan,
  union: UnionMapping,
  anchor: TagAnchor | undefined,
): void {
  const { draft } = plan;
  const arms = anchor ? union.arms.filter(({ tagValue }) => anchor.selects(tagValue)) : union.arms;
  const arm = draft.random.pick(arms);
  const mayLackTag = union.tagPresence === "optional" && anchor === undefined;
  if (arm === undefined || (mayLackTag && !draft.fills())) {
    return;
  }
  const tag = decideTag(draft, union, arms, arm, anchor);
  if (union.shape === "adjacent") {
    planAdjacent(plan, union, tag, arm);
  } else {
    planTagged(plan, union, tag, arm);
  }
}

function planTagged(plan: ObjectPlan, union: UnionMapping, tag: Tag, arm: ArmMapping): void {
  const there = decidePayloads(plan.draft, union, tag, arm);
  const picked = pickArm(union, tag, there);
  planTag(plan, union, tag, picked);
  if (picked?.name !== undefined) {
    if (hasPayload(there, picked)) {
      planValue(plan, picked.name, picked.presence, picked.value, true);
    } else if (picked.presence === "required") {
      plan.omit(picked.name);
    }
  }
  for (const other of there) {
    if (other.name !== undefined && other.name !== picked?.name) {
      plan.addUnknown(other.name, () => strayPayloadText(plan.draft, other));
    }
  }
  if (tag.kind === "unknown" && plan.draft.random.chance(0.5)) {
    plan.addForeign(tag.content);
  }
}

/** Returns whether the payload member of an arm is present. */
function hasPayload(there: ReadonlySet<ArmMapping>, arm: ArmMapping): boolean {
  return [...there].some(({ name }) => name === arm.name);
}

/** Selects arms whose payload members are present, one for each member. */
function decidePayloads(
  draft: Draft,
  union: UnionMapping,
  tag: Tag,
  arm: ArmMapping,
): Set<ArmMapping> {
  const there = new Set(arm.name === undefined ? [] : [arm]);
  if (
    tag.kind === "of" ? tag.arm === arm && mayLackPayload(draft, arm) : draft.random.chance(0.4)
  ) {
    there.clear();
  }
  while (draft.odd("unknown_member") || (tag.kind === "unknown" && draft.random.chance(0.1))) {
    const other = draft.random.pick(union.arms);
    if (other?.name !== undefined && !hasPayload(there, other)) {
      there.add(other);
    }
  }
  return there;
}

/** Returns the arm that a reader selects, by the rule in docs/mapping.md. */
function pickArm(
  union: UnionMapping,
  tag: Tag,
  there: ReadonlySet<ArmMapping>,
): ArmMapping | undefined {
  if (
    tag.kind === "of" &&
    (tag.arm.name === undefined || hasPayload(there, tag.arm) || there.size === 0)
  ) {
    return tag.arm;
  }
  const [only] = there;
  return there.size === 1 ? union.arms.find(({ name }) => name === only?.name) : undefined;
}

function decideTag(
  draft: Draft,
  union: UnionMapping,
  arms: readonly ArmMapping[],
  arm: ArmMapping,
  anchor: TagAnchor | undefined,
): Tag {
  const isOptional = union.tagPresence === "optional";
  if (anchor === undefined && (isOptional ? draft.loose() : draft.odd("missing_member"))) {
    return { kind: "absent" };
  }
  const mayBeUnknown = anchor?.isDefault ?? true;
  if (mayBeUnknown && draft.odd("wrong_type")) {
    return { kind: "wrong_type" };
  }
  if (mayBeUnknown && draft.odd("unknown_variant")) {
    const isKnown = (string: string): boolean =>
      union.armByTag.has(string) || anchor?.isKnown(string) === true;
    return draft.random.chance(0.05)
      ? { kind: "ill_formed", content: illFormedContent(draft) }
      : { kind: "unknown", content: unknownString(draft, isKnown) };
  }
  const other = draft.odd("tag_mismatch") ? draft.random.pick(arms) : undefined;
  // A tag is only wrong beside the payload of another arm. Without any payload, the tag selects its
  // own arm, and a payload that the arm requires is missing.
  return { kind: "of", arm: arm.name === undefined ? arm : (other ?? arm) };
}

function mayLackPayload(draft: Draft, arm: ArmMapping): boolean {
  return arm.presence === "required" ? draft.odd("missing_member") : draft.loose();
}

function planTag(
  plan: ObjectPlan,
  union: UnionMapping,
  tag: Tag,
  picked: ArmMapping | undefined,
): void {
  const { draft } = plan;
  switch (tag.kind) {
    case "absent":
      if (union.tagPresence === "required") {
        plan.omit(union.tag);
      }
      break;
    case "wrong_type":
      plan.addWrong(union.tag, "wrong_type", () => otherTypeText(draft, "string"));
      break;
    case "unknown":
    case "ill_formed":
      plan.addWrong(union.tag, "unknown_variant", () => spellString(draft, tag.content));
      break;
    case "of":
      if (tag.arm === picked) {
        plan.add(union.tag, () => spellKnown(draft, tag.arm.tagValue));
      } else {
        plan.addWrong(union.tag, "tag_mismatch", () => spellKnown(draft, tag.arm.tagValue));
      }
  }
}

function planAdjacent(plan: ObjectPlan, union: UnionMapping, tag: Tag, arm: ArmMapping): void {
  const { draft } = plan;
  const content = union.content ?? "";
  if (tag.kind === "of") {
    planTag(plan, union, tag, tag.arm);
    if (!mayLackPayload(draft, tag.arm)) {
      planValue(plan, content, tag.arm.presence, tag.arm.value, true);
    } else if (tag.arm.presence === "required") {
      plan.omit(content);
    }
    return;
  }
  planTag(plan, union, tag, undefined);
  if (draft.random.chance(0.2)) {
    return;
  }
  const write = (): string => strayPayloadText(draft, arm);
  if (tag.kind === "unknown" && union.otherArm !== undefined) {
    plan.add(content, () => draft.writeUnread(write));
  } else if (draft.allows("unknown_member")) {
    plan.addUnknown(content, write);
  }
}

/** Writes a value for an unexpected payload of an arm. */
function strayPayloadText(draft: Draft, arm: ArmMapping): string {
  return draft.random.chance(0.5) ? valueText(draft, arm.value, true) : unknownText(draft);
}
