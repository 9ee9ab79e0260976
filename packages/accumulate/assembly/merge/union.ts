/* Merges unions whose tag selects the arm. */
import {
  ARM_MERGE_COMBINE,
  ARM_MERGE_GROUP,
  ARM_MERGE_HELD,
  ARM_MERGE_SAID,
  ARM_MERGE_WORDS,
  FIELD_NUMBER,
  UNION_ARM_COUNT,
  UNION_ARM_FIELD,
  UNION_ARM_HAS_NAME,
  UNION_ARM_NAME,
  UNION_ARM_QUOTED_TAG,
  UNION_ARM_TAG,
  UNION_ARMS,
  UNION_MERGE_ARM_COUNT,
  UNION_MERGE_ARMS,
  UNION_MERGE_GROUP_COUNT,
  UNION_MERGE_HELD,
  UNION_MERGE_SAID,
  UNION_SLOT,
  UNION_TAG,
} from "../../src/plan/layout";
import {
  BYTES,
  isPlanText,
  isSameText,
  LIST_VALUE,
  MAP_VALUE,
  MESSAGE,
  NumberValue,
  planText,
  SET_ARM,
  TEXT,
  Text,
  textOf,
  Value,
  word,
} from "../base";
import * as context from "../context";
import { Draft } from "../draft";
import { isEmptyNode, isNullNode, JsonNode, JsonText } from "../json-node";
import { jsonOf } from "../json-text";
import {
  ABSENT,
  absent,
  isNull,
  KEPT,
  keptState,
  Notes,
  NULL,
  State,
  VALUE,
  valueState,
} from "../notes";
import { parseJsonString } from "../quote";
import { ListValue, MapValue, Message, SetArm, zeroOf } from "../values";
import { combine } from "./merge";

/** Merges a union of a delta into the union of the existing message. */
export function mergeUnion(plan: usize, draft: Draft, delta: Message, notes: Notes): void {
  const said = <usize>word(plan, UNION_MERGE_SAID);
  const held = <usize>word(plan, UNION_MERGE_HELD);
  const saidArm = delta.arm(word(said, UNION_SLOT));
  const heldArm = draft.message.arm(word(held, UNION_SLOT));
  const saidField = saidArm === null ? 0 : saidArm.field;
  const heldField = heldArm === null ? 0 : heldArm.field;
  const tagNote = tagNoteOf(said, notes);
  const told = findSaid(plan, saidField);
  const group = told === 0 ? u32.MAX_VALUE : word(told, ARM_MERGE_GROUP);
  let arm = told;
  if (told !== 0 && tagNote !== null && tagNote.is === ABSENT) {
    // Without a tag, the payload is that of the arm that is set already.
    const set = findHeld(plan, group, heldField);
    arm = set === 0 ? told : set;
  }
  const isTold = mergeTag(said, held, arm === 0 ? 0 : saidFieldOf(arm), draft, notes);
  for (let each: u32 = 0; each < word(plan, UNION_MERGE_GROUP_COUNT); each++) {
    if (context.refusal !== 0) {
      return;
    }
    if (each !== group) {
      const first = firstOf(plan, each);
      const state = noted(notes, word(first, ARM_MERGE_SAID));
      if (state.is !== ABSENT) {
        const set = findHeld(plan, each, heldField);
        const target = set === 0 ? first : set;
        mergePayload(
          word(target, ARM_MERGE_HELD),
          word(target, ARM_MERGE_COMBINE),
          false,
          state,
          held,
          draft,
        );
      }
    } else if (arm !== 0) {
      const state = readPayload(word(told, ARM_MERGE_SAID), said, delta, notes);
      const target = <usize>word(arm, ARM_MERGE_HELD);
      mergePayload(target, word(arm, ARM_MERGE_COMBINE), true, state, held, draft);
      if (isTold) {
        noteType(target, held, draft);
      }
    }
  }
}

function saidFieldOf(arm: usize): usize {
  return word(word(arm, ARM_MERGE_SAID), UNION_ARM_FIELD);
}

function heldFieldOf(arm: usize): usize {
  return word(word(arm, ARM_MERGE_HELD), UNION_ARM_FIELD);
}

function findSaid(plan: usize, field: usize): usize {
  let arm = <usize>word(plan, UNION_MERGE_ARMS);
  for (let count = word(plan, UNION_MERGE_ARM_COUNT); count > 0 && field !== 0; count--) {
    if (saidFieldOf(arm) === field) {
      return arm;
    }
    arm += ARM_MERGE_WORDS << 2;
  }
  return 0;
}

/** Returns the arm of a group whose counterpart is set; 0 if there is none. */
function findHeld(plan: usize, group: u32, field: usize): usize {
  let arm = <usize>word(plan, UNION_MERGE_ARMS);
  for (let count = word(plan, UNION_MERGE_ARM_COUNT); count > 0 && field !== 0; count--) {
    if (word(arm, ARM_MERGE_GROUP) === group && heldFieldOf(arm) === field) {
      return arm;
    }
    arm += ARM_MERGE_WORDS << 2;
  }
  return 0;
}

function firstOf(plan: usize, group: u32): usize {
  let arm = <usize>word(plan, UNION_MERGE_ARMS);
  while (word(arm, ARM_MERGE_GROUP) !== group) {
    arm += ARM_MERGE_WORDS << 2;
  }
  return arm;
}

/** Changes the payload of an arm; the arm may be set already or become set. */
export function mergeArm(arm: usize, union: usize, plan: usize, said: State, draft: Draft): void {
  const tag = tagOf(union, draft.message.arm(word(union, UNION_SLOT)), draft.notes);
  if (tag !== null && !isPlanText(tag, arm, UNION_ARM_TAG)) {
    context.refuseTexts(context.NOT_MERGEABLE, context.excerpt(tag), planText(arm, UNION_ARM_TAG));
    return;
  }
  mergePayload(arm, plan, true, said, union, draft);
  noteType(arm, union, draft);
}

/** Merges the tag of a delta that has no union, as JSON text, before the payload is merged. */
export function mergeTagText(union: usize, text: Text | null, draft: Draft): void {
  if (text === null) {
    return;
  }
  const node = new JsonText(text);
  if (isNothing(node)) {
    return;
  }
  const parsed = parseJsonString(text.start, text.length);
  const said = parsed === null ? text : parsed;
  const held = tagOf(union, draft.message.arm(word(union, UNION_SLOT)), draft.notes);
  if (held === null) {
    context.grow(node.size);
    draft.noteAt(keptState(node), union, UNION_TAG, 0);
  } else if (!isSameText(held, said)) {
    context.pushName(word(union, UNION_TAG), word(union, UNION_TAG + 1));
    context.refuseTexts(context.NOT_MERGEABLE, context.excerpt(held), context.excerpt(said));
    context.pop();
  }
}

/**
 * Merges a tag that has no arm. Returns whether the tag has to be written because of the delta's
 * arm: the delta names its type, or its payload is the first to determine the type.
 */
function mergeTag(said: usize, held: usize, saidField: usize, draft: Draft, notes: Notes): bool {
  const before = tagOf(held, draft.message.arm(word(held, UNION_SLOT)), draft.notes);
  const after = tagOfField(said, saidField, notes);
  if (before !== null && after !== null && !isSameText(before, after)) {
    // Changing the type of a call would lose what was accumulated for it.
    context.pushName(word(said, UNION_TAG), word(said, UNION_TAG + 1));
    context.refuseTexts(context.NOT_MERGEABLE, context.excerpt(before), context.excerpt(after));
    context.pop();
    return false;
  }
  const note = tagNoteOf(said, notes);
  const isText = note !== null && note.is === KEPT;
  if (isText && before === null) {
    const node = changetype<JsonNode>(changetype<State>(note).node);
    if (saidField === 0 || !isNothing(node)) {
      // The type has no arm. A null or empty tag does not replace an existing one.
      const heldNote = tagNoteOf(held, draft.notes);
      if (after !== null || heldNote === null || heldNote.is === ABSENT) {
        context.grow(node.size);
        draft.noteAt(note, held, UNION_TAG, 0);
      }
      return false;
    }
  }
  return saidField !== 0 && (note === null || before === null);
}

/**
 * Notes the type of a payload. If the arm is set, the tag follows from it; if the payload is kept as
 * text, the tag is kept as text too.
 */
function noteType(arm: usize, union: usize, draft: Draft): void {
  const set = draft.message.arm(word(union, UNION_SLOT));
  const isSet = set !== null && set.field === word(arm, UNION_ARM_FIELD);
  draft.noteAt(isSet ? null : quotedTag(arm), union, UNION_TAG, 0);
}

function quotedTag(arm: usize): State {
  return keptState(new JsonText(planText(arm, UNION_ARM_QUOTED_TAG)));
}

function tagNoteOf(union: usize, notes: Notes): State | null {
  return notes.get(word(union, UNION_TAG), word(union, UNION_TAG + 1), 0);
}

/** Returns the tag; null if it is absent, null or empty. */
function tagOf(union: usize, arm: SetArm | null, notes: Notes): Text | null {
  return tagOfField(union, arm === null ? 0 : arm.field, notes);
}

function tagOfField(union: usize, field: usize, notes: Notes): Text | null {
  if (field !== 0) {
    const arms = <usize>word(union, UNION_ARMS);
    for (let index: u32 = 0; index < word(union, UNION_ARM_COUNT); index++) {
      const arm = <usize>word(arms, index);
      if (word(arm, UNION_ARM_FIELD) === field) {
        return planText(arm, UNION_ARM_TAG);
      }
    }
  }
  const note = tagNoteOf(union, notes);
  if (note === null || note.is !== KEPT) {
    return null;
  }
  const node = changetype<JsonNode>(note.node);
  if (isNothing(node)) {
    return null;
  }
  const text = jsonOf(node);
  const parsed = parseJsonString(text.start, text.length);
  return parsed === null ? text : parsed;
}

/** Returns whether a tag is null or empty. */
function isNothing(node: JsonNode): bool {
  return isNullNode(node) || isEmptyNode(node);
}

function mergePayload(
  arm: usize,
  plan: usize,
  isSaid: bool,
  said: State,
  union: usize,
  draft: Draft,
): void {
  const field = <usize>word(arm, UNION_ARM_FIELD);
  const set = draft.message.arm(word(union, UNION_SLOT));
  const isHeld = set !== null && set.field === field;
  if (word(arm, UNION_ARM_HAS_NAME) === 0) {
    if (set === null) {
      setArm(arm, zeroOf(field), union, draft);
    }
    return;
  }
  const before = isHeld
    ? readPayload(arm, union, draft.message, draft.notes)
    : noted(draft.notes, arm);
  context.pushName(word(arm, UNION_ARM_NAME), word(arm, UNION_ARM_NAME + 1));
  const after = combine(plan, before, said);
  context.pop();
  if (context.refusal !== 0 || (after === before && (isHeld || !isSaid))) {
    return;
  }
  const number = word(field, FIELD_NUMBER);
  if (after.is === KEPT) {
    if (isHeld) {
      unset(arm, union, draft);
    }
    draft.noteAt(after, arm, UNION_ARM_NAME, number);
  } else if (isHeld || (isSaid && set === null)) {
    const value = after.is === VALUE ? changetype<Value>(after.value) : zeroOf(field);
    setArm(arm, value, union, draft);
    draft.noteAt(after.is === VALUE ? null : after, arm, UNION_ARM_NAME, number);
  } else if (after.is === NULL) {
    // Another arm is set, so null is noted as text.
    draft.noteAt(keptState(new JsonText(textOf("null"))), arm, UNION_ARM_NAME, 0);
  }
}

/** Sets an arm. If it was not set and its tag was noted as text, the note is removed. */
function setArm(arm: usize, value: Value, union: usize, draft: Draft): void {
  const field = <usize>word(arm, UNION_ARM_FIELD);
  const slot = word(union, UNION_SLOT);
  const set = draft.message.arm(slot);
  if (set === null || set.field !== field) {
    const tag = tagOf(union, null, draft.notes);
    if (tag !== null && isPlanText(tag, arm, UNION_ARM_TAG)) {
      draft.noteAt(null, union, UNION_TAG, 0);
    }
  }
  draft.message.slots[slot] = new SetArm(field, value);
}

/** Unsets an arm whose payload is noted as text; its tag is then noted as text too. */
function unset(arm: usize, union: usize, draft: Draft): void {
  draft.message.slots[word(union, UNION_SLOT)] = null;
  if (tagNoteOf(union, draft.notes) === null) {
    draft.noteAt(quotedTag(arm), union, UNION_TAG, 0);
  }
}

/** Returns the note about the payload of an arm that is not set. */
function noted(notes: Notes, arm: usize): State {
  if (word(arm, UNION_ARM_HAS_NAME) === 0) {
    return absent;
  }
  const note = notes.get(word(arm, UNION_ARM_NAME), word(arm, UNION_ARM_NAME + 1), 0);
  if (note === null || note.is !== KEPT) {
    return absent;
  }
  return isNullNode(changetype<JsonNode>(note.node)) ? isNull : note;
}

function readPayload(arm: usize, union: usize, message: Message, notes: Notes): State {
  const field = <usize>word(arm, UNION_ARM_FIELD);
  const set = message.arm(word(union, UNION_SLOT));
  const note: State | null =
    word(arm, UNION_ARM_HAS_NAME) === 0
      ? null
      : notes.get(
          word(arm, UNION_ARM_NAME),
          word(arm, UNION_ARM_NAME + 1),
          word(field, FIELD_NUMBER),
        );
  if (set !== null && set.field === field && (note === null || !isBlank(set.value))) {
    return valueState(set.value);
  }
  return note === null ? absent : note;
}

/**
 * Returns whether a value is the zero of its type; for a message, whether none of its fields is set.
 */
function isBlank(value: Value): bool {
  switch (value.kind) {
    case TEXT:
      return changetype<Text>(value).length === 0;
    case BYTES: {
      const bytes = changetype<Text>(value);
      for (let index = 0; index < bytes.length; index++) {
        if (load<u8>(bytes.start + index) !== 0) {
          return false;
        }
      }
      return true;
    }
    case LIST_VALUE: {
      const list = changetype<ListValue>(value);
      for (let index = 0; index < list.length; index++) {
        if (!isBlank(list.at(index))) {
          return false;
        }
      }
      return true;
    }
    case MAP_VALUE: {
      const entries = changetype<MapValue>(value).entries;
      for (let place = 0; place < entries.placeCount; place++) {
        const entry = entries.entryAt(place);
        if (entry !== null && !isBlank(entry.value)) {
          return false;
        }
      }
      return true;
    }
    case MESSAGE:
      return isBlankMessage(changetype<Message>(value));
    case SET_ARM:
      return false;
    default:
      return changetype<NumberValue>(value).bits === 0;
  }
}

function isBlankMessage(message: Message): bool {
  const notes = message.notes;
  const slots = message.slots;
  if (message.unknown !== null || (notes !== null && !notes.isEmpty)) {
    return false;
  }
  for (let slot = 0; slot < slots.length; slot++) {
    const value = slots[slot];
    if (value !== null && !isBlank(value)) {
      return false;
    }
  }
  return true;
}
