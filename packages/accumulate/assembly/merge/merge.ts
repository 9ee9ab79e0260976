/* Merges messages of a delta into existing messages, as the plan says. */
import {
  APPEND,
  ARRAYS_COMBINE,
  ARRAYS_HELD,
  ARRAYS_SAID,
  BY_INDEX,
  CHANGE_ELEMENT,
  COMBINE_BY_KIND,
  COMBINE_MAPS,
  COMBINE_MERGE,
  COMBINE_MESSAGES,
  COMBINE_TEXTS,
  CONCATENATE,
  CONCATENATE_BYTES,
  CONSTANT_NAME,
  CONSTANT_OWN,
  CONSTANT_WORDS,
  CONTINUE,
  FIELD_SLOT,
  FROM_MEMBER,
  FROM_MEMBER_COMBINE,
  FROM_MEMBER_MEMBER,
  IDENTIFY,
  KEPT_COMBINE,
  KEPT_MEMBER,
  KEPT_NAME,
  KEPT_WORDS,
  MEMBER_MERGE_COMBINE,
  MEMBER_MERGE_HELD,
  MEMBER_MERGE_SAID,
  MEMBER_MERGE_TAG_COUNT,
  MEMBER_MERGE_TAGS,
  MEMBER_MERGE_TARGET,
  MEMBER_MERGE_UNION,
  MEMBER_MERGE_WORDS,
  MEMBER_NAME,
  MERGE_ARRAYS,
  MERGE_MESSAGE,
  MERGE_OBJECTS,
  OBJECTS_CONSTANT_COUNT,
  OBJECTS_CONSTANTS,
  OBJECTS_KEPT,
  OBJECTS_KEPT_COUNT,
  OBJECTS_MEMBER_COUNT,
  OBJECTS_MEMBERS,
  OBJECTS_MERGED,
  OBJECTS_MERGED_COUNT,
  OBJECTS_UNION_COUNT,
  OBJECTS_UNIONS,
  REFUSE_IDENTITY,
  REPLACE,
  REPLACE_BY_NONZERO,
  REPLACE_BY_TEXT,
  REPLACE_COLLECTION,
  REPLACE_PART,
  REPLACE_PART_CONVERSION,
  TAG_NUMBER,
  TAG_TEXT,
  TAG_WORDS,
  TARGET_ARM,
  TARGET_FIELD,
} from "../../src/plan/layout";
import { isPlanText, NUMBER, NumberValue, planText, Text, Value, word } from "../base";
import {
  appendBytes,
  appendTexts,
  combineMaps,
  combineTexts,
  combineUnknown,
  identify,
  refuseIdentity,
  replace,
  replaceByNonzero,
  replaceCollection,
  replacePart,
  saysNothing,
} from "../combine";
import * as context from "../context";
import { convert } from "../convert";
import { blankMessage, Draft, notesOf, readMember, writeMember } from "../draft";
import { CONTAINER_SIZE, isNullNode, JsonNode } from "../json-node";
import { jsonOf } from "../json-text";
import { memberSize } from "../merge-json";
import {
  ABSENT,
  absent,
  EMPTY_COLLECTION,
  isNull,
  KEPT,
  Notes,
  NULL,
  State,
  VALUE,
  valueState,
} from "../notes";
import { quote } from "../quote";
import { copyMessage, ListValue, Message } from "../values";
import { entriesOf } from "../writer";
import { combineByKind } from "./by-kind";
import { appendElements, continueElements, emptyList, mergeByIndex } from "./list";
import { changeByPath, changeElement, replaceByText } from "./path";
import { mergeArm, mergeTagText, mergeUnion } from "./union";

/**
 * Merges a message of a delta into the existing message, or into a blank one. Returns the existing
 * message itself if nothing changes.
 */
export function mergeMessage(plan: usize, before: Message | null, said: Message): Message {
  switch (word(plan, 0)) {
    case MERGE_OBJECTS:
      return mergeObjects(plan, before, said);
    case MERGE_ARRAYS:
      return mergeArrays(plan, before, said);
    default:
      return changeByPath(plan, before, said);
  }
}

function mergeArrays(plan: usize, before: Message | null, said: Message): Message {
  const saidList = changetype<ListValue | null>(
    said.slots[word(word(plan, ARRAYS_SAID), FIELD_SLOT)],
  );
  const old = before === null ? blankMessage(word(plan, MERGE_MESSAGE)) : before;
  const slot = word(word(plan, ARRAYS_HELD), FIELD_SLOT);
  const held = changetype<ListValue | null>(old.slots[slot]);
  const list = held === null ? emptyList() : held;
  const value = saidList === null ? emptyList() : saidList;
  const state = combine(word(plan, ARRAYS_COMBINE), valueState(list), valueState(value));
  if (state.is !== VALUE || state.value === list) {
    return old;
  }
  const after = copyMessage(old);
  after.slots[slot] = state.value;
  return after;
}

function mergeObjects(plan: usize, before: Message | null, said: Message): Message {
  const notes = notesOf(said);
  if (before === null) {
    context.grow(CONTAINER_SIZE);
  }
  const draft = new Draft(before === null ? blankMessage(word(plan, MERGE_MESSAGE)) : before);
  let member = <usize>word(plan, OBJECTS_MEMBERS);
  for (let count = word(plan, OBJECTS_MEMBER_COUNT); count > 0; count--) {
    const state = readMember(word(member, MEMBER_MERGE_SAID), said, notes);
    if (state.is !== ABSENT) {
      mergeTarget(member, state, draft);
      if (context.refusal !== 0) {
        return said;
      }
    }
    member += MEMBER_MERGE_WORDS << 2;
  }
  const unions = <usize>word(plan, OBJECTS_UNIONS);
  for (let index: u32 = 0; index < word(plan, OBJECTS_UNION_COUNT); index++) {
    mergeUnion(word(unions, index), draft, said, notes);
  }
  setConstants(plan, draft, notes);
  mergeKept(plan, draft, notes);
  return draft.seal();
}

function mergeTarget(plan: usize, said: State, draft: Draft): void {
  const held = <usize>word(plan, MEMBER_MERGE_HELD);
  switch (word(plan, MEMBER_MERGE_TARGET)) {
    case TARGET_FIELD:
      mergeMember(held, said, word(plan, MEMBER_MERGE_COMBINE), draft);
      break;
    case TARGET_ARM:
      if (said.is !== NULL) {
        mergeArm(
          held,
          word(plan, MEMBER_MERGE_UNION),
          word(plan, MEMBER_MERGE_COMBINE),
          said,
          draft,
        );
      }
      break;
    default:
      mergeTagText(held, tagTextOf(plan, said), draft);
  }
}

function mergeMember(member: usize, said: State, plan: usize, draft: Draft): void {
  const before = readMember(member, draft.message, draft.notes);
  context.pushName(word(member, MEMBER_NAME), word(member, MEMBER_NAME + 1));
  const state = combine(plan, before, said);
  context.pop();
  if (state !== before) {
    writeMember(member, state, draft);
  }
}

/** Returns the JSON text of a string; null for null. */
function tagTextOf(plan: usize, said: State): Text | null {
  if (said.is === KEPT) {
    return jsonOf(changetype<JsonNode>(said.node));
  }
  if (said.is !== VALUE) {
    return null;
  }
  const value = changetype<Value>(said.value);
  if (value.kind !== NUMBER) {
    return quote(changetype<Text>(value));
  }
  const number = <u32>changetype<NumberValue>(value).bits;
  let tag = <usize>word(plan, MEMBER_MERGE_TAGS);
  for (let count = word(plan, MEMBER_MERGE_TAG_COUNT); count > 0; count--) {
    if (word(tag, TAG_NUMBER) === number) {
      return planText(tag, TAG_TEXT);
    }
    tag += TAG_WORDS << 2;
  }
  return null;
}

/** Sets the constants that an object lacks, if the delta has constants of these names. */
function setConstants(plan: usize, draft: Draft, notes: Notes): void {
  let constant = <usize>word(plan, OBJECTS_CONSTANTS);
  for (let count = word(plan, OBJECTS_CONSTANT_COUNT); count > 0; count--) {
    const start = <usize>word(constant, CONSTANT_NAME);
    const length = word(constant, CONSTANT_NAME + 1);
    const note = notes.get(start, length, 0);
    const isSaid = note === null || (note.is !== ABSENT && word(constant, CONSTANT_OWN) !== 0);
    if (isSaid) {
      const held = draft.notes.get(start, length, 0);
      if (held !== null && held.is === ABSENT) {
        draft.note(null, start, length, 0);
      }
    }
    constant += CONSTANT_WORDS << 2;
  }
}

/** Merges members that a delta keeps as text because it has no field for them. */
function mergeKept(plan: usize, draft: Draft, notes: Notes): void {
  const members = notes.members;
  if (members.size === 0) {
    return;
  }
  const entries = entriesOf(members);
  for (let index = 0; index < entries.length && context.refusal === 0; index++) {
    const name = entries[index].key;
    const note = changetype<State>(entries[index].value);
    if (note.is === KEPT && !isMerged(plan, name)) {
      mergeNote(plan, name, note, draft);
    }
  }
}

function isMerged(plan: usize, name: Text): bool {
  const names = <usize>word(plan, OBJECTS_MERGED);
  for (let index: u32 = 0; index < word(plan, OBJECTS_MERGED_COUNT); index++) {
    if (isPlanText(name, names, 2 * index)) {
      return true;
    }
  }
  return false;
}

function mergeNote(plan: usize, name: Text, note: State, draft: Draft): void {
  let kept = <usize>word(plan, OBJECTS_KEPT);
  for (let count = word(plan, OBJECTS_KEPT_COUNT); count > 0; count--) {
    if (!isPlanText(name, kept, KEPT_NAME)) {
      kept += KEPT_WORDS << 2;
      continue;
    }
    const member = <usize>word(kept, KEPT_MEMBER);
    const isNullNote = isNullNode(changetype<JsonNode>(note.node));
    if (member !== 0) {
      mergeMember(member, isNullNote ? isNull : note, word(kept, KEPT_COMBINE), draft);
    } else if (!isNullNote) {
      // Constants identify the kind of object and must not change. A union that deltas do not have
      // cannot be merged.
      context.pushName(name.start, name.length);
      refuseIdentity(absent, note);
      context.pop();
    }
    return;
  }
  mergeUnknown(name, note, draft);
}

function mergeUnknown(name: Text, said: State, draft: Draft): void {
  const note = draft.notes.get(name.start, name.length, 0);
  const before = note === null ? absent : note;
  context.pushName(name.start, name.length);
  if (before.is === ABSENT) {
    context.requireMembers(draft.notes.members.size + 1);
    context.grow(memberSize(name));
  }
  const state = saysNothing(before, said) ? before : combineUnknown(before, said);
  context.pop();
  if (state !== before && state.is === KEPT) {
    draft.note(state, name.start, name.length, 0);
  }
}

/** Combines the state of a member with what a delta says about it. */
export function combine(plan: usize, before: State, said: State): State {
  const operation = word(plan, 0);
  switch (operation) {
    case REFUSE_IDENTITY:
      return refuseIdentity(before, said);
    case CHANGE_ELEMENT:
      return changeElement(plan, before, said);
    case FROM_MEMBER:
      return combineFromMember(plan, before, said);
    case REPLACE_PART:
      return replacePart(before, convert(word(plan, REPLACE_PART_CONVERSION), said));
    case REPLACE_BY_TEXT:
      return replaceByText(plan, before);
    default:
      break;
  }
  if (saysNothing(before, said)) {
    return before;
  }
  if (said.is === NULL) {
    return said;
  }
  switch (operation) {
    case REPLACE:
      return replace(before, said);
    case REPLACE_COLLECTION:
      return replaceCollection(before, said);
    case IDENTIFY:
      return identify(before, said);
    case REPLACE_BY_NONZERO:
      return replaceByNonzero(before, said);
    case CONCATENATE:
      return appendTexts(before, said);
    case CONCATENATE_BYTES:
      return appendBytes(before, said);
    case COMBINE_MAPS:
      return combineMaps(before, said);
    case COMBINE_TEXTS:
      return combineTexts(before, said);
    case COMBINE_MESSAGES:
      return combineMessages(plan, before, said);
    case COMBINE_BY_KIND:
      return combineByKind(plan, before, said);
    default:
      return combineLists(plan, operation, before, said);
  }
}

/** Combines with a member of the event's payload. */
function combineFromMember(plan: usize, before: State, said: State): State {
  if (said.is !== VALUE) {
    return before;
  }
  const payload = changetype<Message>(said.value);
  const member = <usize>word(plan, FROM_MEMBER_MEMBER);
  const state = readMember(member, payload, notesOf(payload));
  return combine(word(plan, FROM_MEMBER_COMBINE), before, state);
}

function combineMessages(plan: usize, before: State, said: State): State {
  if (said.is !== VALUE || before.is === KEPT) {
    return combineTexts(before, said);
  }
  const held: Message | null = before.is === VALUE ? changetype<Message>(before.value) : null;
  const after = mergeMessage(word(plan, COMBINE_MERGE), held, changetype<Message>(said.value));
  return after === held ? before : valueState(after);
}

function combineLists(plan: usize, operation: u32, before: State, said: State): State {
  if (said.is === EMPTY_COLLECTION) {
    return before.isThere ? before : said;
  }
  if (said.is !== VALUE || before.is === KEPT) {
    return combineTexts(before, said);
  }
  const held = before.is === VALUE ? changetype<ListValue>(before.value) : emptyList();
  const list = changetype<ListValue>(said.value);
  let after = held;
  switch (operation) {
    case APPEND:
      after = appendElements(held, list);
      break;
    case BY_INDEX:
      after = mergeByIndex(plan, held, list);
      break;
    case CONTINUE:
      after = continueElements(plan, held, list);
      break;
    default:
      break;
  }
  return after === held ? before : valueState(after);
}
