import { create } from "@bufbuild/protobuf";
import { scalarZeroValue } from "@bufbuild/protobuf/reflect";
import { parseJsonString } from "@stepwire/json/internal";
import { type ArmMapping, type Fields, oneofOf, type UnionMapping } from "@stepwire/mapping";
import type { Combine } from "./combine.js";
import type { MergeContext } from "./context.js";
import type { Draft } from "./draft.js";
import { type JsonNode, JsonText } from "./json-node.js";
import { sealArm, setArmOf } from "./lazy.js";
import { ABSENT, type MemberState } from "./member.js";
import { isEmpty, isNull } from "./merge-json.js";
import { mistake } from "./mistake.js";
import type { MemberNote, Notes } from "./notes.js";

/** How an arm of a delta's union changes the arm with the same tag. */
interface ArmMerge {
  readonly said: ArmMapping;
  readonly held: ArmMapping;
  readonly combine: Combine;
}

/** Merges a union of a delta into the union of the existing message. */
export type MergeUnion = (draft: Draft, delta: Fields, notes: Notes, context: MergeContext) => void;

/** Compiles the merging of one union. */
export function compileMergeUnion(
  said: UnionMapping,
  held: UnionMapping,
  combineArm: (said: ArmMapping, held: ArmMapping) => Combine,
): MergeUnion {
  const arms = said.arms.map((saidArm): ArmMerge => {
    const heldArm = held.armByTag.get(saidArm.tagValue);
    if (heldArm === undefined || (heldArm.name === undefined) !== (saidArm.name === undefined)) {
      throw mistake(saidArm.field, `no counterpart in ${held.oneof.parent.typeName}`);
    }
    return { said: saidArm, held: heldArm, combine: combineArm(saidArm, heldArm) };
  });
  const groups = groupByMember(arms);
  return (draft, delta, notes, context) => {
    const { case: saidCase } = oneofOf(delta, said.oneof);
    const { case: heldCase } = oneofOf(draft.fields, held.oneof);
    const namesNoArm = notes.get(said.tag)?.kind === "absent";
    const told = arms.find((arm) => arm.said.field.localName === saidCase);
    const group = groups.find((each) => told !== undefined && each.includes(told));
    // Without a tag, the payload is that of the arm that is set already.
    const arm = (group && namesNoArm && findHeld(group, heldCase)) || told;
    const isTold = mergeTag(said, held, arm?.said.field.localName, draft, notes, context);
    for (const each of groups) {
      if (each !== group) {
        const state = noted(notes, each[0].said);
        if (state.kind !== "absent") {
          const target = findHeld(each, heldCase) ?? each[0];
          mergePayload(target, false, state, held, draft, context);
        }
      } else if (arm !== undefined && told !== undefined) {
        const state = readPayload(told.said, said, delta, notes);
        mergePayload(arm, true, state, held, draft, context);
        if (isTold) {
          noteType(arm.held, held, draft);
        }
      }
    }
  };
}

/** Arms with the same member for their payloads. */
type ArmGroup = readonly [ArmMerge, ...ArmMerge[]];

function findHeld(group: ArmGroup, heldCase: string | undefined): ArmMerge | undefined {
  return group.find(({ held }) => held.field.localName === heldCase);
}

/** Groups the arms by the member with their payload; an arm without a payload is alone. */
function groupByMember(arms: readonly ArmMerge[]): readonly ArmGroup[] {
  const groups: [ArmMerge, ...ArmMerge[]][] = [];
  for (const arm of arms) {
    const { name } = arm.said;
    const group = name === undefined ? undefined : groups.find(([{ said }]) => said.name === name);
    if (group === undefined) {
      groups.push([arm]);
    } else {
      group.push(arm);
    }
  }
  return groups;
}

/** Changes the payload of an arm; the arm may be set already or become set. */
export function mergeArm(
  arm: ArmMapping,
  union: UnionMapping,
  combine: Combine,
  said: MemberState,
  draft: Draft,
  context: MergeContext,
): void {
  const { case: set } = oneofOf(draft.fields, union.oneof);
  const tag = tagOf(union, set, draft.notes);
  if (tag !== undefined && tag !== arm.tagValue) {
    context.refuse("not_mergeable", tag.slice(0, 40), arm.tagValue);
  }
  mergePayload({ said: arm, held: arm, combine }, true, said, union, draft, context);
  noteType(arm, union, draft);
}

/**
 * Merges the tag of a delta that has no union, as JSON text. Call it before the payload is merged.
 */
export function mergeTagText(
  union: UnionMapping,
  text: string | undefined,
  draft: Draft,
  context: MergeContext,
): void {
  const node = text === undefined ? undefined : new JsonText(text);
  if (node === undefined || saysNothing(node)) {
    return;
  }
  const said = parseJsonString(node.text) ?? node.text;
  const { case: set } = oneofOf(draft.fields, union.oneof);
  const held = tagOf(union, set, draft.notes);
  if (held === undefined) {
    context.grow(node.size);
    draft.note({ kind: "text", node }, union.tag);
  } else if (held !== said) {
    context.path.push(union.tag);
    context.refuse("not_mergeable", held.slice(0, 40), said.slice(0, 40));
  }
}

/**
 * Merges a tag that has no arm. Returns whether the tag has to be written because of the delta's
 * arm: the delta names its type, or its payload is the first to determine the type.
 */
function mergeTag(
  said: UnionMapping,
  held: UnionMapping,
  saidCase: string | undefined,
  draft: Draft,
  notes: Notes,
  context: MergeContext,
): boolean {
  const { case: heldCase } = oneofOf(draft.fields, held.oneof);
  const [before, after] = [tagOf(held, heldCase, draft.notes), tagOf(said, saidCase, notes)];
  context.path.push(said.tag);
  if (before !== undefined && after !== undefined && before !== after) {
    // Changing the type of a call would lose what was accumulated for it.
    context.refuse("not_mergeable", before.slice(0, 40), after.slice(0, 40));
  }
  context.path.pop();
  const note = notes.get(said.tag);
  const isText = note?.kind === "text";
  if (isText && before === undefined && (saidCase === undefined || !saysNothing(note.node))) {
    // The type has no arm. A null or empty tag does not replace an existing one.
    if (after !== undefined || (draft.notes.get(held.tag)?.kind ?? "absent") === "absent") {
      context.grow(note.node.size);
      draft.note(note, held.tag);
    }
    return false;
  }
  return saidCase !== undefined && (note === undefined || before === undefined);
}

/**
 * Notes the type of a payload. If the arm is set, the tag follows from it; if the payload is kept
 * as text, the tag is kept as text too.
 */
function noteType(
  { field, tagValue }: ArmMapping,
  { oneof, tag }: UnionMapping,
  draft: Draft,
): void {
  const isSet = oneofOf(draft.fields, oneof).case === field.localName;
  const text = JSON.stringify(tagValue);
  draft.note(isSet ? undefined : { kind: "text", node: new JsonText(text) }, tag);
}

/** Returns the tag; undefined if it is absent, null or empty. */
function tagOf(
  { arms, tag }: UnionMapping,
  armCase: string | undefined,
  notes: Notes,
): string | undefined {
  const arm = arms.find(({ field }) => field.localName === armCase);
  if (arm !== undefined) {
    return arm.tagValue;
  }
  const note = notes.get(tag);
  if (note?.kind !== "text" || saysNothing(note.node)) {
    return undefined;
  }
  const { text } = note.node;
  return parseJsonString(text) ?? text;
}

/** Returns whether a tag is null or empty. */
function saysNothing(node: JsonNode): boolean {
  return isNull(node) || isEmpty(node);
}

function mergePayload(
  { held: arm, combine }: ArmMerge,
  isSaid: boolean,
  said: MemberState,
  union: UnionMapping,
  draft: Draft,
  context: MergeContext,
): void {
  const { field, name } = arm;
  const { case: heldCase } = oneofOf(draft.fields, union.oneof);
  const isHeld = heldCase === field.localName;
  if (name === undefined) {
    if (heldCase === undefined) {
      setArm(arm, zeroOf(field), union, draft);
    }
    return;
  }
  const before = isHeld
    ? readPayload(arm, union, draft.fields, draft.notes)
    : noted(draft.notes, arm);
  context.path.push(name);
  const after = combine(before, said, context);
  context.path.pop();
  if (after === before && (isHeld || !isSaid)) {
    return;
  }
  if (after.kind === "text") {
    if (isHeld) {
      unset(arm, union, draft);
    }
    draft.note(after, name, field.number);
  } else if (isHeld || (isSaid && heldCase === undefined)) {
    const value = after.kind === "value" ? after.value : zeroOf(field);
    setArm(arm, value, union, draft);
    draft.note(after.kind === "value" ? undefined : after, name, field.number);
  } else if (after.kind === "null") {
    // Another arm is set, so null is noted as text.
    draft.note({ kind: "text", node: new JsonText("null") }, name);
  }
}

/** Sets an arm. If it was not set and its tag was noted as text, the note is removed. */
function setArm(
  { field, tagValue }: ArmMapping,
  value: unknown,
  union: UnionMapping,
  draft: Draft,
) {
  const { case: heldCase } = oneofOf(draft.fields, union.oneof);
  if (heldCase !== field.localName && tagOf(union, undefined, draft.notes) === tagValue) {
    draft.note(undefined, union.tag);
  }
  draft.fields[union.oneof.localName] = sealArm(field.localName, value);
}

/** Unsets an arm whose payload is noted as text; its tag is then noted as text too. */
function unset({ tagValue }: ArmMapping, { oneof, tag }: UnionMapping, draft: Draft): void {
  draft.fields[oneof.localName] = Object.freeze({ case: undefined });
  if (draft.notes.get(tag) === undefined) {
    draft.note({ kind: "text", node: new JsonText(JSON.stringify(tagValue)) }, tag);
  }
}

/** Returns the note about the payload of an arm that is not set. */
function noted(notes: Notes, { name }: ArmMapping): MemberNote {
  const note = name === undefined ? undefined : notes.get(name);
  if (note?.kind !== "text") {
    return ABSENT_NOTE;
  }
  return isNull(note.node) ? NULL_NOTE : note;
}

const ABSENT_NOTE: MemberNote = { kind: "absent" };
const NULL_NOTE: MemberNote = { kind: "null" };

function readPayload(
  { field, name }: ArmMapping,
  union: UnionMapping,
  fields: Fields,
  notes: Notes,
): MemberState {
  const { case: set, value } = setArmOf(fields, union.oneof);
  const isArm = set === field.localName;
  const note = name === undefined ? undefined : notes.get(name, field.number);
  if (isArm && (note === undefined || !isZero(value))) {
    return { kind: "value", value };
  }
  return note ?? ABSENT;
}

function zeroOf(field: ArmMapping["field"]): unknown {
  if (field.message !== undefined) {
    return create(field.message);
  }
  return field.scalar === undefined ? 0 : scalarZeroValue(field.scalar, false);
}

/**
 * Returns whether a value is the zero of its type; for a message, whether none of its fields is
 * set.
 */
function isZero(value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return !value;
  }
  return Object.entries(value).every(
    ([name, held]) => name === "$typeName" || (name === "case" ? held === undefined : isZero(held)),
  );
}
