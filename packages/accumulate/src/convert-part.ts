import type { DescMessage, DescOneof } from "@bufbuild/protobuf";
import {
  type Fields,
  fieldsOf,
  getMessageMapping,
  type InlineMapping,
  oneofOf,
  type ValueMapping,
} from "@stepwire/mapping";
import { blankMessage } from "./blank.js";
import type { MergeContext } from "./context.js";
import { elementsOf } from "./fields.js";
import { propertiesOf, sealArm, sealMessage } from "./lazy.js";
import type { MemberState } from "./member.js";

/** Converts the value of an event to the type of the part that it replaces. */
export type ConvertPart = (said: MemberState, context: MergeContext) => MemberState;

/**
 * Compiles the conversion of an event's value to the type of a part of the object. Both may have the
 * same type. Otherwise, one is an inline union, and the other a message of one of its arms, or an
 * inline union that has an arm of the same message; or the value is a list with the part as its only
 * element.
 *
 * @returns undefined if no value of the event can have the type of the part.
 */
export function compileConversion(said: ValueMapping, held: ValueMapping): ConvertPart | undefined {
  if (isSameType(said, held)) {
    return (state) => state;
  }
  if (said.kind === "list" && isSameType(said.element, held)) {
    return onlyElement;
  }
  if (said.kind !== "message" || held.kind !== "message") {
    return undefined;
  }
  const open = openerOf(said.desc);
  const wrap = wrapperOf(held.desc);
  const types = said.message.kind === "inline" ? armTypes(said.message) : [said.desc];
  if (!types.some((type) => wrap(type) !== undefined)) {
    return undefined;
  }
  return (state, context) => {
    if (state.kind !== "value") {
      return state;
    }
    const { type, value, name } = open(state.value);
    const wrapped = wrap(type)?.(value);
    return wrapped === undefined
      ? context.refuse("not_mergeable", held.desc.name, name)
      : { kind: "value", value: wrapped };
  };
}

function onlyElement(state: MemberState, context: MergeContext): MemberState {
  const [value, ...others] = state.kind === "value" ? elementsOf(state.value) : [];
  return state.kind === "value" && value !== undefined && others.length === 0
    ? { kind: "value", value }
    : context.refuse("not_mergeable", "a list with one element", "another");
}

/** The type of an arm: its message, or "other" for the arm that keeps any other object as text. */
type ArmType = DescMessage | "other" | undefined;

function armTypes({ arms, otherArm }: InlineMapping): ArmType[] {
  return [...arms.map(({ payload }) => payload.desc), ...(otherArm ? (["other"] as const) : [])];
}

interface OpenPart {
  readonly type: ArmType;
  readonly value: unknown;
  /** The name of the arm or message, for errors. */
  readonly name: string;
}

/** Returns a function that takes the payload out of an inline union; any other message stays. */
function openerOf(desc: DescMessage): (value: unknown) => OpenPart {
  const mapping = getMessageMapping(desc);
  if (mapping.kind !== "inline") {
    return (value) => ({ type: desc, value, name: desc.name });
  }
  const { oneof, arms, otherArm } = mapping;
  return (union) => {
    const { case: set, value } = oneofOf(fieldsOf(union), oneof);
    const arm = arms.find(({ field }) => field.localName === set);
    const type = set !== undefined && otherArm?.localName === set ? "other" : arm?.payload.desc;
    return { type, value, name: set ?? "none" };
  };
}

/** Returns how to make a value of a type a message of this type; undefined if it cannot be one. */
function wrapperOf(
  desc: DescMessage,
): (type: ArmType) => ((value: unknown) => unknown) | undefined {
  const mapping = getMessageMapping(desc);
  if (mapping.kind !== "inline") {
    return (type) => (type === desc ? (value) => value : undefined);
  }
  const { oneof, arms, otherArm } = mapping;
  const names = new Map<ArmType, string>();
  for (const { field, payload } of arms) {
    if (!names.has(payload.desc)) {
      names.set(payload.desc, field.localName);
    }
  }
  if (otherArm !== undefined) {
    names.set("other", otherArm.localName);
  }
  return (type) => {
    const name = type === undefined ? undefined : names.get(type);
    return name === undefined ? undefined : (value) => setArm(desc, oneof, name, value);
  };
}

/** Returns a message in which an arm of the oneof is set. */
export function setArm(
  desc: DescMessage,
  { localName }: DescOneof,
  arm: string,
  value: unknown,
): Fields {
  return sealMessage({ ...propertiesOf(blankMessage(desc)), [localName]: sealArm(arm, value) });
}

export function isSameType(said: ValueMapping, held: ValueMapping): boolean {
  switch (said.kind) {
    case "message":
      return held.kind === "message" && held.desc === said.desc;
    case "enum":
      return held.kind === "enum" && held.desc === said.desc;
    case "integer":
      return held.kind === "integer" && held.type === said.type;
    case "list":
      return held.kind === "list" && isSameType(said.element, held.element);
    case "map":
      return held.kind === "map" && isSameType(said.value, held.value);
    default:
      return held.kind === said.kind;
  }
}
