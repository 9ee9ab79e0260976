/* Lists that deltas build. */
import {
  BY_INDEX_IDENTIFIER,
  BY_INDEX_IDENTIFY,
  BY_INDEX_INDEX,
  BY_INDEX_MERGE,
  BY_INDEX_MESSAGE,
  CONTINUE_COUNT,
  CONTINUE_FIELDS,
  CONTINUE_MERGE,
  CONTINUE_SLOT,
  FIELD_SLOT,
  FIELD_TYPE,
  MEMBER_FIELD,
  MEMBER_NAME,
  TYPE_FIXED64,
  TYPE_UINT64,
} from "../../src/plan/layout";
import {
  countAllocated,
  freezeNodes,
  isSameText,
  NumberValue,
  Text,
  textOf,
  Value,
  word,
} from "../base";
import * as context from "../context";
import { blankMessage, notesOf, readMember } from "../draft";
import { CONTAINER_SIZE, JsonNode } from "../json-node";
import { jsonOf } from "../json-text";
import { KEPT, State, VALUE } from "../notes";
import { OrderedMap } from "../ordered-map";
import { sizeOf } from "../size";
import { ListValue, Message, SetArm } from "../values";
import { Vector } from "../vector";
import { mergeMessage } from "./merge";

/** A list up to this length is searched for an identifier. */
const SEARCHED = 32;

export function emptyList(): ListValue {
  return new ListValue(null, Vector.empty(), 0);
}

function vectorOf(list: ListValue): Vector {
  let vector = list.vector;
  if (vector === null) {
    vector = Vector.empty();
    for (let index = 0; index < list.length; index++) {
      vector = vector.with(index, list.at(index));
    }
    list.vector = vector;
    freezeNodes();
  }
  return vector;
}

/**
 * Returns a list in which one element is replaced, or appended at the end.
 *
 * @param identify - The field of an element that identifies it; 0 if there is none.
 */
export function withElement(
  list: ListValue,
  index: i32,
  element: Value | null,
  identify: usize,
): ListValue {
  countAllocated(64);
  const vector = vectorOf(list).with(index, element);
  const after = new ListValue(null, vector, vector.length);
  const places = list.places;
  if (places !== null && identify !== 0 && element !== null) {
    const identifier = identifierOf(element, identify);
    const isNew = identifier !== null && places.getText(identifier) === null;
    after.places = isNew
      ? places.set(changetype<Text>(identifier), new NumberValue(index))
      : places;
  }
  return after;
}

function identifierOf(element: Value, identify: usize): Text | null {
  const value = changetype<Text | null>(
    changetype<Message>(element).slots[word(identify, FIELD_SLOT)],
  );
  return value === null || value.length === 0 ? null : value;
}

/** Returns the index of the first element with an identifier; -1 if there is none. */
function placeOf(list: ListValue, identifier: Text, identify: usize): i32 {
  if (identify === 0) {
    return -1;
  }
  if (list.length <= SEARCHED) {
    for (let index = 0; index < list.length; index++) {
      const other = identifierOf(list.at(index), identify);
      if (other !== null && isSameText(other, identifier)) {
        return index;
      }
    }
    return -1;
  }
  let places = list.places;
  if (places === null) {
    places = OrderedMap.empty();
    for (let index = 0; index < list.length; index++) {
      const other = identifierOf(list.at(index), identify);
      if (other !== null && places.getText(other) === null) {
        places = places.set(other, new NumberValue(index));
      }
    }
    list.places = places;
    freezeNodes();
  }
  const place = places.getText(identifier);
  return place === null ? -1 : <i32>changetype<NumberValue>(place).bits;
}

/** Returns an integer as a signed number; one that is larger is the largest. */
export function integerOf(member: usize, value: Value): i64 {
  const bits = changetype<NumberValue>(value).bits;
  const type = word(word(member, MEMBER_FIELD), FIELD_TYPE);
  const isUnsigned = type === TYPE_UINT64 || type === TYPE_FIXED64;
  return isUnsigned && <i64>bits < 0 ? i64.MAX_VALUE : <i64>bits;
}

/** Merges the elements of a delta's list by their index. */
export function mergeByIndex(plan: usize, before: ListValue, said: ListValue): ListValue {
  const identify = <usize>word(plan, BY_INDEX_IDENTIFY);
  let list = before;
  for (let position = 0; position < said.length; position++) {
    const element = changetype<Message>(said.at(position));
    context.pushIndex(position);
    const place = findPlace(plan, element, list);
    list = fill(list, place, word(plan, BY_INDEX_MESSAGE), identify);
    if (context.refusal !== 0) {
      return before;
    }
    const index = <i32>place;
    const held = changetype<Message>(list.at(index));
    const after = mergeMessage(word(plan, BY_INDEX_MERGE), held, element);
    if (after !== held) {
      list = withElement(list, index, after, identify);
    }
    context.pop();
  }
  return list;
}

/** Returns the index that an element of a delta changes. */
function findPlace(plan: usize, element: Message, list: ListValue): i64 {
  const notes = notesOf(element);
  const member = <usize>word(plan, BY_INDEX_INDEX);
  const place = readMember(member, element, notes);
  if (place.is === VALUE) {
    const index = integerOf(member, changetype<Value>(place.value));
    if (index < 0) {
      context.pushName(word(member, MEMBER_NAME), word(member, MEMBER_NAME + 1));
      context.refuseNumber(context.INVALID_INDEX, "an integer from ", 0, "", "", index);
    }
    return index;
  }
  if (place.is === KEPT) {
    context.pushName(word(member, MEMBER_NAME), word(member, MEMBER_NAME + 1));
    refuseIndex(textOf("an integer from 0"), place);
    return 0;
  }
  const identifier = <usize>word(plan, BY_INDEX_IDENTIFIER);
  const state = identifier === 0 ? place : readMember(identifier, element, notes);
  if (state.is !== VALUE || changetype<Text>(state.value).length === 0) {
    return max(0, list.length - 1);
  }
  const index = placeOf(list, changetype<Text>(state.value), word(plan, BY_INDEX_IDENTIFY));
  return index < 0 ? list.length : index;
}

/** Refuses a member that is kept as text as an index. */
export function refuseIndex(expected: Text, state: State): void {
  const found = context.excerpt(jsonOf(changetype<JsonNode>(state.node)));
  context.refuseTexts(context.INVALID_INDEX, expected, found);
}

/**
 * Extends the list with blank elements up to an index. Without a blank element, the index may be at
 * most the list's length.
 *
 * @param blank - The type of the elements; 0 if they cannot be blank.
 */
export function fill(list: ListValue, index: i64, blank: usize, identify: usize): ListValue {
  return fillWith(list, index, blank === 0 ? null : blankMessage(blank), identify);
}

export function fillWith(
  list: ListValue,
  index: i64,
  blank: Message | null,
  identify: usize,
): ListValue {
  const maxIndexGap = blank === null ? 0 : context.maxIndexGap;
  context.requireElements(index);
  if (index - list.length > maxIndexGap) {
    context.refuseNumber(
      context.INDEX_GAP,
      "an index of at most ",
      maxIndexGap + list.length,
      "",
      "index ",
      index,
    );
  }
  let filled = list;
  while (blank !== null && filled.length <= index && context.refusal === 0) {
    context.grow(CONTAINER_SIZE);
    filled = withElement(filled, filled.length, blank, identify);
  }
  return filled;
}

/** Appends the elements of a delta's list. */
export function appendElements(before: ListValue, said: ListValue): ListValue {
  let list = before;
  for (let position = 0; position < said.length && context.refusal === 0; position++) {
    list = append(list, said.at(position));
  }
  return list;
}

function append(list: ListValue, element: Value): ListValue {
  if (list.length > 0) {
    context.refuseChange("the elements that are there", "more elements");
  }
  context.requireElements(list.length);
  context.grow(sizeOf(element));
  return context.refusal !== 0 ? list : withElement(list, list.length, element, 0);
}

/**
 * Merges the elements of a delta's list into the last element of an existing list, if both have the
 * same arm and it holds text or a list. All other elements are appended.
 */
export function continueElements(plan: usize, before: ListValue, said: ListValue): ListValue {
  const slot = word(plan, CONTINUE_SLOT);
  let list = before;
  for (let position = 0; position < said.length && context.refusal === 0; position++) {
    const element = changetype<Message>(said.at(position));
    const last: Message | null =
      list.length === 0 ? null : changetype<Message>(list.at(list.length - 1));
    const arm = element.arm(slot);
    const lastArm: SetArm | null = last === null ? null : last.arm(slot);
    if (last === null || !continuesArm(plan, lastArm, arm)) {
      list = append(list, element);
      continue;
    }
    context.pushIndex(position);
    const after = mergeMessage(word(plan, CONTINUE_MERGE), last, element);
    context.pop();
    if (after !== last) {
      list = withElement(list, list.length - 1, after, 0);
    }
  }
  return list;
}

/** Returns whether an element with this arm continues an element with the other one. */
function continuesArm(plan: usize, before: SetArm | null, said: SetArm | null): bool {
  if (before === null || said === null || before.field !== said.field) {
    return false;
  }
  return continues(plan, said.field);
}

function continues(plan: usize, field: usize): bool {
  const fields = <usize>word(plan, CONTINUE_FIELDS);
  for (let index: u32 = 0; index < word(plan, CONTINUE_COUNT); index++) {
    if (word(fields, index) === field) {
      return true;
    }
  }
  return false;
}
