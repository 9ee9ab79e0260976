import type {
  ConstantMember,
  InlineMapping,
  MessageMapping,
  ObjectMapping,
} from "@stepwire/mapping";
import { objectText } from "./containers.js";
import type { Draft } from "./draft.js";
import { ObjectPlan, planValue } from "./object-plan.js";
import { oddName, spellKnown, spellString } from "./strings.js";
import { planUnion } from "./unions.js";
import { oddNames, otherTypeText, unknownObjectText } from "./unknown.js";
import { listText, unknownString } from "./values.js";

/** What an object must look like so that an inline union picks the arm that it is for. */
interface Anchor {
  /** The member that tells the arms apart: its constant must be right, or must not be. */
  readonly constant?: { readonly name: string; readonly right: boolean };
  /** The tag that must be there, whatever it is. */
  readonly tag?: string;
  /** Members that must not be there by chance. */
  readonly without?: ReadonlySet<string>;
  /** A member beyond the schema that is to be there. */
  readonly beside?: { readonly name: string; readonly write: () => string } | undefined;
}

/** How often a document is of no arm, where that is allowed. */
const OTHER_RATE = 0.15;

/** Writes a message. */
export function messageText(draft: Draft, mapping: MessageMapping): string {
  switch (mapping.kind) {
    case "object":
      return messageObjectText(draft, mapping, {});
    case "array":
      return listText(draft, mapping.element, true);
    case "inline":
      return inlineText(draft, mapping);
  }
}

function messageObjectText(draft: Draft, mapping: ObjectMapping, anchor: Anchor): string {
  const plan = new ObjectPlan(draft, mapping, anchor.without);
  for (const member of mapping.members) {
    if (member.kind === "field") {
      planValue(plan, member.name, member.presence, member.value, false);
    } else if (member.kind === "constant") {
      planConstant(plan, member, anchor);
    }
  }
  for (const union of mapping.unions) {
    planUnion(plan, union, anchor.tag === union.tag);
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

function planConstant(plan: ObjectPlan, member: ConstantMember, anchor: Anchor): void {
  const { draft } = plan;
  const { name, value, presence } = member;
  const isAnchored = anchor.constant?.name === name;
  if (isAnchored ? !anchor.constant.right : lacksConstant(draft, presence)) {
    if (presence === "required") {
      plan.omit(name);
    }
  } else if (!isAnchored && draft.odd("wrong_type")) {
    plan.addWrong(name, "wrong_type", () => otherTypeText(draft, "string"));
  } else if (!isAnchored && draft.odd("unknown_value")) {
    const content = unknownString(draft, (string) => string === value);
    plan.addWrong(name, "unknown_value", () => spellString(draft, content));
  } else {
    plan.add(name, () => spellKnown(draft, value));
  }
}

function lacksConstant(draft: Draft, presence: ConstantMember["presence"]): boolean {
  return presence === "optional" ? draft.loose() : draft.odd("missing_member");
}

function inlineText(draft: Draft, mapping: InlineMapping): string {
  const { random } = draft;
  const arm = random.pick(mapping.arms);
  const isOther =
    mapping.otherArm !== undefined && draft.allows("unknown_variant") && random.chance(OTHER_RATE);
  if (isOther || arm === undefined) {
    draft.violateMember("unknown_variant", mapping.tag);
    return draft.writeUnread(() => otherText(draft, mapping));
  }
  const { message } = arm.payload;
  if (message.kind !== "object") {
    return draft.writeMessage(message);
  }
  return messageObjectText(
    draft,
    message,
    arm.adjacentTag === undefined
      ? { constant: { name: mapping.tag, right: true } }
      : {
          tag: arm.adjacentTag,
          without: new Set([mapping.tag]),
          beside: draft.odd("unknown_member") ? strayTag(draft, mapping) : undefined,
        },
  );
}

/** An object that is of no arm: a stranger, or one of an arm that does not say so. */
function otherText(draft: Draft, mapping: InlineMapping): string {
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

/** The member that tells the arms apart, telling nothing. */
function strayTag(draft: Draft, mapping: InlineMapping): Anchor["beside"] {
  const content = unknownString(draft, (string) => mapping.armByConstant.has(string));
  const write = (): string =>
    draft.random.chance(0.6) ? spellString(draft, content) : otherTypeText(draft, "string");
  return { name: mapping.tag, write };
}
