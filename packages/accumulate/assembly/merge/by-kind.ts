/* Merges unions by kind: payloads of the same JSON type. */
import {
  ENLIST_ARM,
  ENLIST_ARRAY,
  ENLIST_ELEMENT,
  FIELD_SLOT,
  KIND_ARM_COUNT,
  KIND_ARM_FIELD,
  KIND_ARM_KIND,
  KIND_ARM_LIST,
  KIND_ARM_WORDS,
  KIND_ARMS,
  KIND_ENLIST,
  KIND_HELD,
  KIND_LIST,
  KIND_PAIR_COUNT,
  KIND_PAIRS,
  KIND_SAID,
  KIND_TEXT,
  MESSAGE_LIST,
  MESSAGE_SLOT,
  PAIR_COMBINE,
  PAIR_HELD,
  PAIR_SAID,
  PAIR_WORDS,
} from "../../src/plan/layout";
import { MESSAGE, planText, textOf, Value, word } from "../base";
import { combineTexts, replace } from "../combine";
import * as context from "../context";
import { isEmptyText } from "../draft";
import { halfStringOf } from "../half-string";
import { CONTAINER_SIZE, JsonNode } from "../json-node";
import { absent, KEPT, State, VALUE, valueState } from "../notes";
import { ListValue, Message, newMessage, SetArm } from "../values";
import { combine } from "./merge";

/** JSON that is kept as text, or in the arm for any other value. */
const UNHELD = "JSON that no arm merges";

export function combineByKind(plan: usize, before: State, delta: State): State {
  const saidType = <usize>word(plan, KIND_SAID);
  const heldType = <usize>word(plan, KIND_HELD);
  const pair = pairOf(plan, saidType, delta);
  const heldArm = armOf(plan, heldType, before);
  const old = payloadOf(heldType, before);
  if (pair === 0) {
    return replaceByUnheld(before, delta, old, heldArm);
  }
  const payload = payloadOf(saidType, delta);
  const isSame = heldArm !== 0 && word(heldArm, KIND_ARM_FIELD) === word(pair, PAIR_HELD);
  if (isSame || !old.isThere || (heldArm !== 0 && isEmptyText(old))) {
    if (heldArm === 0) {
      context.grow(CONTAINER_SIZE);
    }
    const after = combine(word(pair, PAIR_COMBINE), isSame ? old : absent, payload);
    return after === old ? before : wrap(heldType, pair, after);
  }
  const saidArm = findArm(plan, word(pair, PAIR_HELD));
  if (isNothing(payload, saidArm)) {
    return before;
  }
  if (heldArm !== 0 && word(plan, KIND_ENLIST) !== 0) {
    return join(plan, old, payload, pair);
  }
  const expected = heldArm === 0 ? textOf(UNHELD) : planText(heldArm, KIND_ARM_KIND);
  context.refuseTexts(context.NOT_MERGEABLE, expected, planText(saidArm, KIND_ARM_KIND));
  return before;
}

/** Changes a union by JSON that no arm merges. It does not replace the payload of an arm. */
function replaceByUnheld(before: State, delta: State, old: State, heldArm: usize): State {
  if (heldArm !== 0 && !isNothing(old, heldArm)) {
    context.refuseTexts(context.NOT_MERGEABLE, planText(heldArm, KIND_ARM_KIND), textOf(UNHELD));
    return before;
  }
  return before.is === KEPT && delta.is === KEPT
    ? combineTexts(before, delta)
    : replace(before, delta);
}

/** Merges a text and a list, of which one is the payload before and the other that of the delta. */
function join(plan: usize, old: State, payload: State, pair: usize): State {
  const list = <usize>word(plan, KIND_LIST);
  const isText = pair === word(plan, KIND_TEXT);
  const before = isText ? old : enlist(plan, old);
  const said = isText ? enlist(plan, payload) : payload;
  return wrap(word(plan, KIND_HELD), list, combine(word(list, PAIR_COMBINE), before, said));
}

/** Makes a list of a string. */
function enlist(plan: usize, state: State): State {
  if (state.is !== VALUE) {
    return state;
  }
  const record = <usize>word(plan, KIND_ENLIST);
  const part = newMessage(word(record, ENLIST_ELEMENT));
  const arm = <usize>word(record, ENLIST_ARM);
  part.slots[word(arm, FIELD_SLOT)] = new SetArm(arm, changetype<Value>(state.value));
  const array = newMessage(word(record, ENLIST_ARRAY));
  const parts: Value[] = [part];
  const slot = word(word(array.type, MESSAGE_LIST), FIELD_SLOT);
  array.slots[slot] = new ListValue(parts, null, 1);
  return valueState(array);
}

/** Returns a message with the payload; a payload that no arm can hold stays JSON text. */
function wrap(type: usize, pair: usize, payload: State): State {
  if (payload.is !== VALUE) {
    return payload;
  }
  const message = newMessage(type);
  const arm = new SetArm(word(pair, PAIR_HELD), changetype<Value>(payload.value));
  message.slots[word(type, MESSAGE_SLOT)] = arm;
  return valueState(message);
}

function setArmOf(type: usize, state: State): SetArm | null {
  const message = changetype<Message>(state.value);
  return message.arm(word(type, MESSAGE_SLOT));
}

/** Returns the state of a union's payload, as if it were the member itself. */
function payloadOf(type: usize, state: State): State {
  if (state.is !== VALUE) {
    return state;
  }
  const arm = setArmOf(type, state);
  return arm === null ? absent : valueState(arm.value);
}

function pairOf(plan: usize, type: usize, state: State): usize {
  if (state.is !== VALUE) {
    return isString(state) ? <usize>word(plan, KIND_TEXT) : 0;
  }
  const arm = setArmOf(type, state);
  let pair = <usize>word(plan, KIND_PAIRS);
  for (let count = word(plan, KIND_PAIR_COUNT); count > 0 && arm !== null; count--) {
    if (word(pair, PAIR_SAID) === arm.field) {
      return pair;
    }
    pair += PAIR_WORDS << 2;
  }
  return 0;
}

function armOf(plan: usize, type: usize, state: State): usize {
  if (state.is !== VALUE) {
    const text = <usize>word(plan, KIND_TEXT);
    return text !== 0 && isString(state) ? findArm(plan, word(text, PAIR_HELD)) : 0;
  }
  const arm = setArmOf(type, state);
  return arm === null ? 0 : findArm(plan, arm.field);
}

function findArm(plan: usize, field: usize): usize {
  let arm = <usize>word(plan, KIND_ARMS);
  for (let count = word(plan, KIND_ARM_COUNT); count > 0; count--) {
    if (word(arm, KIND_ARM_FIELD) === field) {
      return arm;
    }
    arm += KIND_ARM_WORDS << 2;
  }
  return 0;
}

/** Returns whether a payload is an empty string or list, which changes none of another JSON type. */
function isNothing(payload: State, arm: usize): bool {
  const list = <usize>word(arm, KIND_ARM_LIST);
  if (payload.is === VALUE && list !== 0) {
    const message = changetype<Value>(payload.value);
    if (message.kind === MESSAGE) {
      const value = changetype<Message>(message).slots[word(list, FIELD_SLOT)];
      return value === null || changetype<ListValue>(value).length === 0;
    }
  }
  return isEmptyText(payload);
}

/** Returns whether a member is kept as the JSON text of a string, because of a lone surrogate. */
function isString(state: State): bool {
  return state.is === KEPT && halfStringOf(changetype<JsonNode>(state.node)) !== null;
}
