/* Changes a part of an object, at the path that the plan has. */
import {
  ELEMENT_BLANK,
  ELEMENT_COMBINE,
  ELEMENT_INDEX,
  ELEMENT_OTHER,
  ELEMENT_REPLACES,
  FIELD_NAME,
  FIELD_SLOT,
  INLINE,
  INLINE_ARM_FIELD,
  INLINE_ARM_MERGE,
  INLINE_ARM_WORDS,
  INLINE_ARMS,
  INLINE_COUNT,
  INLINE_NAME,
  MEMBER_NAME,
  MERGE_FIELD,
  MERGE_INLINE,
  MERGE_MESSAGE,
  MERGE_PAYLOAD,
  MESSAGE_KIND,
  MESSAGE_LIST,
  MESSAGE_SLOT,
  PAYLOAD_ARM,
  PAYLOAD_COMBINE,
  PAYLOAD_UNION,
  STEP_COMBINE,
  STEP_MEMBER,
  TEXT_IS_ENUM,
  TEXT_NUMBER,
  TEXT_TEXT,
} from "../../src/plan/layout";
import { concatenate, NumberValue, planText, textOf, Value, word } from "../base";
import { replacePart } from "../combine";
import * as context from "../context";
import { blankMessage, blankUnion, Draft, notesOf, readMember, writeMember } from "../draft";
import { CONTAINER_SIZE } from "../json-node";
import { ABSENT, absent, KEPT, NULL, State, VALUE, valueState } from "../notes";
import { copyMessage, ListValue, Message, SetArm } from "../values";
import { emptyList, fillWith, integerOf, refuseIndex, withElement } from "./list";
import { combine, mergeMessage } from "./merge";
import { mergeArm } from "./union";

/** Changes the part of an object at a path by the payload of an event. */
export function changeByPath(plan: usize, before: Message | null, payload: Message): Message {
  switch (word(plan, 0)) {
    case MERGE_FIELD: {
      const draft = draftOf(plan, before);
      const member = <usize>word(plan, STEP_MEMBER);
      const held = readMember(member, draft.message, draft.notes);
      context.pushName(word(member, MEMBER_NAME), word(member, MEMBER_NAME + 1));
      const state = combine(word(plan, STEP_COMBINE), held, valueState(payload));
      context.pop();
      if (state !== held) {
        writeMember(member, state, draft);
      }
      return draft.seal();
    }
    case MERGE_PAYLOAD: {
      const draft = draftOf(plan, before);
      const arm = <usize>word(plan, PAYLOAD_ARM);
      const union = <usize>word(plan, PAYLOAD_UNION);
      mergeArm(arm, union, word(plan, PAYLOAD_COMBINE), valueState(payload), draft);
      return draft.seal();
    }
    case MERGE_INLINE:
      return changeInline(plan, before, payload);
    default:
      return changeArray(plan, before, payload);
  }
}

function draftOf(plan: usize, before: Message | null): Draft {
  if (before === null) {
    context.grow(CONTAINER_SIZE);
  }
  return new Draft(before === null ? blankMessage(word(plan, MERGE_MESSAGE)) : before);
}

/** Changes the payload of the arm that is set. */
function changeInline(plan: usize, before: Message | null, payload: Message): Message {
  const slot = word(word(plan, MERGE_MESSAGE), MESSAGE_SLOT);
  const set: SetArm | null = before === null ? null : before.arm(slot);
  let arm = <usize>word(plan, INLINE_ARMS);
  for (let count = word(plan, INLINE_COUNT); count > 0 && set !== null; count--) {
    if (word(arm, INLINE_ARM_FIELD) === set.field) {
      const held = changetype<Message>(set.value);
      const after = mergeMessage(word(arm, INLINE_ARM_MERGE), held, payload);
      if (after === held) {
        return changetype<Message>(before);
      }
      const copy = copyMessage(changetype<Message>(before));
      copy.slots[slot] = new SetArm(set.field, after);
      return copy;
    }
    arm += INLINE_ARM_WORDS << 2;
  }
  const name = concatenate(
    concatenate(textOf('an object with "'), planText(plan, INLINE_NAME)),
    textOf('"'),
  );
  const found = set === null ? textOf("none") : planText(set.field, FIELD_NAME);
  context.refuseTexts(context.NOT_MERGEABLE, name, found);
  return payload;
}

function changeArray(plan: usize, before: Message | null, payload: Message): Message {
  const type = <usize>word(plan, MERGE_MESSAGE);
  const old = before === null ? blankMessage(type) : before;
  const slot = word(word(type, MESSAGE_LIST), FIELD_SLOT);
  const list = changetype<ListValue | null>(old.slots[slot]);
  const held = valueState(list === null ? emptyList() : list);
  const state = combine(word(plan, STEP_COMBINE), held, valueState(payload));
  if (state === held || state.is !== VALUE) {
    return old;
  }
  const copy = copyMessage(old);
  copy.slots[slot] = state.value;
  return copy;
}

/** Changes one element of a list. */
export function changeElement(plan: usize, before: State, said: State): State {
  if (before.is === KEPT) {
    context.refuse(context.NOT_MERGEABLE, "a list", "JSON of another type");
    return before;
  }
  const property = before.is === VALUE ? changetype<ListValue>(before.value) : emptyList();
  const index = readIndex(plan, changetype<Message>(said.value));
  if (context.refusal !== 0) {
    return before;
  }
  context.pushIndex(index);
  const after = changeAt(plan, property, index, said);
  context.pop();
  return after === property || context.refusal !== 0 ? before : valueState(after);
}

/** Reads the index of an element from the payload. */
function readIndex(plan: usize, payload: Message): i64 {
  const member = <usize>word(plan, ELEMENT_INDEX);
  const state = readMember(member, payload, notesOf(payload));
  const index = state.is === VALUE ? integerOf(member, changetype<Value>(state.value)) : -1;
  if (index >= 0) {
    return index;
  }
  const name = planText(member, MEMBER_NAME);
  const expected = concatenate(concatenate(textOf('an integer from 0 as "'), name), textOf('"'));
  if (state.is === KEPT) {
    refuseIndex(expected, state);
  } else {
    const isMissing = state.is === ABSENT || state.is === NULL;
    const found = isMissing ? textOf("none") : textOf(index.toString());
    context.refuseTexts(context.INVALID_INDEX, expected, found);
  }
  return 0;
}

function changeAt(plan: usize, property: ListValue, index: i64, said: State): ListValue {
  const type = <usize>word(plan, ELEMENT_BLANK);
  const blank: Message | null = type === 0 ? null : blankElement(plan, type);
  const list = fillWith(property, index, blank, 0);
  if (context.refusal !== 0) {
    return property;
  }
  const place = <i32>index;
  const held: Value | null = place < list.length ? list.at(place) : null;
  const isBlank = held === blank && word(plan, ELEMENT_REPLACES) !== 0;
  const state = held === null || isBlank ? absent : valueState(held);
  const after = combine(word(plan, ELEMENT_COMBINE), state, said);
  if (after === state || after.is === ABSENT) {
    return list;
  }
  if (after.is !== VALUE) {
    context.refuseTexts(
      context.NOT_MERGEABLE,
      textOf("a value that the schema holds"),
      textOf(after.is === NULL ? "null" : after.is === KEPT ? "text" : "empty"),
    );
    return property;
  }
  return withElement(list, place, after.value, 0);
}

/** Returns an element without content. */
function blankElement(plan: usize, type: usize): Message {
  return word(type, MESSAGE_KIND) === INLINE
    ? blankUnion(plan, type, word(plan, ELEMENT_OTHER))
    : blankMessage(type);
}

/** Replaces a string by one that the plan has. */
export function replaceByText(plan: usize, before: State): State {
  const value: Value =
    word(plan, TEXT_IS_ENUM) !== 0
      ? new NumberValue(<u64>(<i64>(<i32>word(plan, TEXT_NUMBER))))
      : planText(plan, TEXT_TEXT);
  return replacePart(before, valueState(value));
}
