import type { ConstantMember, FieldMember, MemberMapping, ObjectMapping } from "@stepwire/mapping";
import { objectText } from "./containers.js";
import type { Draft } from "./draft.js";
import { ObjectPlan, planValue } from "./object-plan.js";
import { oddName, spellKnown, spellString } from "./strings.js";
import { planUnion, type TagAnchor } from "./unions.js";
import { otherTypeText } from "./unknown.js";
import { unknownString } from "./values.js";

/** Requirements on an object, so that an inline union selects the intended arm. */
export interface Anchor {
  /** The constant or enum that selects the arm. */
  readonly selector?: Selector;
  /** A tag that must be present. */
  readonly tag?: TagAnchor;
  /** A list whose first element selects the arm. */
  readonly list?: ListAnchor | undefined;
  /** Names of members that must not be added at random. */
  readonly without?: ReadonlySet<string>;
  /** An unknown member that must be present. */
  readonly beside?: { readonly name: string; readonly write: () => string } | undefined;
}

/** Requirements on the member that selects an arm. */
export interface Selector {
  readonly name: string;
  /** Writes its value; undefined if the member must be absent. */
  readonly write: (() => string) | undefined;
}

/** Requirements on a list. */
export interface ListAnchor {
  readonly name: string;
  /** Whether the list must have a first element. */
  readonly mustBeThere: boolean;
  /** Writes the list, with a first element that selects the arm. */
  readonly write: () => string;
}

/** Writes a message that is an object. */
export function messageObjectText(draft: Draft, mapping: ObjectMapping, anchor: Anchor): string {
  const plan = new ObjectPlan(draft, mapping, anchor.without);
  for (const member of mapping.members) {
    if (member.name === anchor.selector?.name && member.kind !== "tag") {
      planSelector(plan, member, anchor.selector);
    } else if (member.kind === "field") {
      planField(plan, member, anchor.list?.name === member.name ? anchor.list : undefined);
    } else if (member.kind === "constant") {
      planConstant(plan, member);
    }
  }
  for (const union of mapping.unions) {
    planUnion(plan, union, anchor.tag?.name === union.tag ? anchor.tag : undefined);
  }
  if (anchor.beside !== undefined && !mapping.memberByName.has(anchor.beside.name)) {
    plan.addUnknown(anchor.beside.name, anchor.beside.write);
  }
  while (draft.odd("unknown_member")) {
    plan.addForeign(oddName(draft));
  }
  if (draft.anyOrder) {
    draft.random.shuffle(plan.entries);
  }
  const text = objectText(draft, plan.entries, "message");
  plan.violateMissing();
  return text;
}

function planField(
  plan: ObjectPlan,
  { name, presence, value }: FieldMember,
  list: ListAnchor | undefined,
): void {
  if (list?.mustBeThere) {
    plan.add(name, list.write);
  } else {
    planValue(plan, name, presence, value, false, list?.write);
  }
}

function planSelector(plan: ObjectPlan, member: MemberMapping, { name, write }: Selector): void {
  if (write !== undefined) {
    plan.add(name, write);
  } else if ("presence" in member && member.presence === "required") {
    plan.omit(name);
  }
}

function planConstant(plan: ObjectPlan, { name, value, presence }: ConstantMember): void {
  const { draft } = plan;
  if (lacksConstant(draft, presence)) {
    if (presence === "required") {
      plan.omit(name);
    }
  } else if (draft.odd("wrong_type")) {
    plan.addWrong(name, "wrong_type", () => otherTypeText(draft, "string"));
  } else if (draft.odd("unknown_value")) {
    const content = unknownString(draft, (string) => string === value);
    plan.addWrong(name, "unknown_value", () => spellString(draft, content));
  } else {
    plan.add(name, () => spellKnown(draft, value));
  }
}

function lacksConstant(draft: Draft, presence: ConstantMember["presence"]): boolean {
  return presence === "optional" ? draft.loose() : draft.odd("missing_member");
}
