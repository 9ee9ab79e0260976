/*
 * How the value of a member changes by what a delta says about it. Each function returns the previous
 * state itself if nothing changes.
 */

import { concatenate, Text, Value } from "./base";
import { base64 } from "./base64";
import * as context from "./context";
import { isEmptyText } from "./draft";
import { halfStringOf, joinHalves, wholeString } from "./half-string";
import { HalfString, JSON_TEXT, JsonNode } from "./json-node";
import { mergeJson } from "./merge-json";
import { ABSENT, EMPTY_COLLECTION, KEPT, keptState, NULL, State, VALUE, valueState } from "./notes";
import { OrderedMap } from "./ordered-map";
import { isSameState, isSameValue, sizeOf, stateSize } from "./size";
import { isZero, MapValue } from "./values";
import { entriesOf } from "./writer";

/** Returns whether what a delta says changes nothing, by the rule for all kinds of members. */
export function saysNothing(before: State, said: State): bool {
  return said.is === ABSENT || (said.is === NULL && before.is !== ABSENT);
}

/** Replaces a value. Used for scalars, and for lists without an index. */
export function replace(before: State, said: State): State {
  if (before.isThere && (isEmptyText(said) || isSameState(before, said))) {
    return before;
  }
  return take(before, said);
}

/** Replaces a list or a map. Unlike `replace`, it refuses JSON of another type. */
export function replaceCollection(before: State, said: State): State {
  refuseText(before, said);
  return isSameState(before, said) ? before : take(before, said);
}

/** Replaces like `replace`, for a part of an object that an event sends as a whole. */
export function replacePart(before: State, said: State): State {
  if (saysNothing(before, said)) {
    return before;
  }
  if (said.is === NULL) {
    return said;
  }
  if (isSameState(before, said)) {
    return before;
  }
  if (before.isThere && before.is !== EMPTY_COLLECTION && !isEmptyText(before)) {
    context.refuseChange("the value that is there", "another value");
  }
  context.recordReplaced(stateSize(before), stateSize(said));
  return said;
}

/** Sets the value that identifies an element. An existing value must not change. */
export function identify(before: State, said: State): State {
  const isOther =
    before.isThere && !isEmptyText(before) && !isEmptyText(said) && !isSameState(before, said);
  if (isOther) {
    context.refuse(context.IDENTITY_CHANGED, "the identifier that is there", "another");
  }
  return replace(before, said);
}

/** Replaces a number, but not by 0. */
export function replaceByNonzero(before: State, said: State): State {
  const isNothing = said.is === VALUE && isZero(changetype<Value>(said.value));
  return before.isThere && isNothing ? before : replace(before, said);
}

/** Refuses members that identify the object; a delta must not contain them. */
export function refuseIdentity(before: State, said: State): State {
  if (said.isThere && !isEmptyText(said)) {
    context.refuse(context.IDENTITY_IN_DELTA, "no such member in a delta", "one");
  }
  return before;
}

/** Appends text. If an escape is one half of a surrogate pair, it waits for the other half. */
export function appendTexts(before: State, said: State): State {
  if (!before.isThere) {
    context.grow(stateSize(said));
    return said;
  }
  if (isEmptyText(said)) {
    return before;
  }
  if (before.is === VALUE && said.is === VALUE) {
    const head = changetype<Text>(before.value);
    const tail = changetype<Text>(said.value);
    if (head.length > 0) {
      context.refuseChange("the text that is there", "more text");
    }
    context.grow(tail.units);
    return context.refusal !== 0 ? before : valueState(concatenate(head, tail));
  }
  return appendHalves(before, said);
}

/** Appends texts that contain halves of surrogate pairs. */
function appendHalves(before: State, said: State): State {
  const head = stringOf(before);
  const tail = stringOf(said);
  if (head === null || tail === null) {
    refuseText(before, said);
    return replace(before, said);
  }
  if (!isEmptyText(before)) {
    context.refuseChange("the text that is there", "more text");
  }
  if (context.refusal !== 0) {
    return before;
  }
  const joined = joinHalves(head, tail.whole());
  const after = joined.isBroken || joined.half !== 0 ? keptState(joined) : valueState(joined.value);
  context.grow(stateSize(after) - stateSize(before));
  return after;
}

/** Appends bytes. A part that is not base64 is appended to the base64 of the others, as text. */
export function appendBytes(before: State, said: State): State {
  if (!before.isThere) {
    return take(before, said);
  }
  const isNothing = said.is === VALUE && isZero(changetype<Value>(said.value));
  if (isNothing || isEmptyText(said)) {
    return before;
  }
  if (before.is === VALUE && said.is === VALUE) {
    const head = changetype<Text>(before.value);
    const tail = changetype<Text>(said.value);
    if (head.length > 0) {
      context.refuseChange("the bytes that are there", "more bytes");
    }
    context.grow(tail.length);
    return context.refusal !== 0 ? before : valueState(concatenate(head, tail));
  }
  const head = stringOf(asBase64(before));
  const tail = stringOf(asBase64(said));
  if (head === null || tail === null) {
    refuseText(before, said);
    return replace(before, said);
  }
  if (head.size > 0) {
    context.refuseChange("the bytes that are there", "more bytes");
  }
  if (context.refusal !== 0) {
    return before;
  }
  const after = keptState(joinHalves(head, tail.whole()));
  context.grow(stateSize(after) - stateSize(before));
  return after;
}

/** Returns bytes as the string that stands for them in JSON. */
function asBase64(state: State): State {
  return state.is === VALUE ? valueState(base64(changetype<Text>(state.value))) : state;
}

/** Sets the entries of a map. */
export function combineMaps(before: State, said: State): State {
  if (said.is === EMPTY_COLLECTION) {
    return before.isThere ? before : said;
  }
  if (said.is !== VALUE || before.is !== VALUE) {
    refuseText(before, said);
    return isSameState(before, said) ? before : take(before, said);
  }
  const held = changetype<MapValue>(before.value).entries;
  let entries: OrderedMap = held;
  const more = entriesOf(changetype<MapValue>(said.value).entries);
  for (let index = 0; index < more.length && context.refusal === 0; index++) {
    const name = more[index].key;
    const value = more[index].value;
    const old = entries.getText(name);
    if (old !== null) {
      if (isSameValue(old, value)) {
        continue;
      }
      context.refuseChange("the value that is there", "another value");
    }
    context.grow(
      sizeOf(value) - (old === null ? 0 : sizeOf(old)) + (old === null ? name.units : 0),
    );
    entries = entries.set(name, value);
  }
  return entries === held ? before : valueState(new MapValue(entries));
}

/** Combines known members that are kept as JSON text: like `mergeJson`, but a string is replaced. */
export function combineTexts(before: State, said: State): State {
  return mergeNodes(before, said, null);
}

/** Combines members that the schema does not know. */
export function combineUnknown(before: State, said: State): State {
  return mergeNodes(before, said, context.lastName());
}

function mergeNodes(before: State, said: State, name: Text | null): State {
  refuseText(before, said);
  if (said.is !== KEPT || before.is !== KEPT) {
    return take(before, said);
  }
  const held = changetype<JsonNode>(before.node);
  const node = mergeJson(held, changetype<JsonNode>(said.node), name, 0);
  context.grow(node.size - held.size);
  return node === held ? before : keptState(node);
}

export function take(before: State, said: State): State {
  if (before.isThere && before.is !== EMPTY_COLLECTION && !isEmptyText(before)) {
    context.refuseChange("the value that is there", "another value");
  }
  context.grow(stateSize(said) - stateSize(before));
  return said;
}

function stringOf(state: State): HalfString | null {
  if (state.is === KEPT) {
    const node = changetype<JsonNode>(state.node);
    if (node.kind === JSON_TEXT) {
      context.requireTextLength(node.size);
    }
    return halfStringOf(node);
  }
  return state.is === VALUE ? wholeString(changetype<Text>(state.value)) : null;
}

/** Refuses to replace a value that the schema can hold by one that it cannot hold, and vice versa. */
export function refuseText(before: State, said: State): void {
  if (before.is === KEPT && said.is !== KEPT) {
    context.refuse(
      context.NOT_MERGEABLE,
      "JSON of the other type that is there",
      "what the schema holds",
    );
  }
  if (before.is === VALUE && said.is === KEPT) {
    context.refuse(context.NOT_MERGEABLE, "what the schema holds", "JSON of another type");
  }
}
