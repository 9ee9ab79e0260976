import { type DescMessage, getOption } from "@bufbuild/protobuf";
import {
  type ArrayMapping,
  type FieldMember,
  type Fields,
  fieldsOf,
  getMessageMapping,
  type MemberMapping,
  type ObjectMapping,
  type SingularMapping,
  type ValueMapping,
} from "@stepwire/mapping";
import { Merge, merge as mergeOption } from "../gen/stepwire/v1/merge_pb.js";
import { blankMessage } from "./blank.js";
import {
  type Combine,
  combineByType,
  combineLists,
  combineMaps,
  combineMessages,
  combineTexts,
  concatenate,
  type MergeMessage,
  replace,
  replaceCollection,
} from "./combine.js";
import type { MergeContext } from "./context.js";
import { CONTAINER_SIZE, elementsOf } from "./fields.js";
import { readMember, residueOf, setNote, writeMember } from "./member.js";
import { compileMergeByIndex, isIndex } from "./merge-list.js";
import { compileMergeUnion, type MergeUnion } from "./merge-union.js";
import { noteOf } from "./residue.js";

const cache = new WeakMap<DescMessage, WeakMap<DescMessage, MergeMessage>>();

/**
 * The merging of one message type into another, member by member: `said` is what
 * a delta has, `held` is what it changes. Members are paired by name. Compiled
 * from the descriptors on first use.
 *
 * @throws {TypeError} if something of the delta has no counterpart.
 */
export function compileMerge(said: DescMessage, held: DescMessage): MergeMessage {
  let merges = cache.get(said);
  if (merges === undefined) {
    merges = new WeakMap();
    cache.set(said, merges);
  }
  let merge = merges.get(held);
  if (merge === undefined) {
    merge = compile(getMessageMapping(said), getMessageMapping(held));
    merges.set(held, merge);
  }
  return merge;
}

/** Compiled when it is first needed, because message types may contain themselves. */
function lazyMerge(said: DescMessage, held: DescMessage): MergeMessage {
  let merge: MergeMessage | undefined;
  return (before, value, context) => {
    merge ??= compileMerge(said, held);
    return merge(before, value, context);
  };
}

function compile(
  said: ReturnType<typeof getMessageMapping>,
  held: ReturnType<typeof getMessageMapping>,
): MergeMessage {
  if (said.kind === "object" && held.kind === "object") {
    return compileObjects(said, held);
  }
  if (said.kind === "array" && held.kind === "array") {
    return compileArrays(said, held);
  }
  throw new TypeError(`${said.desc.typeName} cannot be merged into ${held.desc.typeName}`);
}

function compileArrays(said: ArrayMapping, held: ArrayMapping): MergeMessage {
  const saidValue: ValueMapping = { kind: "list", element: said.element };
  const heldValue: ValueMapping = { kind: "list", element: held.element };
  const combine = compileCombine(saidValue, heldValue, Merge.UNSPECIFIED, said.field.toString());
  return (before, delta, context) => {
    const value = elementsOf(fieldsOf(delta)[said.field.localName]);
    const list = elementsOf(before?.[held.field.localName]);
    const state = combine({ kind: "value", value: list }, { kind: "value", value }, context);
    const after = { ...(before ?? blankMessage(held.desc)) };
    after[held.field.localName] = state.kind === "value" ? state.value : list;
    return Object.freeze(after);
  };
}

/** How one member of a delta changes the member of the same name. */
interface MemberMerge {
  readonly said: FieldMember;
  readonly held: FieldMember;
  readonly combine: Combine;
}

function compileObjects(said: ObjectMapping, held: ObjectMapping): MergeMessage {
  const members = said.members.flatMap((member) =>
    member.kind === "field" && !isIndex(member) ? [compileMember(member, held)] : [],
  );
  const unions = said.unions.map((union) => compileUnion(union.tag, said, held));
  const mergeKept = compileKept(said, held);
  return (before, value, context) => {
    const delta = fieldsOf(value);
    const deltaResidue = residueOf(delta, said);
    if (before === undefined) {
      context.grow(CONTAINER_SIZE);
    }
    // A copy of its own properties is a copy of the message: those of proto3 have
    // no others.
    const after = { ...(before ?? blankMessage(held.desc)) };
    for (const { said: member, held: target, combine } of members) {
      const state = readMember(member, delta, deltaResidue);
      if (state.kind !== "absent") {
        mergeMember(target, state, combine, after, held, context);
      }
    }
    for (const mergeUnion of unions) {
      mergeUnion(after, delta, deltaResidue, context);
    }
    if (deltaResidue !== undefined) {
      mergeKept(after, delta, context);
    }
    return Object.freeze(after);
  };
}

function mergeMember(
  target: FieldMember,
  said: Parameters<Combine>[1],
  combine: Combine,
  after: Fields,
  held: ObjectMapping,
  context: MergeContext,
): void {
  const before = readMember(target, after, residueOf(after, held));
  context.path.push(target.name);
  const state = combine(before, said, context);
  context.path.pop();
  if (state !== before) {
    writeMember(target, state, after, held);
  }
}

function compileMember(member: FieldMember, held: ObjectMapping): MemberMerge {
  const { field } = member;
  const path = `${field.parent.typeName}.${field.name}`;
  const target = held.memberByName.get(member.name);
  if (target?.kind !== "field") {
    throw new TypeError(`${path} has no counterpart in ${held.desc.typeName}`);
  }
  const option = getOption(field, mergeOption);
  const combine = compileCombine(member.value, target.value, option, path);
  return { said: member, held: target, combine };
}

function compileUnion(tag: string, said: ObjectMapping, held: ObjectMapping): MergeUnion {
  const union = said.unions.find((each) => each.tag === tag);
  const target = held.unions.find((each) => each.tag === tag);
  if (union === undefined || target === undefined) {
    throw new TypeError(`the union "${tag}" of ${said.desc.typeName} has no counterpart`);
  }
  return compileMergeUnion(union, target, held, (saidArm, heldArm) => {
    const path = `${said.desc.typeName}.${saidArm.field.name}`;
    const option = getOption(saidArm.field, mergeOption);
    return compileCombine(saidArm.value, heldArm.value, option, path);
  });
}

function compileCombine(
  said: ValueMapping,
  held: ValueMapping,
  option: Merge,
  path: string,
): Combine {
  if (option === Merge.CONCATENATE) {
    if (said.kind !== "string" || held.kind !== "string") {
      throw new TypeError(`${path} is no string, which MERGE_CONCATENATE needs`);
    }
    return concatenate;
  }
  if (said.kind === "list" && held.kind === "list") {
    return compileList(said.element, held.element, path);
  }
  if (said.kind === "message" && held.kind === "message") {
    return combineMessages(lazyMerge(said.desc, held.desc));
  }
  if (said.kind !== held.kind) {
    throw new TypeError(`${path} has another type than what it changes`);
  }
  return said.kind === "map" ? combineMaps : replace;
}

function compileList(said: SingularMapping, held: SingularMapping, path: string): Combine {
  if (said.kind === "message" && held.kind === "message") {
    const mergeElement = lazyMerge(said.desc, held.desc);
    const merge = compileMergeByIndex(said.desc, held.desc, mergeElement);
    if (merge !== undefined) {
      return combineLists(merge);
    }
    if (said.desc === held.desc) {
      return replaceCollection;
    }
  } else if (said.kind === held.kind) {
    return replaceCollection;
  }
  throw new TypeError(`${path} has elements of another type than what it changes, and no index`);
}

/** Merges what a delta keeps as text and has no field for. */
function compileKept(
  said: ObjectMapping,
  held: ObjectMapping,
): (after: Fields, delta: Fields, context: MergeContext) => void {
  const merged = new Set(
    said.members.filter(({ kind }) => kind === "field" || kind === "tag").map(({ name }) => name),
  );
  return (after, delta, context) => {
    const residue = residueOf(delta, said);
    for (const name of Object.keys(residue?.members ?? {})) {
      const note = noteOf(residue, name);
      if (merged.has(name) || note?.kind !== "text") {
        continue;
      }
      const target: MemberMapping | undefined = held.memberByName.get(name);
      if (target?.kind === "field") {
        mergeMember(target, note, compileKeptCombine(target), after, held, context);
        continue;
      }
      context.path.push(name);
      const before = noteOf(residueOf(after, held), name) ?? { kind: "absent" };
      const state = combineTexts(before, note, context);
      context.path.pop();
      if (state !== before && state.kind === "text") {
        setNote(after, held, state, name);
      }
    }
  };
}

function compileKeptCombine({ value }: FieldMember): Combine {
  return value.kind === "message" ? combineTexts : combineByType(value);
}
