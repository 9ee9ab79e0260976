import { type Fields, fieldsOf, type ValueMapping } from "@stepwire/mapping";
import type { MergeContext } from "./context.js";
import { freezeDeep, frozenSizeOf, isSameValue, sizeOf } from "./fields.js";
import { halfStringOf, joinHalves, wholeString } from "./half-string.js";
import { HeldMap } from "./held-map.js";
import { type HalfString, JsonText } from "./json-node.js";
import { Lazy } from "./lazy.js";
import { isEmptyText, isThere, type MemberState } from "./member.js";
import { mergeJson } from "./merge-json.js";

/**
 * What becomes of a member when a delta says something of it. The state that it
 * had before comes back where nothing changes.
 */
export type Combine = (
  before: MemberState,
  said: MemberState,
  context: MergeContext,
) => MemberState;

/**
 * Merges a message of a delta into the one that it changes, if that is there. The one
 * before comes back where nothing changes.
 */
export type MergeMessage = (
  before: Fields | undefined,
  said: unknown,
  context: MergeContext,
) => Fields;

/**
 * Merges the elements of a delta's list into the list that they change. Both lists are
 * values of properties; that of a message may be `Lazy`.
 */
export type MergeElements = (
  before: unknown,
  said: readonly unknown[],
  context: MergeContext,
) => unknown;

/** What holds for members of every kind: null and absence take nothing away. */
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

/** A value takes the place of the one before: of scalars, and of lists without an index. */
export const replace: Combine = combineMember((before, said, context) => {
  if (isThere(before) && (isEmptyText(said) || isSameState(before, said))) {
    return before;
  }
  return take(before, said, context);
});

/** As `replace`, but other than a list or map, JSON of another type is refused. */
export const replaceCollection: Combine = combineMember((before, said, context) => {
  refuseText(before, said, context);
  return isSameState(before, said) ? before : take(before, said, context);
});

/** As `replace`, of a part of an object that an event brings whole. */
export const replacePart: Combine = combineMember((before, said, context) => {
  if (isSameState(before, said)) {
    return before;
  }
  if (isThere(before) && before.kind !== "empty" && !isEmptyText(before)) {
    context.refuseChange("the value that is there", "another value");
  }
  const after: MemberState =
    said.kind === "value" ? { kind: "value", value: freezeDeep(said.value) } : said;
  context.replace(frozenStateSize(before), frozenStateSize(after));
  return after;
});

/** A value that tells which element it is. What is there does not become another. */
export const identify: Combine = combineMember((before, said, context) => {
  const isOther =
    isThere(before) && !isEmptyText(before) && !isEmptyText(said) && !isSameState(before, said);
  if (isOther) {
    context.refuse("identity_changed", "the identifier that is there", "another");
  }
  return replace(before, said, context);
});

/** What no delta may say: what tells which object it is about. */
export const refuseIdentity: Combine = (before, said, context) => {
  if (isThere(said) && !isEmptyText(said)) {
    context.refuse("identity_in_delta", "no such member in a delta", "one");
  }
  return before;
};

/** Text is appended. A half of a character that came as an escape waits for its other half. */
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

/** Appends where halves of characters are among the texts. */
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

/** Messages are merged, each in its own way. */
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

/** The elements of a list are merged by their index. */
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

/** The entries of a map are set. */
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
    entries = entries.set(name, freezeDeep(value));
  }
  const value = new HeldMap(entries);
  return entries === held.entries ? before : { kind: "value", value: value.toProperty() };
});

/** How a member combines by itself, where no option says otherwise. */
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

/** Known members that only texts speak of: as `mergeJson` does, but a text is set. */
export const combineTexts: Combine = combineMember((before, said, context) =>
  mergeNodes(before, said, undefined, context),
);

/** Members that the schema does not know. */
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
  return said.kind === "value" ? { kind: "value", value: freezeDeep(said.value) } : said;
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

/** As `stateSize`, of a state whose value is frozen. */
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

/** Refuses to let what the schema can hold, and what it cannot, replace each other. */
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
