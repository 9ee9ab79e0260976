import { create } from "@bufbuild/protobuf";
import { scalarZeroValue } from "@bufbuild/protobuf/reflect";
import {
  type ArmMapping,
  type Fields,
  type JsonResidue,
  type ObjectMapping,
  oneofOf,
  type UnionMapping,
} from "@stepwire/mapping";
import type { Combine } from "./combine.js";
import type { MergeContext } from "./context.js";
import { freezeDeep } from "./fields.js";
import { ABSENT, type MemberState, residueOf, setNote } from "./member.js";
import { noteOf } from "./residue.js";

/** How an arm of a union of a delta changes the arm of the same tag. */
interface ArmMerge {
  readonly said: ArmMapping;
  readonly held: ArmMapping;
  readonly combine: Combine;
}

/** Merges a union of a delta into that of the message that it changes. */
export type MergeUnion = (
  after: Fields,
  delta: Fields,
  deltaResidue: JsonResidue | undefined,
  context: MergeContext,
) => void;

/** The merging of one union. */
export function compileMergeUnion(
  said: UnionMapping,
  held: UnionMapping,
  heldMapping: ObjectMapping,
  combineArm: (said: ArmMapping, held: ArmMapping) => Combine,
): MergeUnion {
  const arms = new Map<string | undefined, ArmMerge>();
  for (const saidArm of said.arms) {
    const heldArm = held.armByTag.get(saidArm.tagValue);
    if (heldArm === undefined) {
      const path = `${said.oneof.parent.typeName}.${saidArm.field.name}`;
      throw new TypeError(`${path} has no counterpart in ${held.oneof.parent.typeName}`);
    }
    const combine = combineArm(saidArm, heldArm);
    arms.set(saidArm.field.localName, { said: saidArm, held: heldArm, combine });
  }
  return (after, delta, deltaResidue, context) => {
    const arm = arms.get(oneofOf(delta, said.oneof).case);
    const before = oneofOf(after, held.oneof).case;
    const tag = noteOf(deltaResidue, said.tag);
    if (arm === undefined) {
      if (tag?.kind === "text") {
        refuseOther(before, undefined, said.tag, context);
        setNote(after, heldMapping, tag, held.tag);
      }
      return;
    }
    refuseOther(before, arm.held.field.localName, said.tag, context);
    context.path.push(arm.said.name);
    const state = readPayload(arm.said, said, delta, deltaResidue);
    const payload = readPayload(arm.held, held, after, residueOf(after, heldMapping));
    writePayload(arm.held, held, arm.combine(payload, state, context), after, heldMapping);
    context.path.pop();
    const isSet = oneofOf(after, held.oneof).case !== undefined;
    if (tag?.kind === "text") {
      setNote(after, heldMapping, tag, held.tag);
    } else if (isSet && (tag === undefined || before === undefined)) {
      // The delta names the type, or its payload is the first that tells it.
      setNote(after, heldMapping, undefined, held.tag);
    } else if (!isSet && tag === undefined) {
      // The payload is kept as text, so its type is too.
      const text = JSON.stringify(arm.held.tagValue);
      setNote(after, heldMapping, { kind: "text", text }, held.tag);
    }
  };
}

/** A call does not become another kind of call: what it has so far would be lost. */
function refuseOther(
  before: string | undefined,
  said: string | undefined,
  tag: string,
  context: MergeContext,
): void {
  if (before !== undefined && before !== said) {
    context.path.push(tag);
    context.refuse("not_mergeable", before, said ?? "another type");
  }
}

function readPayload(
  { field, name }: ArmMapping,
  union: UnionMapping,
  fields: Fields,
  residue: JsonResidue | undefined,
): MemberState {
  const { case: set, value } = oneofOf(fields, union.oneof);
  const isArm = set === field.localName;
  const note = noteOf(residue, name, field.number);
  if (isArm && (note === undefined || !isZero(value))) {
    return { kind: "value", value };
  }
  return note ?? ABSENT;
}

function writePayload(
  { field, name }: ArmMapping,
  { oneof }: UnionMapping,
  state: MemberState,
  after: Fields,
  mapping: ObjectMapping,
): void {
  if (state.kind === "text") {
    after[oneof.localName] = { case: undefined };
    setNote(after, mapping, state, name, field.number);
    return;
  }
  const value = state.kind === "value" ? state.value : zeroOf(field);
  after[oneof.localName] = freezeDeep({ case: field.localName, value });
  setNote(after, mapping, state.kind === "value" ? undefined : state, name, field.number);
}

function zeroOf(field: ArmMapping["field"]): unknown {
  if (field.message !== undefined) {
    return create(field.message);
  }
  return field.scalar === undefined ? 0 : scalarZeroValue(field.scalar, false);
}

/** Whether a value is the zero of its type; a message: whether nothing in it is set. */
function isZero(value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return !value;
  }
  return Object.entries(value).every(
    ([name, held]) => name === "$typeName" || (name === "case" ? held === undefined : isZero(held)),
  );
}
