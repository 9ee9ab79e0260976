import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import {
  type ArrayMapping,
  type FieldMember,
  fieldsOf,
  getMessageMapping,
  type MemberMapping,
  type ObjectMapping,
  type SingularMapping,
  type ValueMapping,
} from "@stepwire/mapping";
import {
  Merge,
  merge_into as mergeIntoOption,
  merge as mergeOption,
} from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { blankMessage } from "./blank.js";
import {
  type Combine,
  combineByType,
  combineLists,
  combineMaps,
  combineMessages,
  combineTexts,
  combineUnknown,
  concatenate,
  concatenateBytes,
  identify,
  type MergeMessage,
  refuseIdentity,
  replace,
  replaceByNonzero,
  replaceCollection,
} from "./combine.js";
import type { MergeContext } from "./context.js";
import { Draft } from "./draft.js";
import { CONTAINER_SIZE, elementsOf } from "./fields.js";
import { identityOf } from "./identity.js";
import { memberSize } from "./json-node.js";
import { propertiesOf, sealMessage } from "./lazy.js";
import { ABSENT, type MemberState, NULL, readMember, writeMember } from "./member.js";
import { compileMergeByKind } from "./merge-by-kind.js";
import { isNull } from "./merge-json.js";
import { appendElements, compileContinue, compileMergeByIndex, isIndex } from "./merge-list.js";
import { compileMergeUnion, type MergeUnion, mergeArm, mergeTagText } from "./merge-union.js";
import { mistake } from "./mistake.js";
import { type Notes, notesOf } from "./notes.js";

const cache = new WeakMap<DescMessage, WeakMap<DescMessage, MergeMessage>>();

/**
 * Compiles the merging of one message type into another, member by member: `said` is the delta's
 * message, `held` the message that it changes. Members are matched by name. Nested message types
 * are compiled too. The result is cached.
 *
 * @throws {MappingError} if something in the delta's message has no counterpart.
 */
export function compileMerge(said: DescMessage, held: DescMessage): MergeMessage {
  let merges = cache.get(said);
  if (merges === undefined) {
    merges = new WeakMap();
    cache.set(said, merges);
  }
  const known = merges.get(held);
  if (known !== undefined) {
    return known;
  }
  let merge: MergeMessage | undefined;
  // Cached before it is compiled, because message types may contain themselves.
  merges.set(held, (before, value, context) => {
    merge ??= compile(getMessageMapping(said), getMessageMapping(held));
    return merge(before, value, context);
  });
  try {
    merge = compile(getMessageMapping(said), getMessageMapping(held));
    merges.set(held, merge);
    return merge;
  } catch (reason) {
    merges.delete(held);
    throw reason;
  }
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
  throw mistake(said.desc, `cannot be merged into ${held.desc.typeName}`);
}

function compileArrays(said: ArrayMapping, held: ArrayMapping): MergeMessage {
  const saidValue: ValueMapping = { kind: "list", element: said.element };
  const heldValue: ValueMapping = { kind: "list", element: held.element };
  const combine = compileCombine(saidValue, heldValue, said.field);
  return (before, delta, context) => {
    const value = elementsOf(fieldsOf(delta)[said.field.localName]);
    const old = before ?? blankMessage(held.desc);
    const properties = propertiesOf(old);
    const list = properties[held.field.localName];
    const state = combine({ kind: "value", value: list }, { kind: "value", value }, context);
    if (state.kind !== "value" || state.value === list) {
      return old;
    }
    return sealMessage({ ...properties, [held.field.localName]: state.value });
  };
}

/** Merges one member of a delta. */
interface MemberMerge {
  readonly said: FieldMember;
  readonly merge: (draft: Draft, said: MemberState, context: MergeContext) => void;
}

function compileObjects(said: ObjectMapping, held: ObjectMapping): MergeMessage {
  const identity = identityOf(held.desc);
  const members = said.members.flatMap((member) =>
    member.kind === "field" && changesMember(member, held)
      ? [compileMember(member, held, identity)]
      : [],
  );
  const unions = said.unions.map((union) => compileUnion(union.tag, said, held));
  const setConstants = compileConstants(said, held);
  const mergeKept = compileKept(said, held, identity);
  return (before, value, context) => {
    const delta = fieldsOf(value);
    const notes = notesOf(delta, said);
    if (before === undefined) {
      context.grow(CONTAINER_SIZE);
    }
    const draft = new Draft(before ?? blankMessage(held.desc), held);
    for (const { said: member, merge } of members) {
      const state = readMember(member, delta, notes);
      if (state.kind !== "absent") {
        merge(draft, state, context);
      }
    }
    for (const mergeUnion of unions) {
      mergeUnion(draft, delta, notes, context);
    }
    setConstants(draft, notes);
    mergeKept(draft, notes, context);
    return draft.seal();
  };
}

function mergeMember(
  target: FieldMember,
  said: Parameters<Combine>[1],
  combine: Combine,
  draft: Draft,
  context: MergeContext,
): void {
  const before = readMember(target, draft.fields, draft.notes);
  context.path.push(target.name);
  const state = combine(before, said, context);
  context.path.pop();
  if (state !== before) {
    writeMember(target, state, draft);
  }
}

/**
 * Returns whether a member changes the element. False for one that describes the event, and for an
 * index that the list's elements do not have.
 */
function changesMember(member: FieldMember, held: ObjectMapping): boolean {
  if (getOption(member.field, mergeOption) === Merge.NONE) {
    return false;
  }
  return !isIndex(member) || held.memberByName.has(member.name);
}

function compileMember(
  member: FieldMember,
  held: ObjectMapping,
  identity: ReadonlySet<string>,
): MemberMerge {
  return { said: member, merge: compileTarget(member, held, identity) };
}

function compileTarget(
  { field, value, name: ownName }: FieldMember,
  held: ObjectMapping,
  identity: ReadonlySet<string>,
): MemberMerge["merge"] {
  const name = getOption(field, mergeIntoOption) || ownName;
  const target = held.memberByName.get(name);
  if (target?.kind === "field") {
    const combine = identity.has(target.name)
      ? refuseIdentity
      : compileCombine(value, target.value, field);
    return (draft, said, context) => mergeMember(target, said, combine, draft, context);
  }
  const arm = target?.kind === "payload" ? target.arms[0] : undefined;
  if (target?.kind === "payload" && target.union.shape === "tagged" && arm !== undefined) {
    const { union } = target;
    const combine = compileCombine(value, arm.value, field);
    return (draft, said, context) => {
      if (said.kind !== "null") {
        mergeArm(arm, union, combine, said, draft, context);
      }
    };
  }
  if (target?.kind === "tag" && (value.kind === "enum" || value.kind === "string")) {
    return (draft, said, context) =>
      mergeTagText(target.union, textOf(said, value), draft, context);
  }
  throw mistake(field, `no counterpart "${name}" in ${held.desc.typeName}`);
}

/** Returns the JSON text of a string; undefined for null. */
function textOf(state: MemberState, value: ValueMapping): string | undefined {
  if (state.kind === "text") {
    return state.node.text;
  }
  if (state.kind !== "value") {
    return undefined;
  }
  const text = value.kind === "enum" ? value.stringByNumber.get(Number(state.value)) : state.value;
  return JSON.stringify(text);
}

function compileUnion(tag: string, said: ObjectMapping, held: ObjectMapping): MergeUnion {
  const union = said.unions.find((each) => each.tag === tag);
  const target = held.unions.find((each) => each.tag === tag);
  if (union === undefined || target === undefined) {
    throw mistake(said.desc, `the union "${tag}" has no counterpart in ${held.desc.typeName}`);
  }
  return compileMergeUnion(union, target, (saidArm, heldArm) =>
    compileCombine(saidArm.value, heldArm.value, saidArm.field),
  );
}

/**
 * Compiles how the value of a delta's field changes the value of a member.
 *
 * @throws {MappingError} if the types do not fit.
 */
export function compileCombine(
  said: ValueMapping,
  held: ValueMapping,
  field: DescField,
  option: Merge = getOption(field, mergeOption),
): Combine {
  const combine = compileScalarOption(said, held, field, option);
  if (combine !== undefined) {
    return combine;
  }
  if (said.kind === "list" && held.kind === "list") {
    return compileList(said.element, held.element, field, option);
  }
  if (option === Merge.APPEND || option === Merge.CONTINUE) {
    throw mistake(field, "MERGE_APPEND and MERGE_CONTINUE are only for a list that changes a list");
  }
  if (said.kind === "message" && held.kind === "message") {
    if (said.desc === held.desc && said.message.kind === "inline") {
      // Deltas that have one have all of it.
      return replace;
    }
    if (said.message.kind === "byKind" && held.message.kind === "byKind") {
      return compileMergeByKind(said.message, held.message, (saidArm, heldArm) =>
        compileCombine(saidArm.value, heldArm.value, saidArm.field),
      );
    }
    return combineMessages(compileMerge(said.desc, held.desc));
  }
  if (said.kind !== held.kind) {
    throw mistake(field, "the value has another type than what it changes");
  }
  return said.kind === "map" ? combineMaps : replace;
}

/** Compiles an option that is only for strings, bytes or integers; returns undefined for any other. */
function compileScalarOption(
  said: ValueMapping,
  held: ValueMapping,
  field: DescField,
  option: Merge,
): Combine | undefined {
  if (option === Merge.CONCATENATE) {
    if (said.kind !== held.kind || (said.kind !== "string" && said.kind !== "bytes")) {
      throw mistake(
        field,
        "MERGE_CONCATENATE is only for a string that changes a string, or bytes that change bytes",
      );
    }
    return said.kind === "string" ? concatenate : concatenateBytes;
  }
  if (option === Merge.IDENTIFIER) {
    return identify;
  }
  if (option === Merge.NONZERO) {
    if (said.kind !== "integer" || held.kind !== "integer") {
      throw mistake(field, "MERGE_NONZERO is only for an integer that changes an integer");
    }
    return replaceByNonzero;
  }
  return undefined;
}

function compileList(
  said: SingularMapping,
  held: SingularMapping,
  field: DescField,
  option: Merge,
): Combine {
  if (option === Merge.APPEND || option === Merge.CONTINUE) {
    const isSame =
      said.kind === "message"
        ? held.kind === "message" && said.desc === held.desc
        : said.kind === held.kind;
    if (!isSame) {
      throw mistake(field, "elements that are appended have the same type as those of the list");
    }
    if (option === Merge.APPEND) {
      return combineLists(appendElements);
    }
    if (said.kind !== "message") {
      throw mistake(field, "MERGE_CONTINUE is only for a list of messages");
    }
    return combineLists(compileContinue(said.desc, field, compileMerge));
  }
  if (said.kind === "message" && held.kind === "message") {
    const merge = compileMergeByIndex(said.desc, held.desc, compileMerge);
    if (merge !== undefined) {
      return combineLists(merge);
    }
    if (said.desc === held.desc) {
      return replaceCollection;
    }
  } else if (said.kind === held.kind) {
    return replaceCollection;
  }
  throw mistake(field, "elements of another type than what they change need MERGE_INDEX");
}

/** Compiles the merging of members that a delta keeps as text because it has no field for them. */
function compileKept(
  said: ObjectMapping,
  held: ObjectMapping,
  identity: ReadonlySet<string>,
): (draft: Draft, notes: Notes, context: MergeContext) => void {
  const own = ownConstants(said, held);
  const merged = new Set(
    said.members.filter(({ kind, name }) => kind !== "constant" || own.has(name)).map(nameOf),
  );
  const targets = new Map(
    held.members.flatMap((target): [string, KeptMerge][] =>
      merged.has(target.name) ? [] : [[target.name, compileKeptMerge(target, identity)]],
    ),
  );
  return (draft, notes, context) => {
    for (const name of notes.memberNames()) {
      const note = notes.get(name);
      if (note?.kind === "text" && !merged.has(name)) {
        (targets.get(name) ?? mergeUnknown)(name, note, draft, context);
      }
    }
  };
}

/** Compiles setting the constants that an object lacks, if a delta has constants of these names. */
function compileConstants(
  said: ObjectMapping,
  held: ObjectMapping,
): (draft: Draft, notes: Notes) => void {
  const own = ownConstants(said, held);
  const names = said.members.flatMap(({ kind, name }) =>
    kind === "constant" && held.memberByName.get(name)?.kind === "constant" ? [name] : [],
  );
  return (draft, notes) => {
    for (const name of names) {
      const note = notes.get(name);
      const isSaid = note === undefined || (note.kind !== "absent" && own.has(name));
      if (isSaid && draft.notes.get(name)?.kind === "absent") {
        draft.note(undefined, name);
      }
    }
  };
}

/**
 * Returns the names of constants that a delta and its object both have, with different values. They
 * say what kind of object the delta is, so a delta that has one, with whatever value, says nothing
 * about the object.
 */
function ownConstants(said: ObjectMapping, held: ObjectMapping): ReadonlySet<string> {
  return new Set(
    said.members.flatMap((member) => {
      const target = held.memberByName.get(member.name);
      const isOwn =
        member.kind === "constant" && target?.kind === "constant" && member.value !== target.value;
      return isOwn ? [member.name] : [];
    }),
  );
}

/** Merges a member that a delta keeps as text. */
type KeptMerge = (name: string, said: MemberState, draft: Draft, context: MergeContext) => void;

const mergeUnknown: KeptMerge = (name, said, draft, context) => {
  const before = draft.notes.get(name) ?? ABSENT;
  context.path.push(name);
  if (before.kind === "absent") {
    context.requireMembers(draft.notes.memberCount + 1);
    context.grow(memberSize(name));
  }
  const state = combineUnknown(before, said, context);
  context.path.pop();
  if (state !== before && state.kind === "text") {
    draft.note(state, name);
  }
};

function compileKeptMerge(target: MemberMapping, identity: ReadonlySet<string>): KeptMerge {
  if (target.kind === "field") {
    const combine = identity.has(target.name) ? refuseIdentity : compileKeptCombine(target);
    return (_, said, draft, context) => {
      const state = said.kind === "text" && isNull(said.node) ? NULL : said;
      mergeMember(target, state, combine, draft, context);
    };
  }
  // Constants identify the kind of object and must not change. A union that deltas do not have
  // cannot be merged.
  return (name, said, _, context) => {
    context.path.push(name);
    if (said.kind !== "text" || !isNull(said.node)) {
      refuseIdentity(ABSENT, said, context);
    }
    context.path.pop();
  };
}

function compileKeptCombine({ value }: FieldMember): Combine {
  return value.kind === "message" ? combineTexts : combineByType(value);
}

function nameOf({ name }: MemberMapping): string {
  return name;
}
