import { base64Encode } from "@bufbuild/protobuf/wire";
import { type Fields, fieldsOf, type ValueMapping } from "@stepwire/mapping";
import type { MergeContext } from "./context.js";
import { frozenSizeOf, hold, isSameValue, sizeOf } from "./fields.js";
import { halfStringOf, joinHalves, wholeString } from "./half-string.js";
import { HeldBytes } from "./held-bytes.js";
import { HeldMap } from "./held-map.js";
import { type HalfString, JsonText } from "./json-node.js";
import { Lazy } from "./lazy.js";
import { isEmptyText, isThere, type MemberState } from "./member.js";
import { mergeJson } from "./merge-json.js";

/**
 * Combines the state of a member with what a delta says about it. Returns the previous state itself
 * if nothing changes.
 */
export type Combine = (
  before: MemberState,
  said: MemberState,
  context: MergeContext,
) => MemberState;

/**
 * Merges a message of a delta into the existing message, if there is one. Returns the existing
 * message itself if nothing changes.
 */
export type MergeMessage = (
  before: Fields | undefined,
  said: unknown,
  context: MergeContext,
) => Fields;

/**
 * Merges the elements of a delta's list into an existing list. Both lists are property values; the
 * one of a message may be `Lazy`.
 */
export type MergeElements = (
  before: unknown,
  said: readonly unknown[],
  context: MergeContext,
) => unknown;

/** Adds the rule for all kinds of members: null and absent members of a delta change nothing. */
export function combineMember(combine: Combine): Combine {
  return (before, said, context) => {
    switch (said.kind) {
      case "absent":
        return before;
      case "null":
        return before.kind === "absent" ? said : before;
      default:
        return combine(before, said, context);
    }
  };
}

/** Replaces a value. Used for scalars, and for lists without an index. */
export const replace: Combine = combineMember((before, said, context) => {
  if (isThere(before) && (isEmptyText(said) || isSameState(before, said))) {
    return before;
  }
  return take(before, said, context);
});

/** Replaces a list or a map. Unlike `replace`, it refuses JSON of another type. */
export const replaceCollection: Combine = combineMember((before, said, context) => {
  refuseText(before, said, context);
  return isSameState(before, said) ? before : take(before, said, context);
});

/** Replaces like `replace`, for a part of an object that an event sends as a whole. */
export const replacePart: Combine = combineMember((before, said, context) => {
  if (isSameState(before, said)) {
    return before;
  }
  if (isThere(before) && before.kind !== "empty" && !isEmptyText(before)) {
    context.refuseChange("the value that is there", "another value");
  }
  const after: MemberState =
    said.kind === "value" ? { kind: "value", value: hold(said.value) } : said;
  context.replace(frozenStateSize(before), frozenStateSize(after));
  return after;
});

/** Sets the value that identifies an element. An existing value must not change. */
export const identify: Combine = combineMember((before, said, context) => {
  const isOther =
    isThere(before) && !isEmptyText(before) && !isEmptyText(said) && !isSameState(before, said);
  if (isOther) {
    context.refuse("identity_changed", "the identifier that is there", "another");
  }
  return replace(before, said, context);
});

/** Replaces a number, but not by 0. */
export const replaceByNonzero: Combine = combineMember((before, said, context) =>
  isThere(before) && said.kind === "value" && !said.value ? before : replace(before, said, context),
);

/** Refuses members that identify the object; a delta must not contain them. */
export const refuseIdentity: Combine = (before, said, context) => {
  if (isThere(said) && !isEmptyText(said)) {
    context.refuse("identity_in_delta", "no such member in a delta", "one");
  }
  return before;
};

/** Appends text. If an escape is one half of a surrogate pair, it waits for the other half. */
export const concatenate: Combine = combineMember((before, said, context) => {
  if (!isThere(before)) {
    context.grow(stateSize(said));
    return said;
  }
  if (isEmptyText(said)) {
    return before;
  }
  if (before.kind === "value" && said.kind === "value") {
    const tail = String(said.value);
    if (tail.isWellFormed()) {
      if (before.value !== "") {
        context.refuseChange("the text that is there", "more text");
      }
      context.grow(tail.length);
      return { kind: "value", value: String(before.value) + tail };
    }
  }
  return concatenateHalves(before, said, context);
});

/** Appends texts that contain halves of surrogate pairs. */
function concatenateHalves(
  before: MemberState,
  said: MemberState,
  context: MergeContext,
): MemberState {
  const [head, tail] = [stringOf(before, context), stringOf(said, context)];
  if (head === undefined || tail === undefined) {
    refuseText(before, said, context);
    return replace(before, said, context);
  }
  if (!isEmptyText(before)) {
    context.refuseChange("the text that is there", "more text");
  }
  const joined = joinHalves(head, tail.value);
  const after: MemberState =
    joined.isBroken || joined.endsInHalf
      ? { kind: "text", node: joined }
      : { kind: "value", value: joined.value };
  context.grow(stateSize(after) - stateSize(before));
  return after;
}

/** Appends bytes. A part that is not base64 is appended to the base64 of the others, as text. */
export const concatenateBytes: Combine = combineMember((before, said, context) => {
  if (!isThere(before)) {
    return take(before, said, context);
  }
  const isNothing = said.kind === "value" && HeldBytes.of(said.value).length === 0;
  if (isNothing || isEmptyText(said)) {
    return before;
  }
  if (before.kind === "value" && said.kind === "value" && said.value instanceof Uint8Array) {
    const held = HeldBytes.of(before.value);
    if (held.length > 0) {
      context.refuseChange("the bytes that are there", "more bytes");
    }
    context.grow(said.value.length);
    return { kind: "value", value: held.append(said.value) };
  }
  const [head, tail] = [stringOf(asBase64(before), context), stringOf(asBase64(said), context)];
  if (head === undefined || tail === undefined) {
    refuseText(before, said, context);
    return replace(before, said, context);
  }
  if (head.value !== "") {
    context.refuseChange("the bytes that are there", "more bytes");
  }
  const after: MemberState = { kind: "text", node: joinHalves(head, tail.value) };
  context.grow(stateSize(after) - stateSize(before));
  return after;
});

/** Returns bytes as the string that stands for them in JSON. */
function asBase64(state: MemberState): MemberState {
  if (state.kind !== "value") {
    return state;
  }
  const bytes = state.value instanceof Lazy ? state.value.value : state.value;
  return { kind: "value", value: bytes instanceof Uint8Array ? base64Encode(bytes) : "" };
}

/** Merges messages with the given function. */
export function combineMessages(merge: MergeMessage): Combine {
  return combineMember((before, said, context) => {
    if (said.kind === "value" && before.kind !== "text") {
      const held = before.kind === "value" ? fieldsOf(before.value) : undefined;
      const value = merge(held, said.value, context);
      return value === held ? before : { kind: "value", value };
    }
    return combineTexts(before, said, context);
  });
}

/** Merges the elements of lists by their index. */
export function combineLists(merge: MergeElements): Combine {
  return combineMember((before, said, context) => {
    if (said.kind === "empty") {
      return isThere(before) ? before : said;
    }
    if (said.kind === "value" && before.kind !== "text") {
      const held = before.kind === "value" ? before.value : [];
      const value = merge(held, Array.isArray(said.value) ? said.value : [], context);
      return value === held ? before : { kind: "value", value };
    }
    return combineTexts(before, said, context);
  });
}

/** Sets the entries of a map. */
export const combineMaps: Combine = combineMember((before, said, context) => {
  if (said.kind === "empty") {
    return isThere(before) ? before : said;
  }
  if (said.kind !== "value" || before.kind !== "value") {
    refuseText(before, said, context);
    return isSameState(before, said) ? before : take(before, said, context);
  }
  const held = HeldMap.of(before.value);
  let { entries } = held;
  for (const [name, value] of Object.entries(fieldsOf(said.value))) {
    const old = entries.get(name);
    if (old !== undefined && isSameValue(old, value)) {
      continue;
    }
    if (old !== undefined) {
      context.refuseChange("the value that is there", "another value");
    }
    context.grow(sizeOf(value) - sizeOf(old) + (old === undefined ? name.length : 0));
    entries = entries.set(name, hold(value));
  }
  const value = new HeldMap(entries);
  return entries === held.entries ? before : { kind: "value", value: value.toProperty() };
});

/** Returns the default way to combine a member of this type, if no option defines another. */
export function combineByType(value: ValueMapping): Combine {
  switch (value.kind) {
    case "list":
      return replaceCollection;
    case "map":
      return combineMaps;
    default:
      return replace;
  }
}

/**
 * Combines known members that are kept as JSON text: like `mergeJson`, but a string is replaced.
 */
export const combineTexts: Combine = combineMember((before, said, context) =>
  mergeNodes(before, said, undefined, context),
);

/** Combines members that the schema does not know. */
export const combineUnknown: Combine = combineMember((before, said, context) =>
  mergeNodes(before, said, String(context.path.at(-1)), context),
);

function mergeNodes(
  before: MemberState,
  said: MemberState,
  name: string | undefined,
  context: MergeContext,
): MemberState {
  refuseText(before, said, context);
  if (said.kind !== "text" || before.kind !== "text") {
    return take(before, said, context);
  }
  const node = mergeJson(before.node, said.node, name, context);
  context.grow(node.size - before.node.size);
  return node === before.node ? before : { kind: "text", node };
}

function take(before: MemberState, said: MemberState, context: MergeContext): MemberState {
  if (isThere(before) && before.kind !== "empty" && !isEmptyText(before)) {
    context.refuseChange("the value that is there", "another value");
  }
  context.grow(stateSize(said) - stateSize(before));
  return said.kind === "value" ? { kind: "value", value: hold(said.value) } : said;
}

function stateSize(state: MemberState): number {
  switch (state.kind) {
    case "text":
      return state.node.size;
    case "value":
      return sizeOf(state.value instanceof Lazy ? state.value.value : state.value);
    default:
      return 0;
  }
}

/** Returns the size of a state whose value is frozen, like `stateSize`. */
function frozenStateSize(state: MemberState): number {
  if (state.kind !== "value") {
    return stateSize(state);
  }
  return frozenSizeOf(state.value instanceof Lazy ? state.value.value : state.value);
}

function isSameState(left: MemberState, right: MemberState): boolean {
  if (left.kind === "value" && right.kind === "value") {
    return isSameValue(left.value, right.value);
  }
  if (left.kind === "text" && right.kind === "text") {
    return left.node.size === right.node.size && left.node.text === right.node.text;
  }
  return left.kind === right.kind && left.kind !== "value" && left.kind !== "text";
}

function stringOf(state: MemberState, context: MergeContext): HalfString | undefined {
  switch (state.kind) {
    case "text":
      if (state.node instanceof JsonText) {
        context.requireTextLength(state.node.size);
      }
      return halfStringOf(state.node);
    case "value":
      return wholeString(String(state.value));
    default:
      return undefined;
  }
}

/**
 * Refuses to replace a value that the schema can hold by one that it cannot hold, and vice versa.
 */
function refuseText(before: MemberState, said: MemberState, context: MergeContext): void {
  if (before.kind === "text" && said.kind !== "text") {
    context.refuse(
      "not_mergeable",
      "JSON of the other type that is there",
      "what the schema holds",
    );
  }
  if (before.kind === "value" && said.kind === "text") {
    context.refuse("not_mergeable", "what the schema holds", "JSON of another type");
  }
}
