import { create, type DescField, getOption } from "@bufbuild/protobuf";
import {
  type ByKindMapping,
  type Fields,
  fieldsOf,
  getMessageMapping,
  type KindArm,
  oneofOf,
} from "@stepwire/mapping";
import {
  Merge,
  merge_into as mergeIntoOption,
  merge as mergeOption,
} from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { type Combine, combineMember, combineTexts, replace } from "./combine.js";
import type { MergeContext } from "./context.js";
import { CONTAINER_SIZE, freezeDeep } from "./fields.js";
import { halfStringOf } from "./half-string.js";
import { sealArm, sealMessage, setArmOf } from "./lazy.js";
import { ABSENT, isEmptyText, isThere, type MemberState } from "./member.js";
import { mistake } from "./mistake.js";

/** Compiles how the payload of a delta's arm changes the payload of an existing arm. */
type CombineArm = (said: KindArm, held: KindArm) => Combine;

/** Two arms for values of one JSON type, and how the payload of the one changes the other's. */
interface ArmPair {
  readonly said: KindArm;
  readonly held: KindArm;
  readonly combine: Combine;
}

/**
 * Compiles how a union by kind changes another one. A payload is merged into a payload of the same
 * JSON type. A payload of another JSON type is refused, unless one is a string and the other a list
 * that can hold it. If the arms of the delta have no options, every payload is replaced.
 *
 * @throws {MappingError} if an arm of the delta has no counterpart, or its options are wrong.
 */
export function compileMergeByKind(
  said: ByKindMapping,
  held: ByKindMapping,
  combineArm: CombineArm,
): Combine {
  const hasOptions = said.arms.some(({ field }) => isMerged(field));
  if (!hasOptions && said.desc === held.desc) {
    return replace;
  }
  const pairs = new Map(
    said.arms.map((arm): [string, ArmPair] => {
      const target = held.arms.find(
        ({ jsonKind, value }) => jsonKind === arm.jsonKind && value.kind === arm.value.kind,
      );
      if (target === undefined) {
        throw mistake(arm.field, `no counterpart in ${held.desc.typeName}`);
      }
      return [arm.field.localName, { said: arm, held: target, combine: combineArm(arm, target) }];
    }),
  );
  const text = [...pairs.values()].find(({ said: { value } }) => value.kind === "string");
  const list = [...pairs.values()].find(({ said: { jsonKind } }) => jsonKind === "array");
  const join = text && list && pairs.size === 2 ? compileJoin(text, list, held) : undefined;
  return combineMember((before, delta, context) => {
    const saidPair = pairOf(delta, said, pairs, text);
    const heldArm = armOf(before, held, text?.held);
    if (saidPair === undefined) {
      return replaceByUnheld(before, delta, payloadOf(before, held), heldArm, context);
    }
    const [old, payload] = [payloadOf(before, held), payloadOf(delta, said)];
    if (heldArm === saidPair.held || !isThere(old) || (heldArm !== undefined && isEmptyText(old))) {
      if (heldArm === undefined) {
        context.grow(CONTAINER_SIZE);
      }
      const same = heldArm === saidPair.held ? old : ABSENT;
      const after = saidPair.combine(same, payload, context);
      return after === old ? before : wrap(saidPair, after, held);
    }
    if (isNothing(payload, saidPair.said)) {
      return before;
    }
    const joined = heldArm && join?.(old, payload, saidPair, context);
    const expected = heldArm?.jsonKind ?? UNHELD;
    return joined ?? context.refuse("not_mergeable", expected, saidPair.said.jsonKind);
  });
}

/** JSON that is kept as text, or in the arm for any other value. */
const UNHELD = "JSON that no arm merges";

/** Changes a union by JSON that no arm merges. It does not replace the payload of an arm. */
function replaceByUnheld(
  before: MemberState,
  delta: MemberState,
  old: MemberState,
  heldArm: KindArm | undefined,
  context: MergeContext,
): MemberState {
  if (heldArm !== undefined && !isNothing(old, heldArm)) {
    context.refuse("not_mergeable", heldArm.jsonKind, UNHELD);
  }
  const isText = before.kind === "text" && delta.kind === "text";
  return (isText ? combineTexts : replace)(before, delta, context);
}

/** Returns whether the payload of an arm is merged instead of replaced. */
export function isMerged(field: DescField): boolean {
  if (getOption(field, mergeOption) !== Merge.UNSPECIFIED || getOption(field, mergeIntoOption)) {
    return true;
  }
  const mapping = field.message && getMessageMapping(field.message);
  return mapping?.kind === "array" && getOption(mapping.field, mergeOption) !== Merge.UNSPECIFIED;
}

/** Merges a text and a list, of which one is the payload before and the other that of the delta. */
type Join = (
  before: MemberState,
  delta: MemberState,
  saidPair: ArmPair,
  context: MergeContext,
) => MemberState;

function compileJoin(text: ArmPair, list: ArmPair, held: ByKindMapping): Join | undefined {
  const enlist = compileEnlist(text, list, held);
  return (
    enlist &&
    ((before, delta, saidPair, context) => {
      const [old, more] = saidPair === text ? [before, enlist(delta)] : [enlist(before), delta];
      return wrap(list, list.combine(old, more, context), held);
    })
  );
}

/**
 * Compiles making a list of a string: its one element has the string in the arm that `merge_into`
 * names. Returns undefined if the string's arm does not have this option.
 */
function compileEnlist(
  text: ArmPair,
  list: ArmPair,
  { desc }: ByKindMapping,
): ((text: MemberState) => MemberState) | undefined {
  const name = getOption(text.said.field, mergeIntoOption);
  if (name === "") {
    return undefined;
  }
  const array = list.held.field.message && getMessageMapping(list.held.field.message);
  const element = array?.kind === "array" ? array.element : undefined;
  const object = element?.kind === "message" ? element.message : undefined;
  const arm = element?.kind === "message" && element.desc.fields.find((each) => each.name === name);
  if (
    array?.kind !== "array" ||
    object?.kind !== "object" ||
    !arm ||
    arm.oneof === undefined ||
    arm.scalar === undefined
  ) {
    throw mistake(text.said.field, `\`merge_into\` "${name}" is no string arm in ${desc.typeName}`);
  }
  const { oneof } = arm;
  return (state) => {
    if (state.kind !== "value") {
      return state;
    }
    const part = fieldsOf(create(object.desc));
    part[oneof.localName] = { case: arm.localName, value: state.value };
    const value = fieldsOf(create(array.desc));
    value[array.field.localName] = [part];
    return { kind: "value", value: freezeDeep(value) };
  };
}

/** Returns a message with the payload; a payload that no arm can hold stays JSON text. */
function wrap(pair: ArmPair, payload: MemberState, { desc, oneof }: ByKindMapping): MemberState {
  if (payload.kind !== "value") {
    return payload;
  }
  const value: Fields = fieldsOf(create(desc));
  value[oneof.localName] = sealArm(pair.held.field.localName, payload.value);
  return { kind: "value", value: sealMessage(value) };
}

/** Returns the state of a union's payload, as if it were the member itself. */
function payloadOf(state: MemberState, { oneof }: ByKindMapping): MemberState {
  if (state.kind !== "value") {
    return state;
  }
  const { value } = setArmOf(fieldsOf(state.value), oneof);
  return value === undefined ? { kind: "absent" } : { kind: "value", value };
}

function pairOf(
  state: MemberState,
  { oneof }: ByKindMapping,
  pairs: ReadonlyMap<string, ArmPair>,
  text: ArmPair | undefined,
): ArmPair | undefined {
  if (state.kind === "value") {
    return pairs.get(oneofOf(fieldsOf(state.value), oneof).case ?? "");
  }
  return isString(state) ? text : undefined;
}

function armOf(
  state: MemberState,
  { oneof, arms }: ByKindMapping,
  text: KindArm | undefined,
): KindArm | undefined {
  if (state.kind === "value") {
    const { case: set } = oneofOf(fieldsOf(state.value), oneof);
    return arms.find(({ field }) => field.localName === set);
  }
  return isString(state) ? text : undefined;
}

/** Returns whether a payload is an empty string or list, which changes none of another JSON type. */
function isNothing(payload: MemberState, { value }: KindArm): boolean {
  if (payload.kind === "value" && value.kind === "message" && value.message.kind === "array") {
    const list = fieldsOf(payload.value)[value.message.field.localName];
    return Array.isArray(list) && list.length === 0;
  }
  return isEmptyText(payload);
}

/** Returns whether a member is kept as the JSON text of a string, because of a lone surrogate. */
function isString(state: MemberState): boolean {
  return state.kind === "text" && halfStringOf(state.node) !== undefined;
}
